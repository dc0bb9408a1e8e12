import type {Page} from 'playwright'

/** Reads what the page has stored under keys that end like this, straight from IndexedDB. */
export function storedValues(page: Page, keyEnd: string): Promise<readonly unknown[]> {
  return page.evaluate(async (end) => {
    const store = await openRecords('readonly')
    const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())])
    return values.filter((_, index) => String(keys[index]).endsWith(end))

    function openRecords(mode: IDBTransactionMode): Promise<IDBObjectStore> {
      return answer(indexedDB.open('keepspace-demo')).then((db) =>
        db.transaction('records', mode).objectStore('records'),
      )
    }
    function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    }
  }, keyEnd)
}

/** Puts a record beside that of another component, as another version of the app would have left it. */
export function plantRecord(page: Page, besideKeyEnd: string, componentId: string, value: unknown): Promise<void> {
  return page.evaluate(
    async ([end, id, planted]) => {
      const db = await answer(indexedDB.open('keepspace-demo'))
      const store = db.transaction('records', 'readwrite').objectStore('records')
      const keys = await answer(store.getAllKeys())
      const beside = keys.map(String).find((key) => key.endsWith(String(end)))
      const parts = (beside ?? '').split('/')
      await answer(store.put(planted, [...parts.slice(0, -2), id, 'state'].join('/')))
      db.close()

      function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
        return new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
      }
    },
    [besideKeyEnd, componentId, value] as const,
  )
}
