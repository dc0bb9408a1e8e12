import type {Durability} from '../../src/model/storage-port.ts'

const STORE = 'records'

/** A database with one store, used as directly as IndexedDB allows. */
export type Database = {
  /** Writes in one transaction that is told to end with its last put. Resolves when it is complete. */
  put(records: Iterable<readonly [key: string, value: unknown]>, durability: Durability): Promise<void>
  /** The same, but only where what is stored under each key of `expected` has that revision. */
  putChecked(
    records: readonly (readonly [key: string, value: unknown])[],
    expected: ReadonlyMap<string, number>,
    durability: Durability,
  ): Promise<void>
  /** Everything whose key begins with `prefix`, read in one transaction. */
  read(prefix: string): Promise<readonly (readonly [key: string, value: unknown])[]>
  close(): void
}

/** Opens database `name`, and makes it when it is not there. */
export async function openRawDatabase(name: string): Promise<Database> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  return {
    put: (records, durability) => {
      const transaction = db.transaction(STORE, 'readwrite', {durability})
      const store = transaction.objectStore(STORE)
      for (const [key, value] of records) {
        store.put(value, key)
      }
      transaction.commit()
      return finished(transaction)
    },
    putChecked: (records, expected, durability) => {
      const transaction = db.transaction(STORE, 'readwrite', {durability})
      const store = transaction.objectStore(STORE)
      let unanswered = expected.size
      for (const [key, revision] of expected) {
        const stored = store.get(key)
        stored.onsuccess = () => {
          unanswered -= 1
          if (stored.result?.revision !== revision) {
            transaction.abort()
          } else if (unanswered === 0) {
            putAll(store, records)
            transaction.commit()
          }
        }
      }
      return finished(transaction)
    },
    read: async (prefix) => {
      const transaction = db.transaction(STORE, 'readonly')
      const store = transaction.objectStore(STORE)
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const keys = store.getAllKeys(range)
      const values = store.getAll(range)
      await finished(transaction)
      return keys.result.map((key, index) => [String(key), values.result[index]] as const)
    },
    close: () => db.close(),
  }
}

/** Removes a database that may not exist, and what the other witnesses remember of it. */
export function deleteDatabase(name: string): Promise<void> {
  localStorage.clear()
  for (const cookie of document.cookie.split('; ')) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API cannot expire a cookie at once
    document.cookie = `${cookie}; path=/; max-age=0`
  }
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name)
    deleting.onsuccess = () => resolve()
    deleting.onerror = () => reject(deleting.error)
  })
}

function putAll(store: IDBObjectStore, records: readonly (readonly [key: string, value: unknown])[]): void {
  for (const [key, value] of records) {
    store.put(value, key)
  }
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'))
  })
}
