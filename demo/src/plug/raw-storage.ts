import {PLUG_DATABASE} from './plug-keepspace.ts'

const STORE = 'records'
/** A letter of its text, counted from the end of the record. */
const FLIPPED_FROM_END = 6

/** What is stored of the counter, read past the library; undefined when there is nothing. */
export async function readStoredCount(): Promise<number | undefined> {
  const databases = await indexedDB.databases()
  if (!databases.some(({name}) => name === PLUG_DATABASE)) {
    // Opening it would make an empty one.
    return undefined
  }
  const db = await open()
  try {
    const [, value] = (await entries(db)).find(([key]) => key.endsWith('/counter/state')) ?? []
    return typeof value?.json === 'string' ? (JSON.parse(value.json) as {made: number}).made : undefined
  } finally {
    db.close()
  }
}

/** Flips one bit of the bystander's stored record, past the library. Twice is as before. */
export async function flipBit(): Promise<void> {
  const db = await open()
  try {
    const [key, value] = (await entries(db)).find(([each]) => each.endsWith('/bystander/state')) ?? []
    if (key === undefined || typeof value?.json !== 'string') {
      throw new Error('the record to damage is not stored yet')
    }
    const place = value.json.length - FLIPPED_FROM_END
    const flipped = String.fromCharCode(value.json.charCodeAt(place) ^ 1)
    const json = `${value.json.slice(0, place)}${flipped}${value.json.slice(place + 1)}`
    const store = db.transaction(STORE, 'readwrite').objectStore(STORE)
    await answer(store.put({...value, json}, key))
  } finally {
    db.close()
  }
}

/** Closes every connection of this page to the database, as a browser does that upgrades or clears it. */
export async function cutConnection(): Promise<void> {
  const db = await open()
  const next = db.version + 1
  db.close()
  const upgraded = await answer(indexedDB.open(PLUG_DATABASE, next))
  upgraded.close()
}

/** Deletes the whole database under the running app. */
export async function deleteEverything(): Promise<void> {
  await answer(indexedDB.deleteDatabase(PLUG_DATABASE))
}

type Stored = {readonly json?: unknown}

function open(): Promise<IDBDatabase> {
  return answer(indexedDB.open(PLUG_DATABASE))
}

async function entries(db: IDBDatabase): Promise<readonly (readonly [string, Stored])[]> {
  if (!db.objectStoreNames.contains(STORE)) {
    return []
  }
  const store = db.transaction(STORE, 'readonly').objectStore(STORE)
  const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())])
  return keys.map((key, index) => [String(key), values[index] as Stored])
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
