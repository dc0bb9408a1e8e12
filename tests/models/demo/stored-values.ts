/** A record as it lies in the database. */
export type StoredValue = {
  readonly key: string
  readonly value: unknown
}

/** Everything that the demo has stored, read past the product. */
export async function storedValues(): Promise<readonly StoredValue[]> {
  const db = await answer(indexedDB.open('keepspace-demo'))
  try {
    if (!db.objectStoreNames.contains('records')) {
      return []
    }
    const store = db.transaction('records').objectStore('records')
    const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())])
    return keys.map((key, index) => ({key: String(key), value: values[index]}))
  } finally {
    db.close()
  }
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
