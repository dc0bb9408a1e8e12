import type {WorkspaceId} from 'keepspace'
import {useKeepspace, useWorkspaceStatus} from 'keepspace/react'
import {Eye, FileQuestionMark, RotateCcw} from 'lucide-react'
import {BlockedWorkspace} from '../memory/BlockedWorkspace.tsx'

/** The workspace could not be loaded. Nothing of it has been touched. */
export function LoadFailed({id}: {readonly id: WorkspaceId}) {
  const workspace = useKeepspace().workspace(id)
  const {error} = useWorkspaceStatus(id)
  if (error?.code === 'memory.blocked') {
    return <BlockedWorkspace id={id} />
  }
  return (
    <div className="page-center">
      <div className="notice-card" role="alert">
        <FileQuestionMark className="notice-icon" aria-hidden="true" />
        <h1>This workspace did not load</h1>
        <p>
          {error?.sentence ?? 'It could not be read. Nothing of it is overwritten.'} Try again, or look at what can be
          read.
        </p>
        <div className="notice-actions">
          <button type="button" className="button is-primary" onClick={() => workspace.retryLoad()}>
            <RotateCcw /> Try again
          </button>
          <button type="button" className="button" onClick={() => workspace.openReadOnly()}>
            <Eye /> Open read-only
          </button>
        </div>
        {error?.detail && <p className="notice-detail">{error.detail}</p>}
      </div>
    </div>
  )
}
