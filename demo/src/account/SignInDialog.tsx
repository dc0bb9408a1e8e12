import {useSessions} from 'keepspace/react'
import type {FormEvent} from 'react'
import {toast} from 'sonner'
import {identity} from '../app/identity.ts'
import {DialogFrame} from '../controls/DialogFrame.tsx'
import {SubmitActions} from '../controls/SubmitActions.tsx'
import {AskingFailed} from '../sessions/AskingFailed.tsx'
import {useAsking} from '../sessions/use-asking.ts'

type SignInDialogProps = {
  readonly isOpen: boolean
  /** The server took the token. */
  readonly onSignedIn: () => void
  readonly onClose: () => void
}

/** Asks for a token, and tries it before anything is told to go on. */
export function SignInDialog({isOpen, onSignedIn, onClose}: SignInDialogProps) {
  const {server} = useSessions()
  const {isBusy, error, ask, forget} = useAsking(
    async (token: string | undefined) => {
      identity.deliver(token)
      await server.listSessions({pageSize: 1})
    },
    () => {
      onSignedIn()
      onClose()
      toast.success('You are signed in. What waited goes out now.')
    },
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const token = new FormData(event.currentTarget).get('token')
    void ask(typeof token === 'string' && token.trim() !== '' ? token.trim() : undefined)
  }
  const close = () => {
    forget()
    onClose()
  }
  return (
    <DialogFrame
      isOpen={isOpen}
      onClose={close}
      title="Sign in again"
      text="The server does not know this page any more. Nothing is lost: what waits goes out as soon as you are signed in."
    >
      <form className="names-form" onSubmit={submit}>
        <label className="field">
          <span>Token</span>
          <input name="token" type="password" className="text-input" autoComplete="off" />
          <small>Leave it empty where the server of this machine signs you in.</small>
        </label>
        <AskingFailed error={error} />
        <SubmitActions action={isBusy ? 'Signing in…' : 'Sign in'} isBusy={isBusy} />
      </form>
    </DialogFrame>
  )
}
