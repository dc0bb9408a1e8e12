/** One change of one key, and what was there before. */
type Undo = {readonly key: string; readonly before: string | undefined}

export type Change = {readonly key: string; readonly text: string | undefined}

/** What is on the disk of one browser, as texts: nobody shares objects with it. */
export type SimDisk = {
  readonly records: ReadonlyMap<string, string>
  /** Every key that begins so, in order. */
  keysFrom(prefix: string): readonly string[]
  readonly usedBytes: number
  /** Applies a transaction. A strict one takes everything before it to the platter. */
  apply(transaction: number, changes: readonly Change[], isStrict: boolean): void
  /** Changes a value behind everybody's back, and durably. */
  damage(key: string, text: string): void
  /** Everything is gone. */
  empty(): void
  /** How many transactions a crash of the system could take back. */
  readonly unsyncedCount: number
  /** Takes the newest transactions back and returns their numbers, the newest first. */
  crash(lostCount: number): readonly number[]
}

/** Makes a disk that holds `initial`. */
export function createSimDisk(initial: ReadonlyMap<string, string>): SimDisk {
  const records = new Map(initial)
  let unsynced: {transaction: number; undos: readonly Undo[]}[] = []
  let usedBytes = 0
  /** Every key in order, until one comes or goes. */
  let sorted: readonly string[] | undefined
  for (const [key, text] of records) {
    usedBytes += bytesOf(key, text)
  }
  const put = (key: string, text: string | undefined): void => {
    usedBytes -= bytesOf(key, records.get(key))
    usedBytes += bytesOf(key, text)
    if ((text === undefined) === records.has(key)) {
      sorted = undefined
    }
    if (text === undefined) {
      records.delete(key)
    } else {
      records.set(key, text)
    }
  }
  return {
    records,
    keysFrom: (prefix) => {
      sorted ??= [...records.keys()].sort()
      return sorted.filter((key) => key.startsWith(prefix))
    },
    get usedBytes() {
      return usedBytes
    },
    apply: (transaction, changes, isStrict) => {
      const undos = changes.map(({key}) => ({key, before: records.get(key)}))
      for (const {key, text} of changes) {
        put(key, text)
      }
      if (isStrict) {
        unsynced = []
      } else {
        unsynced.push({transaction, undos})
      }
    },
    damage: (key, text) => {
      put(key, text)
      unsynced = []
    },
    empty: () => {
      records.clear()
      sorted = undefined
      usedBytes = 0
      unsynced = []
    },
    get unsyncedCount() {
      return unsynced.length
    },
    crash: (lostCount) => {
      const lost = unsynced.splice(unsynced.length - lostCount).reverse()
      for (const {undos} of lost) {
        for (const {key, before} of undos.toReversed()) {
          put(key, before)
        }
      }
      unsynced = []
      return lost.map(({transaction}) => transaction)
    },
  }
}

/** What a record costs: UTF-8 bytes of its text. */
export function bytesOf(key: string, text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(text) + key.length
}
