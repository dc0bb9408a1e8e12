import {KeepspaceError} from '../../model/errors.ts'

/**
 * Opens database `name` in whatever version it has, and adds the store `storeName` when it is missing.
 *
 * Raw, because localforage shares one connection among all instances of a name: one failed opening breaks them all for
 * the life of the page. The form is localforage's: its own driver reads and writes the same database.
 *
 * Rejects with what IndexedDB says, or with `storage.unavailable` where there is no IndexedDB. May never answer while
 * another tab holds an older version open.
 */
export async function openDatabase(name: string, storeName: string): Promise<IDBDatabase> {
  const database = await request(name, storeName)
  if (database.objectStoreNames.contains(storeName)) {
    return database
  }
  const nextVersion = database.version + 1
  database.close()
  return request(name, storeName, nextVersion)
}

function request(name: string, storeName: string, version?: number): Promise<IDBDatabase> {
  const factory = globalThis.indexedDB as IDBFactory | undefined
  if (!factory) {
    return Promise.reject(new KeepspaceError('storage.unavailable', 'there is no IndexedDB here'))
  }
  return new Promise((resolve, reject) => {
    const opening = factory.open(name, version)
    opening.onupgradeneeded = () => {
      if (!opening.result.objectStoreNames.contains(storeName)) {
        opening.result.createObjectStore(storeName)
      }
    }
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
}
