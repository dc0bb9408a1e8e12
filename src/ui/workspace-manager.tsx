import type {ReactElement} from 'react'
import {MemoryIndicator} from './memory-indicator.tsx'
import {moveBetweenRows} from './row-keys.ts'
import {useManagerNotice} from './use-manager-notice.ts'
import {type ManagedWorkspace, useWorkspaceManager} from './use-workspace-manager.ts'
import {WorkspaceRow} from './workspace-row.tsx'

export type WorkspaceManagerProps = {
  /** @defaultValue 50 */
  readonly pageSize?: number
  /** Shows a workspace. Without it titles are no buttons. */
  readonly onOpen?: (workspace: ManagedWorkspace) => void
  readonly className?: string
}

/**
 * All workspaces, those in memory first: what each holds, why it stays or would go, pin, save, close, reopen; arrow keys
 * lead from row to row, Delete closes, and what was closed can be brought back. Its look is in `keepspace/styles.css`.
 */
export function WorkspaceManager({pageSize, onOpen, className}: WorkspaceManagerProps): ReactElement {
  const view = useWorkspaceManager(pageSize === undefined ? {} : {pageSize})
  const {notice, actions} = useManagerNotice(view)
  const {workspaces, phase, nowMs} = view
  return (
    <section className={className} aria-label="All workspaces" data-keepspace="workspace-manager" data-phase={phase}>
      <MemoryIndicator />
      {phase === 'failed' && (
        <p role="alert">
          {view.error?.sentence ?? 'The list could not be read.'}{' '}
          <button type="button" onClick={view.retry}>
            Try again
          </button>
        </p>
      )}
      {phase === 'loading' && <p role="status">Reading the list…</p>}
      {phase === 'ready' && view.total === 0 && <p>No workspaces yet. The first one you make is listed here.</p>}
      {workspaces.length > 0 && (
        <ol aria-label="Workspaces" onKeyDown={(event) => moveBetweenRows(event, '[data-keepspace="workspace-row"]')}>
          {workspaces.map((workspace) => (
            <WorkspaceRow key={workspace.id} workspace={workspace} nowMs={nowMs} actions={actions} onOpen={onOpen} />
          ))}
        </ol>
      )}
      <p role="status" data-keepspace="notice" data-problem={notice?.isProblem}>
        {notice?.sentence}{' '}
        {notice?.next && (
          <button type="button" onClick={notice.next.run}>
            {notice.next.label}
          </button>
        )}
      </p>
      {view.pageCount > 1 && <Pages {...view} />}
    </section>
  )
}

type PagesProps = Pick<ReturnType<typeof useWorkspaceManager>, 'page' | 'pageCount' | 'total' | 'setPage'>

function Pages({page, pageCount, total, setPage}: PagesProps) {
  return (
    <nav aria-label="Pages">
      <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
        Previous
      </button>
      <span>
        Page {page + 1} of {pageCount}, {total} workspaces
      </span>
      <button type="button" disabled={page === pageCount - 1} onClick={() => setPage(page + 1)}>
        Next
      </button>
    </nav>
  )
}
