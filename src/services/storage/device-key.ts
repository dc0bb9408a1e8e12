import {KeepspaceError} from '../../model/errors.ts'
import {openDatabase} from './indexeddb-open.ts'

const DATABASE_NAME = 'keepspace-keys'
const STORE_NAME = 'keys'

/**
 * The AES-GCM key of this browser called `name`, made when it is asked for the first time. It cannot be exported: scripts
 * can use it, not read it. It is lost with the data of the site, and then what it encrypted is lost too.
 *
 * @throws {@link KeepspaceError} `storage.unavailable` where there is no IndexedDB or no WebCrypto
 */
export async function deviceKey(name = 'default'): Promise<CryptoKey> {
  try {
    const database = await openDatabase(DATABASE_NAME, STORE_NAME)
    try {
      const known = await answerOf(database.transaction(STORE_NAME).objectStore(STORE_NAME).get(name))
      return isKey(known) ? known : await keep(database, name)
    } finally {
      database.close()
    }
  } catch (cause) {
    throw KeepspaceError.from(cause, 'storage.unavailable')
  }
}

/**
 * Deletes a key of this browser, e.g. after whom it belonged to has signed out. What it encrypted can never be read again.
 *
 * @throws {@link KeepspaceError} `storage.unavailable`
 */
export async function forgetDeviceKey(name = 'default'): Promise<void> {
  try {
    const database = await openDatabase(DATABASE_NAME, STORE_NAME)
    try {
      const transaction = database.transaction(STORE_NAME, 'readwrite', {durability: 'strict'})
      transaction.objectStore(STORE_NAME).delete(name)
      await doneOf(transaction)
    } finally {
      database.close()
    }
  } catch (cause) {
    throw KeepspaceError.from(cause, 'storage.unavailable')
  }
}

/** Makes a key and keeps it, unless another tab was first: then that one is the key. */
async function keep(database: IDBDatabase, name: string): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({name: 'AES-GCM', length: 256}, false, ['encrypt', 'decrypt'])
  const transaction = database.transaction(STORE_NAME, 'readwrite', {durability: 'strict'})
  const store = transaction.objectStore(STORE_NAME)
  const done = doneOf(transaction)
  const before = await answerOf(store.get(name))
  if (!isKey(before)) {
    store.put(made, name)
  }
  await done
  return isKey(before) ? before : made
}

function doneOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}

function answerOf(request: IDBRequest<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function isKey(value: unknown): value is CryptoKey {
  return typeof CryptoKey !== 'undefined' && value instanceof CryptoKey
}
