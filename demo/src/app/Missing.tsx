import {workspaceId} from 'keepspace'
import {FileQuestionMark} from 'lucide-react'
import {ConflictBanner} from '../conflict/ConflictBanner.tsx'
import {navigate, useRoute} from './routes.ts'

/** The address names something that is not here. */
export function Missing() {
  const route = useRoute()
  return (
    <div className="page-center">
      <div className="banners">{route.page === 'workspace' && <ConflictBanner id={workspaceId(route.id)} />}</div>
      <div className="notice-card">
        <FileQuestionMark className="notice-icon" aria-hidden="true" />
        <h2>This is not here any more</h2>
        <p>It was deleted, or it belongs to another device.</p>
        <div className="notice-actions">
          <button type="button" className="button is-primary" onClick={() => navigate({page: 'start'})}>
            Go back
          </button>
          <button type="button" className="button" onClick={() => navigate({page: 'trash'})}>
            Look in the trash
          </button>
        </div>
      </div>
    </div>
  )
}
