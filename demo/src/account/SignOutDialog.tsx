import {Dialog} from '@base-ui/react/dialog'
import {describeUnsent, type SignOutPhase, useSignOut} from 'keepspace/react'
import type {UnsentWork} from 'keepspace/sessions'
import {CloudCheck, Send} from 'lucide-react'
import {useEffect, useRef} from 'react'
import {identity} from '../app/identity.ts'
import {signingOut} from '../app/sessions.ts'
import {DialogFrame} from '../controls/DialogFrame.tsx'
import {AskingFailed} from '../sessions/AskingFailed.tsx'

type SignOutDialogProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Names what has not reached the server before anything goes, and lets a person choose what becomes of it. */
export function SignOutDialog({isOpen, onClose}: SignOutDialogProps) {
  return (
    <DialogFrame isOpen={isOpen} onClose={onClose} className="sign-out" title="Sign out">
      <Leaving />
    </DialogFrame>
  )
}

function Leaving() {
  const {phase, unsent, error, look, send, leave} = useSignOut(signingOut)
  const wanted = useRef<'kept' | 'removed'>('kept')
  useEffect(() => void look(), [look])
  useEffect(() => {
    if (phase === 'signedOut') {
      identity.signedOut(wanted.current)
    }
  }, [phase])
  const go = (left: 'kept' | 'removed') => {
    wanted.current = left
    void leave(left === 'kept' ? 'keep' : 'remove')
  }
  const isBusy = phase !== 'ready'
  const isUnknown = phase === 'idle' || phase === 'looking'
  return (
    <>
      <Dialog.Description className="dialog-text" role="status">
        {aboutWords(phase, unsent.length)}
      </Dialog.Description>
      {!isUnknown && unsent.length > 0 && <Unsent unsent={unsent} />}
      {phase === 'ready' && unsent.length === 0 && (
        <p className="sign-out-safe">
          <CloudCheck aria-hidden="true" /> Removed from this device, it is still there on any other one you sign in on.
        </p>
      )}
      <AskingFailed error={error} />
      <div className="dialog-actions sign-out-actions">
        <Dialog.Close className="button">Cancel</Dialog.Close>
        <button type="button" className="button is-danger-quiet" disabled={isBusy} onClick={() => go('removed')}>
          Remove and sign out
        </button>
        <button
          type="button"
          className={unsent.length === 0 ? 'button is-primary' : 'button'}
          disabled={isBusy}
          onClick={() => go('kept')}
        >
          Keep here and sign out
        </button>
        {unsent.length > 0 && (
          <button type="button" className="button is-primary" disabled={isBusy} onClick={() => void send()}>
            <Send /> Send now
          </button>
        )}
      </div>
    </>
  )
}

function Unsent({unsent}: {readonly unsent: readonly UnsentWork[]}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys have to reach it
    <ul className="unsent-list" aria-label="Not on the server" tabIndex={0}>
      {unsent.map((work) => (
        <li key={`${work.kind} ${work.id}`} className="unsent">
          <strong>{work.title || 'Untitled'}</strong>
          <span>{describeUnsent(work)}</span>
        </li>
      ))}
    </ul>
  )
}

function aboutWords(phase: SignOutPhase, count: number): string {
  switch (phase) {
    case 'idle':
    case 'looking':
      return 'Sending what waits, and looking for what the server does not have…'
    case 'sending':
      return 'Sending…'
    case 'leaving':
    case 'signedOut':
      return 'Signing out…'
    case 'ready':
      return count === 0
        ? 'The server has everything that you made here.'
        : `The server does not have ${count === 1 ? 'this' : `these ${count}`}. Removed from this device, it is lost.`
  }
}
