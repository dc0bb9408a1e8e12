import {KeepspaceError} from './errors.ts'

declare const brand: unique symbol
type Branded<Name extends string> = string & {readonly [brand]: Name}

/** Names one workspace: 1 to 200 characters, none of them a control character. Escaped where it becomes part of a key. */
export type WorkspaceId = Branded<'workspace'>
/** Names one entry: a note or project that owns workspaces. */
export type EntryId = Branded<'entry'>
/** Names one component inside its workspace. */
export type ComponentId = Branded<'component'>
/** Names one attempt to commit. A refused commit whose stored id is our own had landed. */
export type CommitId = Branded<'commit'>

/** Counts the accepted commits of one unit (a workspace, an entry, a preset). The first commit is 1; 0 means never stored. */
export type Revision = number

/** Counts the edits of one hot workspace in memory. Starts at 0 with each load; never stored. */
export type Version = number

/** Makes ids. Injected, so that simulations are repeatable. */
export interface IdSource {
  /** A new URL-safe id of 21 characters (126 bits). */
  next(): string
}

/** Takes any string as the id of a workspace: one from an address, a setting or a property. */
export const workspaceId = (id: string): WorkspaceId => id as WorkspaceId

/** Takes any string as the id of an entry. */
export const entryId = (id: string): EntryId => id as EntryId

/** Longest id, in UTF-16 units. */
const MAX_ID_LENGTH = 200

const controlCharacter = /\p{Cc}/u

/**
 * Refuses what cannot name anything: two such ids could share one key, or none could be told apart by people.
 *
 * @throws {@link KeepspaceError} `usage` for an id that is empty, too long, or holds a control character or half a pair
 * of surrogates
 */
export function assertUsableId(id: string, kind: 'workspace' | 'entry' | 'component'): void {
  const isUsable =
    typeof id === 'string' &&
    id.length > 0 &&
    id.length <= MAX_ID_LENGTH &&
    !controlCharacter.test(id) &&
    id.isWellFormed()
  if (!isUsable) {
    throw new KeepspaceError(
      'usage',
      `the id of a ${kind} has 1 to ${MAX_ID_LENGTH} characters and no control characters, got ${JSON.stringify(id)}`,
    )
  }
}
