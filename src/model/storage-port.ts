import type {CommitId, Revision} from './ids.ts'

/**
 * How safe a commit is once it is acknowledged.
 *
 * - `relaxed`: the operating system has it; survives a killed tab or browser, not a power cut in the next seconds.
 * - `strict`: the browser reported it flushed to disk; survives a power cut as far as disk and system keep their word.
 */
export type Durability = 'relaxed' | 'strict'

/** A stored value with its key. Values are plain structured data, never bare `null` or `undefined`. */
export type StoredRecord = {
  readonly key: string
  readonly value: unknown
}

/**
 * What must be stored under `key` for a group to be written: a record with that revision, or nothing at all (0). A stored
 * value without a revision is damaged and counts as -1, so that expecting nothing never writes over it.
 */
export type Expectation = {
  readonly key: string
  readonly revision: Revision
  /** The fencing number of whoever commits: a stored record with a higher `fence` refuses the group. @defaultValue not looked at */
  readonly fence?: number
}

/** The writes of one unit (a workspace, an entry): all of them land or none. */
export type CommitGroup = {
  /** Names this attempt. It is also inside the record under `expect.key`, so that a lost answer can be recognised. */
  readonly commitId: CommitId
  readonly expect: Expectation
  readonly puts: readonly StoredRecord[]
  readonly deletes: readonly string[]
}

/** The answer for one group. */
export type GroupResult =
  | {readonly status: 'committed'}
  | {
      readonly status: 'conflict'
      /** What is stored now under the expected key. 0 and undefined when nothing is. */
      readonly revision: Revision
      readonly commitId: CommitId | undefined
    }

/** What to read: one key, or everything whose key begins with a prefix. */
export type Selector = {readonly key: string} | {readonly prefix: string}

/**
 * Durable home of everything Keepspace stores. Implementations pass the contract in `keepspace/testing`.
 *
 * Every method rejects with a {@link KeepspaceError}: `storage.unavailable`, `storage.timeout`, `storage.lost`,
 * `storage.quota` or `disposed` (after {@link StoragePort.close}), storage on a server also with `storage.unauthorized`,
 * `value.tooLarge` or `server.refused`, and with nothing else.
 */
export interface StoragePort {
  /** Names the kind of storage in statuses and reports, e.g. `indexeddb`. */
  readonly name: string
  /** False for storage that is gone with the page. */
  readonly isPersistent: boolean
  /** While this is pending, nothing that was stored counts as safe: storage may still be mending itself. Never rejects. */
  readonly healed?: Promise<unknown>

  /**
   * Writes all groups in one transaction. Each group whose expectation holds is written whole; one whose expectation
   * does not hold is left out and answered with what is stored, and the others land. Two groups of one commit never
   * share a key.
   *
   * - Resolves only when the transaction is complete. From then on a killed tab or browser loses nothing of it.
   * - After a rejection nothing of it is stored, except with `storage.timeout` and `storage.lost`: there it may have
   *   landed, which a later refusal with our own `commitId` shows.
   */
  commit(
    groups: readonly CommitGroup[],
    options: {readonly durability: Durability; readonly signal?: AbortSignal},
  ): Promise<readonly GroupResult[]>

  /** Reads every selector in one consistent view. One list per selector, each ordered by key. */
  read(selectors: readonly Selector[]): Promise<readonly (readonly StoredRecord[])[]>

  /** All records whose key begins with `prefix`, ordered by key. */
  readPrefix(prefix: string): Promise<readonly StoredRecord[]>

  /** All keys that begin with `prefix`, ordered, without their values. */
  list(prefix: string): Promise<readonly string[]>

  /**
   * Begins to write these records at once, in a transaction that nobody waits for and that reads nothing before: for
   * the last moment of a page, which outlives no answer. Nobody learns whether it landed. Missing where storage cannot
   * begin a write synchronously.
   *
   * @param options.isLast - the page is going: transactions that this write would have to wait for are aborted. What they
   * carried has to be in `records` again.
   * @returns whether the write could begin
   */
  putNow?(records: readonly StoredRecord[], options?: {readonly isLast?: boolean}): boolean

  /**
   * Calls back whenever the connection was lost or closed by somebody else, e.g. because the data of the site was
   * cleared. Whether anything is gone shows in what is read next.
   */
  onLost?(listener: () => void): () => void

  /**
   * Calls back whenever a write failed in a way that may have damaged storage, with a promise that resolves when it has
   * mended itself. As long as one is pending, nothing that was stored counts as safe; until then commits that come
   * wait or reject.
   */
  onDoubted?(listener: (mended: Promise<Mended>) => void): () => void

  /** Gives the connection up after what runs has ended. Everything after it rejects with `disposed`. */
  close(): Promise<void>
}

/** How a doubt about storage ended: without ado, or after storage could not be used for a while. */
export type Mended = 'atOnce' | 'afterTrouble'

/** Opens a storage. Rejects with `storage.unavailable` when there is none, with `storage.locked` without its key; it never falls back to another kind. */
export interface StorageTarget {
  readonly name: string
  /** Names this very store among others of its kind, e.g. by its database. @defaultValue `name` */
  readonly place?: string
  open(): Promise<StoragePort>
}
