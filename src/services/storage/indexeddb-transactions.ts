import type {CommitGroup, Durability, GroupResult, Selector, StoredRecord} from '../../model/storage-port.ts'
import {conflictOf} from '../../model/stored-stamp.ts'
import {toKeepspaceError} from './idb-errors.ts'
import {isPart, isPartsHead, joinParts, partsOf, partsRange} from './long-values.ts'

/** A transaction on its way. */
export type RunningTransaction<Result> = {
  /**
   * Resolves when the transaction is complete, rejects with a `KeepspaceError` when it was aborted. Never earlier: the
   * success of its last request says nothing about the transaction.
   */
  readonly done: Promise<Result>
  /** Asks for an abort. It may come too late; `done` tells. */
  abort(): void
}

/** Where transactions go. */
export type ObjectStoreName = {readonly db: IDBDatabase; readonly storeName: string}

/**
 * Starts one transaction that writes every group whose expectation holds. It is told to end as soon as its last write
 * is issued, so that a page that is being left keeps it.
 */
export function startCommit(
  place: ObjectStoreName,
  groups: readonly CommitGroup[],
  durability: Durability,
): RunningTransaction<readonly GroupResult[]> {
  return start(place, 'readwrite', {durability}, (store, attempt) => {
    const results: GroupResult[] = []
    let unanswered = groups.length
    groups.forEach((group, index) => {
      const stored = store.get(group.expect.key)
      stored.onsuccess = () =>
        attempt(() => {
          const conflict = conflictOf(group, stored.result)
          results[index] = conflict ?? {status: 'committed'}
          if (conflict === undefined) {
            writeGroup(store, group)
          }
          unanswered -= 1
          if (unanswered === 0) {
            store.transaction.commit()
          }
        })
    })
    return () => results
  })
}

/** Starts one transaction that reads every selector: one list per selector, each ordered by key. */
export function startRead(
  place: ObjectStoreName,
  selectors: readonly Selector[],
): RunningTransaction<readonly (readonly StoredRecord[])[]> {
  return start(place, 'readonly', {}, (store) => {
    const answers = selectors.map((selector) =>
      'key' in selector ? readOne(store, selector.key) : readRange(store, selector.prefix),
    )
    return () => answers.map((answer) => answer())
  })
}

/** Starts one transaction that reads the keys with `prefix`, ordered, and none of their values. */
export function startList(place: ObjectStoreName, prefix: string): RunningTransaction<readonly string[]> {
  return start(place, 'readonly', {}, (store) => {
    const keys = store.getAllKeys(rangeOf(prefix))
    return () => keys.result.map(String).filter((key) => !isPart(key))
  })
}

/**
 * Opens a transaction and issues its requests at once.
 *
 * @param issue - makes the requests; what it returns is asked for the result when the transaction is complete. Work in
 * their answers goes through `attempt`, so that a throw (a value that cannot be cloned) aborts with that error.
 */
function start<Result>(
  {db, storeName}: ObjectStoreName,
  mode: IDBTransactionMode,
  options: IDBTransactionOptions,
  issue: (store: IDBObjectStore, attempt: (work: () => void) => void) => () => Result,
): RunningTransaction<Result> {
  let transaction: IDBTransaction
  try {
    transaction = db.transaction(storeName, mode, options)
  } catch (cause) {
    return {done: Promise.reject(toKeepspaceError(cause)), abort: () => {}}
  }

  let failure: unknown
  let collect: (() => Result) | undefined
  const attempt = (work: () => void) => {
    try {
      work()
    } catch (cause) {
      failure ??= cause
      abort(transaction)
    }
  }
  const done = new Promise<Result>((resolve, reject) => {
    transaction.oncomplete = () => {
      try {
        resolve((collect as () => Result)())
      } catch (cause) {
        // An answer that cannot be made is one as well: who asked must not wait for ever.
        reject(toKeepspaceError(failure ?? cause))
      }
    }
    transaction.onerror = ({target}) => {
      failure ??= (target as IDBRequest | null)?.error
    }
    // The transaction's own error comes first: a full disk fails the requests with a mere AbortError.
    transaction.onabort = () => reject(toKeepspaceError(transaction.error ?? failure))
  })
  attempt(() => {
    collect = issue(transaction.objectStore(storeName), attempt)
  })
  return {done, abort: () => abort(transaction)}
}

/** Aborts, unless it is over or past the point where it can be. */
function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {}
}

function writeGroup(store: IDBObjectStore, {puts, deletes}: CommitGroup): void {
  for (const {key, value} of puts) {
    store.put(value, key)
  }
  for (const key of deletes) {
    store.delete(key)
    store.delete(partsRange(key))
  }
}

function readOne(store: IDBObjectStore, key: string): () => readonly StoredRecord[] {
  const request = store.get(key)
  let parts: (() => readonly StoredRecord[]) | undefined
  request.onsuccess = () => {
    if (isPartsHead(request.result)) {
      parts = readAll(store, partsRange(key))
    }
  }
  return () => (request.result === undefined ? [] : joinParts([{key, value: request.result}, ...(parts?.() ?? [])]))
}

function readRange(store: IDBObjectStore, prefix: string): () => readonly StoredRecord[] {
  const all = readAll(store, rangeOf(prefix))
  return () => joinParts(all())
}

/** Parts and all. */
function readAll(store: IDBObjectStore, range: IDBKeyRange): () => readonly StoredRecord[] {
  const keys = store.getAllKeys(range)
  const values = store.getAll(range)
  return () => keys.result.map((key, index) => ({key: String(key), value: values.result[index]}))
}

/** All strings that begin with `prefix`: up to, and without, the first string after them. */
function rangeOf(prefix: string): IDBKeyRange {
  const increasable = prefix.replace(/\uffff+$/, '')
  if (increasable === '') {
    return IDBKeyRange.lowerBound(prefix)
  }
  const last = increasable.length - 1
  const end = increasable.slice(0, last) + String.fromCharCode(increasable.charCodeAt(last) + 1)
  return IDBKeyRange.bound(prefix, end, false, true)
}

/**
 * Begins a write that outlives the page: all requests and `commit()` in this very turn. A transaction that is not
 * committed explicitly is lost on a reload or a cross-site navigation (w3c/IndexedDB #482).
 *
 * @returns whether the write could begin
 */
export function putNow(db: IDBDatabase, storeName: string, records: readonly StoredRecord[]): boolean {
  try {
    const transaction = db.transaction(storeName, 'readwrite')
    const store = transaction.objectStore(storeName)
    for (const record of records) {
      store.delete(partsRange(record.key))
      for (const {key, value} of partsOf(record)) {
        store.put(value, key)
      }
    }
    transaction.commit()
    return true
  } catch {
    return false
  }
}
