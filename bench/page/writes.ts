/** What went to IndexedDB. */
export type Writes = {
  readonly transactions: number
  readonly puts: number
  readonly bytes: number
}

/**
 * Counts what `work` writes: transactions that may write, puts, and their bytes (keys and values as JSON in UTF-8,
 * without the escapes that text inside text would get). Exact, and too slow to be timed with.
 */
export async function countWrites(work: () => Promise<void>): Promise<Writes> {
  const {transaction} = IDBDatabase.prototype
  const {put} = IDBObjectStore.prototype
  let transactions = 0
  let puts = 0
  let bytes = 0
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, names, mode, options) {
    transactions += mode === 'readwrite' ? 1 : 0
    return transaction.call(this, names, mode, options)
  }
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    puts += 1
    bytes += sizeOf(key) + sizeOf(value)
    return put.call(this, value, key)
  }
  try {
    await work()
  } finally {
    IDBDatabase.prototype.transaction = transaction
    IDBObjectStore.prototype.put = put
  }
  return {transactions, puts, bytes}
}

const encoder = new TextEncoder()

/** Bytes of a value as JSON, strings counted as they are. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') {
    return encoder.encode(value).length + 2
  }
  if (typeof value !== 'object' || value === null) {
    return String(value).length
  }
  const parts = Array.isArray(value)
    ? value.map(sizeOf)
    : Object.entries(value)
        .filter(([, part]) => part !== undefined)
        .map(([key, part]) => sizeOf(key) + 1 + sizeOf(part))
  return 2 + Math.max(0, parts.length - 1) + parts.reduce((sum, size) => sum + size, 0)
}
