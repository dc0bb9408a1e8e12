import {type ReactElement, useState} from 'react'
import {KeepspaceError} from '../model/errors.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {UnloadOutcome} from '../model/save.ts'
import {EvictionReason} from './eviction-reason.tsx'
import {type MemoryBlockedView, useMemoryBlocked} from './use-memory-blocked.ts'
import {useCatalogue} from './use-snapshots.ts'

export type MemoryBlockedProps = {
  /** @defaultValue the workspace of the nearest provider */
  readonly id?: string
  /** Shows all workspaces, e.g. `WorkspaceManager` in a dialog. Without it there is no button for that. */
  readonly onManage?: () => void
  readonly className?: string
}

/**
 * In place of a workspace for which there is no room: what may be closed for it, and the way to look at it all the same.
 * Nothing for any other workspace. Its look is in `keepspace/styles.css`.
 */
export function MemoryBlocked({id, onManage, className}: MemoryBlockedProps): ReactElement | null {
  const view = useMemoryBlocked(id)
  const [refusal, setRefusal] = useState<Refusal | undefined>()
  if (!view.isBlocked) {
    return null
  }
  const close = async (other: WorkspaceId, stopsWork: boolean) => {
    const outcome = await attempt(view, other, stopsWork)
    setRefusal(outcome.status === 'refused' ? {id: other, ...wordsOf(outcome)} : undefined)
  }
  return (
    <section className={className} role="alert" aria-label="No room in memory" data-keepspace="memory-blocked">
      <h2>No room in memory</h2>
      <p>{sentenceOf(view)}</p>
      {view.inMemory.length > 0 && (
        <ul>
          {view.inMemory.map((other) => (
            <Closable
              key={other}
              id={other}
              refusal={refusal?.id === other ? refusal : undefined}
              onClose={(stopsWork) => void close(other, stopsWork)}
            />
          ))}
        </ul>
      )}
      <div data-keepspace="actions">
        {onManage && (
          <button type="button" data-primary onClick={onManage}>
            Manage workspaces
          </button>
        )}
        {view.inMemory.length === 0 && (
          <button type="button" onClick={view.open}>
            Open it all the same
          </button>
        )}
        <button type="button" onClick={view.openReadOnly}>
          Look at it read-only
        </button>
      </div>
    </section>
  )
}

type Refusal = {readonly id: WorkspaceId; readonly sentence: string; readonly isWorkRunning: boolean}

type ClosableProps = {
  readonly id: WorkspaceId
  readonly refusal: Refusal | undefined
  readonly onClose: (stopsWork: boolean) => void
}

function Closable({id, refusal, onClose}: ClosableProps) {
  const {workspaces} = useCatalogue()
  const title = workspaces.find((each) => each.id === id)?.title ?? 'Untitled'
  const isWorkRunning = refusal?.isWorkRunning === true
  return (
    <li>
      <div>
        <strong>{title}</strong>
        {refusal ? <p role="status">{refusal.sentence}</p> : <EvictionReason id={id} />}
      </div>
      <button
        type="button"
        aria-label={`${isWorkRunning ? 'Stop the work of and close' : 'Close'} ${title}`}
        onClick={() => onClose(isWorkRunning)}
      >
        {isWorkRunning ? 'Stop and close' : 'Close'}
      </button>
    </li>
  )
}

function sentenceOf({isCritical, inMemory}: MemoryBlockedView): string {
  if (!isCritical) {
    return 'Everything in memory is needed. Close one of these, and this workspace opens by itself.'
  }
  return inMemory.length === 0
    ? 'Memory is nearly full, although no workspace is in it. This one opens by itself when that is over.'
    : 'Memory is nearly full. Close what you do not need: this workspace opens by itself when that is over.'
}

async function attempt(view: MemoryBlockedView, id: WorkspaceId, stopsWork: boolean): Promise<UnloadOutcome> {
  try {
    return await view.close(id, {stopsWork})
  } catch (cause) {
    return {status: 'refused', error: KeepspaceError.from(cause).report}
  }
}

function wordsOf(outcome: UnloadOutcome): Omit<Refusal, 'id'> {
  const error = outcome.status === 'refused' ? outcome.error : undefined
  return {
    sentence: error?.sentence ?? 'It stays in memory: it is in use.',
    isWorkRunning: error?.code === 'work.running',
  }
}
