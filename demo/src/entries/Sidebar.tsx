import {useCatalogue} from 'keepspace/react'
import {ChartLine, Cloud, HardDrive, LayoutTemplate, LogOut, Plus, Trash2, Unplug} from 'lucide-react'
import {useAppDialogs} from '../app/app-dialogs.ts'
import {Brand} from '../app/Brand.tsx'
import {navigate, useRoute} from '../app/routes.ts'
import {ThemeMenu} from '../app/ThemeMenu.tsx'
import {Tip} from '../controls/Tip.tsx'
import {isLibrary} from '../library/library-lists.ts'
import {EntryList} from './EntryList.tsx'
import {useCreateProject} from './use-create-project.ts'

type SidebarProps = {
  readonly selectedEntryId: string | undefined
  readonly onChosen: () => void
  readonly onShowShortcuts: () => void
}

/** Entries, and what belongs to the app as a whole. */
export function Sidebar({selectedEntryId, onChosen, onShowShortcuts}: SidebarProps) {
  const createProject = useCreateProject()
  const {openTemplates, signOut} = useAppDialogs()
  const {trashedEntries, trashedWorkspaces} = useCatalogue()
  const trashed = trashedEntries.length + trashedWorkspaces.length
  const {page} = useRoute()
  return (
    <div className="sidebar">
      <div className="sidebar-head">
        <Brand />
      </div>
      <nav className="sidebar-body" aria-label="Entries">
        <div className="sidebar-title">
          <h2>Projects</h2>
          <div className="sidebar-tools">
            <Tip label="New project from a template">
              <button
                type="button"
                className="icon-button is-small"
                aria-label="Begin from a template"
                onClick={openTemplates}
              >
                <LayoutTemplate />
              </button>
            </Tip>
            <Tip label="New project">
              <button type="button" className="icon-button is-small" aria-label="New project" onClick={createProject}>
                <Plus />
              </button>
            </Tip>
          </div>
        </div>
        <EntryList selectedId={selectedEntryId} onChosen={onChosen} />
      </nav>
      <div className="sidebar-foot">
        <button
          type="button"
          className="entry-button"
          aria-current={page === 'dashboard' ? 'page' : undefined}
          onClick={() => {
            navigate({page: 'dashboard'})
            onChosen()
          }}
        >
          <ChartLine aria-hidden="true" />
          <span className="entry-title">Dashboard</span>
        </button>
        <button
          type="button"
          className="entry-button"
          aria-current={isLibrary(page) ? 'page' : undefined}
          onClick={() => {
            navigate({page: 'sessions'})
            onChosen()
          }}
        >
          <Cloud aria-hidden="true" />
          <span className="entry-title">On the server</span>
        </button>
        <button
          type="button"
          className="entry-button"
          aria-current={page === 'trash' ? 'page' : undefined}
          onClick={() => {
            navigate({page: 'trash'})
            onChosen()
          }}
        >
          <Trash2 aria-hidden="true" />
          <span className="entry-title">Trash</span>
          {trashed > 0 && <span className="count">{trashed}</span>}
        </button>
        <button
          type="button"
          className="entry-button"
          aria-current={page === 'storage' ? 'page' : undefined}
          onClick={() => {
            navigate({page: 'storage'})
            onChosen()
          }}
        >
          <HardDrive aria-hidden="true" />
          <span className="entry-title">Storage</span>
        </button>
        <button
          type="button"
          className="entry-button"
          aria-current={page === 'plug' ? 'page' : undefined}
          onClick={() => {
            navigate({page: 'plug'})
            onChosen()
          }}
        >
          <Unplug aria-hidden="true" />
          <span className="entry-title">Pull the plug</span>
        </button>
        <div className="sidebar-tools">
          <ThemeMenu />
          <Tip label="Keyboard shortcuts" keys="?" side="top">
            <button type="button" className="icon-button" aria-label="Keyboard shortcuts" onClick={onShowShortcuts}>
              <span className="question" aria-hidden="true">
                ?
              </span>
            </button>
          </Tip>
          <Tip label="Sign out…" side="top">
            <button type="button" className="icon-button" aria-label="Sign out…" onClick={signOut}>
              <LogOut />
            </button>
          </Tip>
        </div>
      </div>
    </div>
  )
}
