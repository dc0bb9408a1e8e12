import {LogOut} from 'lucide-react'
import {identity, type LeftHere} from '../app/identity.ts'

const words: Readonly<Record<LeftHere, string>> = {
  kept: 'What you made is kept on this device, and is there when you sign in again.',
  removed: 'Nothing of what you made is left on this device.',
}

/** Nobody is signed in. Nothing of what is stored here is shown. */
export function SignedOut({left}: {readonly left: LeftHere}) {
  return (
    <main className="page-center">
      <div className="notice-card">
        <LogOut className="notice-icon" aria-hidden="true" />
        <h1>You are signed out</h1>
        <p>{words[left]}</p>
        <button type="button" className="button is-primary" onClick={identity.signIn}>
          Sign in
        </button>
      </div>
    </main>
  )
}
