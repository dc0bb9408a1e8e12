import type {Keepspace} from '../../model/handles.ts'
import {listUnsentWork, type UnsentWork, type UnsentWorkOptions} from './unsent-work.ts'

export type SignOutOptions = UnsentWorkOptions & {
  /** Signs out although the server does not have everything; what it does not have is lost with `localCopies: 'remove'`. */
  readonly anyway?: boolean
  /**
   * `remove`: nothing of this scope stays on this device. `keep`: everything stays, for the same person to find again;
   * only what is not even stored here is in the way then. @defaultValue `remove`
   */
  readonly localCopies?: 'remove' | 'keep'
}

/** `unsent`: nothing ended, and these are why. `signedOut`: this Keepspace is closed; `unsent` is what the server does not have. */
export type SignOutReport = {
  readonly status: 'signedOut' | 'unsent'
  readonly unsent: readonly UnsentWork[]
}

/**
 * Signs a person out of this device: sends what can be sent, names what has not reached the server, and removes the
 * scope only if that is nothing, or if it is to be removed anyway.
 *
 * @throws {@link KeepspaceError} the codes of storage
 */
export async function signOut(keepspace: Keepspace, options: SignOutOptions): Promise<SignOutReport> {
  const {serverSaves, sessions, anyway = false, localCopies = 'remove'} = options
  const unsent = await listUnsentWork(keepspace, options)
  const atStake = localCopies === 'keep' ? unsent.filter(isNotStored) : unsent
  if (atStake.length > 0 && !anyway) {
    return {status: 'unsent', unsent}
  }
  serverSaves?.close()
  sessions?.close()
  if (localCopies === 'keep') {
    await keepspace.dispose()
  } else {
    await keepspace.purge()
  }
  return {status: 'signedOut', unsent}
}

function isNotStored(work: UnsentWork): boolean {
  return work.kind === 'workspace' && work.reason === 'unsaved'
}
