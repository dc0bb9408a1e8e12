import type {KeyboardEvent, ReactElement} from 'react'
import type {OperationInfo} from '../model/operations.ts'
import {Reason} from './eviction-reason.tsx'
import {useEvictionExplanation} from './use-eviction-explanation.ts'
import type {ManagerActions} from './use-manager-notice.ts'
import {useSaveStatus} from './use-save-status.ts'
import {useWorkspaceStatus} from './use-snapshots.ts'
import type {ManagedWorkspace} from './use-workspace-manager.ts'

type WorkspaceRowProps = {
  readonly workspace: ManagedWorkspace
  readonly nowMs: number
  readonly actions: ManagerActions
  readonly onOpen: ((workspace: ManagedWorkspace) => void) | undefined
}

/** One workspace of the manager: where it is, what is in it, why it stays or goes, and what can be done with it. */
export function WorkspaceRow({workspace, nowMs, actions, onOpen}: WorkspaceRowProps): ReactElement {
  const {id, title, isInMemory, isPinned, updatedAt} = workspace
  const explanation = useEvictionExplanation(id)
  const lastSeenAt = explanation?.lastSeenAt
  const {label} = useSaveStatus(id, {smooth: true})
  const {runningCount, operations, waitingOperations, isVisible, componentCount} = useWorkspaceStatus(id)
  const parts = isInMemory ? componentCount : workspace.componentCount
  const facts = [
    isInMemory ? label : 'On disk',
    `${parts} ${parts === 1 ? 'part' : 'parts'}`,
    sizeOf(workspace.bytes),
    lastSeenAt === undefined ? `saved ${ageOf(updatedAt, nowMs)}` : `seen ${ageOf(lastSeenAt, nowMs)}`,
    runningCount > 0 && `${runningCount} running: ${workOf(operations)}`,
    waitingOperations.length > 0 && `waiting to go on: ${workOf(waitingOperations)}`,
  ]
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Delete' && event.target === event.currentTarget && isInMemory && !isVisible) {
      event.preventDefault()
      actions.close(workspace)
    }
  }
  return (
    <li
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys lead from row to row, and Delete closes the one in focus
      tabIndex={0}
      aria-label={title}
      aria-keyshortcuts={isInMemory && !isVisible ? 'Delete' : undefined}
      data-keepspace="workspace-row"
      data-in-memory={isInMemory}
      data-running={runningCount > 0}
      onKeyDown={onKeyDown}
    >
      <div>
        {onOpen === undefined ? (
          <strong>{title}</strong>
        ) : (
          <button type="button" data-link onClick={() => onOpen(workspace)}>
            {title}
          </button>
        )}
        <p>{facts.filter(Boolean).join(' · ')}</p>
        {explanation && <Reason explanation={explanation} />}
      </div>
      <div data-keepspace="actions">
        <button
          type="button"
          aria-label={`Pin ${title}`}
          aria-pressed={isPinned}
          title="Pinned, it is never let go"
          onClick={() => actions.setPinned(workspace, !isPinned)}
        >
          {isPinned ? 'Unpin' : 'Pin'}
        </button>
        {isInMemory ? (
          <>
            <button type="button" aria-label={`Save ${title}`} onClick={() => actions.save(workspace)}>
              Save
            </button>
            <button
              type="button"
              aria-label={`Close ${title}`}
              title={isVisible ? 'You see it' : 'Store it and let it go'}
              disabled={isVisible}
              onClick={() => actions.close(workspace)}
            >
              Close
            </button>
          </>
        ) : (
          <button
            type="button"
            aria-label={`Reopen ${title}`}
            title="Bring it into memory"
            onClick={() => actions.reopen(workspace)}
          >
            Reopen
          </button>
        )}
      </div>
    </li>
  )
}

/** The names of some work, with how far each is where that is known. */
function workOf(operations: readonly OperationInfo[]): string {
  return operations
    .map(({name, progress}) => (progress === undefined ? name : `${name} ${Math.round(progress * 100)} %`))
    .join(', ')
}

function sizeOf(bytes: number): string {
  return bytes < 1_000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${(bytes / 1_000).toFixed(1)} KB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`
}

const ages = new Intl.RelativeTimeFormat('en', {numeric: 'auto'})

function ageOf(atMs: number, nowMs: number): string {
  const minutes = Math.min(0, Math.round((atMs - nowMs) / 60_000))
  if (minutes > -60) {
    return minutes === 0 ? 'just now' : ages.format(minutes, 'minute')
  }
  return minutes > -60 * 24
    ? ages.format(Math.round(minutes / 60), 'hour')
    : ages.format(Math.round(minutes / 1_440), 'day')
}
