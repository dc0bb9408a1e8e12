import {cdp} from 'vitest/browser'

/** Keeps a transaction of somebody else on the store alive, so that no other one may begin. */
export async function occupy(name: string): Promise<{release: () => Promise<void>}> {
  const database = await answer(indexedDB.open(name))
  const transaction = database.transaction('records', 'readwrite')
  const store = transaction.objectStore('records')
  let isReleased = false
  const keepAlive = () => {
    if (!isReleased) {
      store.get('head/nothing').onsuccess = keepAlive
    }
  }
  keepAlive()
  return {
    release: () =>
      new Promise((resolve) => {
        transaction.oncomplete = () => {
          database.close()
          resolve()
        }
        isReleased = true
      }),
  }
}

/** Opens the database in `version`, as another tab with a newer app would. */
export async function upgrade(
  name: string,
  version: number,
  change: (database: IDBDatabase) => void,
  {isKeptOpen = false} = {},
) {
  const opening = indexedDB.open(name, version)
  opening.onupgradeneeded = () => change(opening.result)
  const database = await answer(opening)
  const versionChanged = new Promise((resolve) => {
    database.onversionchange = resolve
  })
  if (!isKeptOpen) {
    database.close()
  }
  return {database, versionChanged}
}

/** Resolves when the database is gone, which takes until every connection to it is closed. */
export async function deleteDatabase(name: string): Promise<void> {
  await answer(indexedDB.deleteDatabase(name))
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Text that no compression makes smaller. */
export function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(65_536))
  const text = String.fromCharCode(...bytes.subarray(0, 32_768), ...bytes.subarray(32_768))
  return text.repeat(Math.ceil(length / text.length)).slice(0, length)
}

/** Deletes all databases, open or not, as browsers do when somebody clears the data of a site. */
export async function clearSite(): Promise<void> {
  await cdp().send('Storage.clearDataForOrigin', {origin: location.origin, storageTypes: 'indexeddb'})
}

/** Sets how many bytes the site may store, or undoes that. */
export async function overrideQuota(quotaSize: number | undefined): Promise<void> {
  await cdp().send('Storage.overrideQuotaForOrigin', {
    origin: location.origin,
    ...(quotaSize !== undefined && {quotaSize}),
  })
}
