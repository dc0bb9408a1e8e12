import type {Keepspace} from '../../model/handles.ts'
import {type SignOutOptions, type SignOutReport, signOut} from './sign-out.ts'
import {listUnsentWork, sendUnsentWork, type UnsentWork, type UnsentWorkOptions} from './unsent-work.ts'

/** Everything a dialog needs that signs a person out. */
export type SigningOut = {
  /** Sends what waits, and names what the server does not have then. Removes nothing. */
  listUnsent(): Promise<readonly UnsentWork[]>
  /** Sends what was named, as {@link sendUnsentWork} does; the answer is what is left. */
  send(work: readonly UnsentWork[]): Promise<readonly UnsentWork[]>
  /** Signs out as {@link signOut} does. */
  signOut(options?: Pick<SignOutOptions, 'anyway' | 'localCopies'>): Promise<SignOutReport>
}

/** Makes the way out of a Keepspace. Call it once, beside `createKeepspace`. */
export function createSigningOut(keepspace: Keepspace, options: UnsentWorkOptions): SigningOut {
  return {
    listUnsent: () => listUnsentWork(keepspace, options),
    send: (work) => sendUnsentWork(keepspace, work, options),
    signOut: (more = {}) => signOut(keepspace, {...options, ...more}),
  }
}
