import type {ErrorReport} from './errors.ts'
import type {Stamp} from './records.ts'

/** Which list of a server something is deleted from. */
export type DeletionList = (typeof deletionLists)[number]

export const deletionLists = ['sessions', 'snapshots', 'templates', 'visits'] as const

/** What is deleted: as it was listed. */
export type DeletedDocument = {
  readonly id: string
  readonly title: string
  /** Only if the server still has this revision. Visits have none. */
  readonly revision?: number
}

/**
 * Something that a person deleted and that the server still has, because it can still be undone or could not be sent.
 * Stored, so that a page that is left meanwhile forgets neither the deletion nor the way back.
 */
export type DeletionRecord = Stamp & {
  readonly formatVersion: number
  readonly list: DeletionList
  readonly document: DeletedDocument
  /** When it was asked for, milliseconds since 1970. */
  readonly requestedAt: number
  /** For how long it can be undone, in this visit and again in the next one, milliseconds. */
  readonly undoMs: number
  /** Why the server did not do it, until a person has read that. */
  readonly refusal?: ErrorReport | undefined
}

/** A deletion of an earlier visit. */
export type EarlierDeletion = {
  readonly list: DeletionList
  readonly id: string
  readonly title: string
  /** When it was asked for, milliseconds since 1970. */
  readonly requestedAt: number
}

/** What became of deletions that an earlier visit left. A new object only when something in it changed. */
export type DeletionsSnapshot = {
  /** They go out in a moment, and can be undone until then; without network or sign-in they wait. */
  readonly waiting: readonly EarlierDeletion[]
  /** The server did not do it. What was to be deleted is still there. */
  readonly refused: readonly (EarlierDeletion & {readonly error: ErrorReport})[]
  /** What was deleted on the server in this visit. */
  readonly done: readonly Pick<EarlierDeletion, 'list' | 'id'>[]
}
