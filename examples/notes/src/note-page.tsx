import type {Keepspace} from 'keepspace'
import {KeepspaceProvider, useComponentState, useWorkspaceStatus, WorkspaceProvider} from 'keepspace/react'
import {note} from './note.ts'

const words = {
  saved: 'Saved',
  unsaved: 'Not saved yet',
  saving: 'Saving…',
  failed: 'Could not be saved',
  conflict: 'Changed in another tab',
}

/** One note that keeps itself. */
export function NotePage({keepspace}: {readonly keepspace: Keepspace}) {
  return (
    <KeepspaceProvider keepspace={keepspace}>
      <WorkspaceProvider id="home">
        <Note onRetry={() => keepspace.retryStorage()} />
      </WorkspaceProvider>
    </KeepspaceProvider>
  )
}

function Note({onRetry}: {readonly onRetry: () => void}) {
  const [state, set] = useComponentState(note, 'first')
  const {save} = useWorkspaceStatus()
  if (state === undefined) {
    return <p role="status">Loading…</p>
  }
  return (
    <main>
      <textarea aria-label="Note" value={state.text} onChange={(event) => set({text: event.target.value})} />
      <p role="status">{words[save]}</p>
      {save === 'failed' && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </main>
  )
}
