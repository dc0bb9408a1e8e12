import type {EntryContent} from './content.ts'
import type {ErrorReport} from './errors.ts'
import type {EntryId, Revision} from './ids.ts'
import type {RecoverableSession} from './session.ts'

/** What the recovery is doing. */
export type RecoveryPhase =
  /** What is here is being compared with what the server acknowledged. */
  | 'looking'
  /** What is here could not be read. Nothing was given up; it can be looked at again. */
  | 'failed'
  /** There is work that nobody has decided about. */
  | 'offering'
  /** A decision is being carried out. */
  | 'deciding'
  /** Nothing is left to be decided. */
  | 'settled'

/** Everything a dialog needs before anything is opened. A new object only when something in it changed. */
export type RecoverySnapshot = {
  readonly phase: RecoveryPhase
  /** Work that the server has not acknowledged and nobody has decided about, the newest first. */
  readonly items: readonly RecoverableSession[]
  readonly error: ErrorReport | undefined
}

/** Unsent work beside the version of the server that it is to be compared with. */
export type RecoveryVersions = {
  readonly mine: EntryContent
  readonly theirs: EntryContent
  /** `base`: what the work began from. `newest`: that one is not kept any more, this is what the server has now. */
  readonly against: 'base' | 'newest'
  readonly revision: Revision
}

/** Work that was discarded or replaced. It is in the trash of this device, until that is emptied. */
export type ReplacedWork = {
  /** The entry in the trash. */
  readonly entryId: EntryId
  /** The entry whose content it was. */
  readonly fromEntryId: EntryId
  readonly sessionId: string
  readonly title: string
  /** Milliseconds since 1970. */
  readonly replacedAt: number
}
