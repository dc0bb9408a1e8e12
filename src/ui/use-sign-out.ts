import {useCallback, useRef, useState} from 'react'
import {type ErrorReport, KeepspaceError} from '../model/errors.ts'
import type {SigningOut, SignOutOptions, UnsentWork} from '../sessions.ts'

/**
 * What a dialog shows that signs a person out.
 *
 * - `idle`: nobody asked yet
 * - `looking`: what waits is sent, and what is left is found out
 * - `ready`: `unsent` names what the server does not have
 * - `signedOut`: the Keepspace is closed; show something else
 */
export type SignOutPhase = 'idle' | 'looking' | 'ready' | 'sending' | 'leaving' | 'signedOut'

export type SignOutView = {
  readonly phase: SignOutPhase
  readonly unsent: readonly UnsentWork[]
  /** Why the last thing asked for failed. Nothing was removed. */
  readonly error: ErrorReport | undefined
  /** Finds out what the server does not have. Removes nothing. */
  readonly look: () => Promise<void>
  /** Sends what is named; what is left is named then. */
  readonly send: () => Promise<void>
  /**
   * Goes. What is named is lost with `localCopies: 'remove'`; whatever was not named before, because it came later, is
   * named first.
   */
  readonly leave: (localCopies: NonNullable<SignOutOptions['localCopies']>) => Promise<void>
}

type State = Pick<SignOutView, 'phase' | 'unsent' | 'error'>

const untouched: State = {phase: 'idle', unsent: [], error: undefined}

/** Signs a person out, one step at a time: names what has not reached the server before anything goes. */
export function useSignOut(signingOut: SigningOut): SignOutView {
  const [state, setState] = useState(untouched)
  const isBusy = useRef(false)
  const run = useCallback(async (phase: SignOutPhase, work: () => Promise<Pick<State, 'phase' | 'unsent'>>) => {
    if (isBusy.current) {
      return
    }
    isBusy.current = true
    setState((before) => ({...before, phase, error: undefined}))
    try {
      setState({...(await work()), error: undefined})
    } catch (cause) {
      const error = KeepspaceError.from(cause, 'server.offline').report
      setState(({unsent}) => ({phase: 'ready', unsent, error}))
    } finally {
      isBusy.current = false
    }
  }, [])
  const {unsent} = state
  const look = useCallback(
    () => run('looking', async () => ({phase: 'ready', unsent: await signingOut.listUnsent()})),
    [run, signingOut],
  )
  const send = useCallback(
    () => run('sending', async () => ({phase: 'ready', unsent: await signingOut.send(unsent)})),
    [run, signingOut, unsent],
  )
  const leave = useCallback(
    (localCopies: NonNullable<SignOutOptions['localCopies']>) =>
      run('leaving', async () => {
        const first = await signingOut.signOut({localCopies})
        const isRead = first.unsent.every(({kind, id}) => unsent.some((one) => one.kind === kind && one.id === id))
        const report =
          first.status === 'unsent' && isRead ? await signingOut.signOut({localCopies, anyway: true}) : first
        return {phase: report.status === 'signedOut' ? 'signedOut' : 'ready', unsent: report.unsent}
      }),
    [run, signingOut, unsent],
  )
  return {...state, look, send, leave}
}
