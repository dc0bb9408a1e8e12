import type {WireRecord} from './workspaces.ts'

/** What must be stored under `key` for a group to be written: a record with that revision, or nothing at all (0). */
export type WireExpectation = {
  readonly key: string
  readonly revision: number
  /** A stored record with a higher `fence` refuses the group. */
  readonly fence?: number
}

/** The writes of one unit: all of them land or none. */
export type WireGroup = {
  readonly expect: WireExpectation
  readonly puts: readonly WireRecord[]
  readonly deletes: readonly string[]
}

/** `POST …/stores/{id}/commits`. Groups whose expectation holds are written in one transaction, the others left out. */
export type CommitStore = {readonly groups: readonly WireGroup[]}

/** The answer for one group; a refusal names what is stored under the expected key. */
export type WireGroupResult =
  | {readonly status: 'committed'}
  | {readonly status: 'conflict'; readonly revision: number; readonly commitId?: string}

export type StoreCommitted = {readonly results: readonly WireGroupResult[]}

/** What to read: one key, or everything whose key begins with a prefix. */
export type WireSelector = {readonly key: string} | {readonly prefix: string}

/** `POST …/stores/{id}/reads`: one list for each selector, ordered by the UTF-16 units of the keys, all of one moment. */
export type StoreRead = {readonly recordLists: readonly (readonly WireRecord[])[]}

/** `POST …/stores/{id}/lists`: the keys that begin with a prefix, in the same order. */
export type StoreKeys = {readonly keys: readonly string[]}
