import {useKeepspace, useKeepspaceSnapshot} from 'keepspace/react'
import {DatabaseZap, RotateCcw} from 'lucide-react'
import {useState} from 'react'
import {attempt} from '../app/attempt.ts'
import {ConfirmDialog} from '../controls/ConfirmDialog.tsx'
import {Banner} from './Banner.tsx'

/** Whether something that was stored here is gone, and nobody has decided what to do about it. */
export function useIsEmptied(): boolean {
  const {emptied, isEverythingGone} = useKeepspaceSnapshot().storage.restore
  return emptied.length > 0 || isEverythingGone
}

/** In place of the first visit: this is not one. */
export function EmptiedPage() {
  const {emptied} = useKeepspaceSnapshot().storage.restore
  return (
    <main className="page-center">
      <div className="notice-card" role="alert">
        <DatabaseZap className="notice-icon" aria-hidden="true" />
        <h1>This browser emptied the storage of this app</h1>
        <p>
          {lossOf(emptied.length)} Nothing has been written over it. If another tab with this app is still open, go
          there: it saves again what it holds.
        </p>
        <Choices />
      </div>
    </main>
  )
}

/** Over what is still there. */
export function EmptiedBanner() {
  const {emptied} = useKeepspaceSnapshot().storage.restore
  return useIsEmptied() ? (
    <Banner
      tone="danger"
      Icon={DatabaseZap}
      title="This browser emptied the storage of this app."
      text={`${lossOf(emptied.length)} What was open is saved again; nothing else has been written over it.`}
    >
      <Choices />
    </Banner>
  ) : null
}

function lossOf(count: number): string {
  if (count === 0) {
    return 'What was stored here is gone.'
  }
  return count === 1
    ? 'One workspace that was stored here is gone.'
    : `${count} workspaces that were stored here are gone.`
}

function Choices() {
  const {storage} = useKeepspace()
  const [isAsking, setAsking] = useState(false)
  return (
    <div className="notice-actions">
      <button
        type="button"
        className="button is-small"
        onClick={() => void attempt('Storage could not be read', storage.lookAgain())}
      >
        <RotateCcw /> Look again
      </button>
      <button type="button" className="button is-small" onClick={() => setAsking(true)}>
        Go on without it
      </button>
      <ConfirmDialog
        isOpen={isAsking}
        title="Go on without what is gone?"
        text="This app then stops looking for it, and you begin anew. Another tab that still holds it can no longer tell you."
        action="Go on without it"
        onConfirm={() => void attempt('It could not be accepted', storage.acceptEmpty())}
        onClose={() => setAsking(false)}
      />
    </div>
  )
}
