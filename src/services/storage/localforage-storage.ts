import {KeepspaceError} from '../../model/errors.ts'
import type {CommitGroup, Durability, GroupResult, Mended} from '../../model/storage-port.ts'
import {isShownBy} from '../../model/stored-stamp.ts'
import type {Time} from '../../model/time.ts'
import {createEmitter} from '../emitter.ts'
import {systemTime} from '../time/system-time.ts'
import {type CallLimit, startLimit} from './call-limit.ts'
import {type HealingPort, type HealingTarget, type HealResult, healAtLaunch, healNow} from './heal.ts'
import {errorNameOf} from './idb-errors.ts'
import {openDatabase} from './indexeddb-open.ts'
import {putNow, type RunningTransaction} from './indexeddb-transactions.ts'
import {createKeepspaceInstance, type KeepspaceInstance} from './localforage-driver.ts'
import {createMending, type Mending} from './mending.ts'
import {keepConnected, openWithin} from './reopening.ts'

const NAME = 'indexeddb'

export type LocalforageStorageOptions = {
  /** Name of the database. @defaultValue `keepspace` */
  readonly name?: string
  /** How long a call, or the opening, may take before it is given up. @defaultValue 5000 */
  readonly timeoutMs?: number
  /**
   * Whether the first page of a launch mends the log of the browser's database before it can lose anything: see
   * {@link healAtLaunch}, and whether it is mended again after a write that failed, as on a full disk. Opening does not
   * wait for it. @defaultValue true where there are Web Locks, as in browsers
   */
  readonly heal?: boolean
  /** @defaultValue the clock of the platform */
  readonly time?: Time
}

/**
 * Storage in IndexedDB through localforage: one database with one store, which plain localforage (`storeName: 'records'`)
 * reads as well. Survives the page and the browser; with durability `strict` a power cut too.
 *
 * It never falls back to another kind of storage: opening rejects with `storage.unavailable` where IndexedDB is missing,
 * refused, or silent for `timeoutMs`. A connection that is lost later is reopened behind the running calls.
 *
 * Calling this touches nothing; only `open()` does, so it may be called on a server.
 *
 * @throws {@link KeepspaceError} `usage` when the name is empty or `timeoutMs` is not a positive number.
 */
export function localforageStorage(options: LocalforageStorageOptions = {}): HealingTarget {
  const {name = 'keepspace', timeoutMs = 5_000, time = systemTime, heal = hasWebLocks()} = options
  if (name === '') {
    throw new KeepspaceError('usage', 'a database needs a name')
  }
  if (!(timeoutMs > 0)) {
    throw new KeepspaceError('usage', `timeoutMs must be more than 0, got ${timeoutMs}`)
  }
  return {
    name: NAME,
    place: `${NAME}/${name}`,
    async open() {
      const launch = heal ? healAtLaunch(name, timeoutMs, time) : undefined
      const mending = heal
        ? createMending({name, time, heal: (scratch) => healWithin(scratch, timeoutMs, time)})
        : undefined
      const instance = await openInstance(name, timeoutMs, time)
      const healed = launch && mending && mendedAfter(launch, mending)
      return createPort(instance, {healed, mending, timeoutMs, time})
    },
  }
}

/** A launch whose heal failed is over only when a later one has worked: storage is as torn as it was. */
async function mendedAfter(
  launch: Promise<HealResult>,
  mending: Mending,
): Promise<Exclude<HealResult, 'failed'> | Mended> {
  const result = await launch
  return result === 'failed' ? mending.doubtFailedHeal() : result
}

function hasWebLocks(): boolean {
  return (globalThis.navigator as Navigator | undefined)?.locks !== undefined
}

async function healWithin(scratchName: string, timeoutMs: number, time: Time): Promise<void> {
  const limit = startLimit(time, timeoutMs)
  try {
    await limit.race(healNow(scratchName))
  } finally {
    limit.end()
  }
}

async function openInstance(name: string, timeoutMs: number, time: Time): Promise<KeepspaceInstance> {
  const creating = createKeepspaceInstance(name)
  try {
    await openWithin(async () => databaseOf(await creating), timeoutMs, time)
    return await creating
  } catch (cause) {
    const detail = cause instanceof KeepspaceError ? cause.detail : errorNameOf(cause)
    throw new KeepspaceError('storage.unavailable', detail, {cause})
  }
}

function databaseOf({_dbInfo: {db}}: KeepspaceInstance): IDBDatabase {
  if (db === null) {
    throw new KeepspaceError('storage.unavailable', 'opened without a connection')
  }
  return db
}

type PortOptions = {
  readonly healed: HealingPort['healed']
  readonly mending: Mending | undefined
  readonly timeoutMs: number
  readonly time: Time
}

function createPort(instance: KeepspaceInstance, {healed, mending, timeoutMs, time}: PortOptions): HealingPort {
  const {_dbInfo: info} = instance
  const open = () => openDatabase(info.name, info.storeName)
  const lost = createEmitter<[]>()
  const connection = keepConnected({slot: info, open, openTimeoutMs: timeoutMs, time, onLost: lost.emit, care: mending})
  const running = new Set<Promise<unknown>>()
  const transactions = new Set<RunningTransaction<unknown>>()
  /** Remembers a transaction while it runs. */
  const tracked = <Result>(start: () => RunningTransaction<Result>) => {
    const transaction = start()
    transactions.add(transaction)
    const forget = () => void transactions.delete(transaction)
    transaction.done.then(forget, forget)
    return transaction
  }
  let closing: Promise<void> | undefined
  let provenDoubts = 0

  /** Makes a call within its limit. The limit starts now, whatever the call has to wait for. */
  async function call<Result>(work: (limit: CallLimit) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (closing) {
      throw new KeepspaceError('disposed')
    }
    const limit = startLimit(time, timeoutMs, signal)
    const answer = work(limit).finally(() => {
      limit.end()
      running.delete(answer)
    })
    running.add(answer)
    return answer
  }

  function read<Result>(start: () => RunningTransaction<Result>): Promise<Result> {
    return call((limit) => connection.run(() => tracked(start), limit))
  }

  async function commit(groups: readonly CommitGroup[], durability: Durability, limit: CallLimit) {
    const start = () => tracked(() => instance.commit(groups, durability))
    const results = await connection.run(start, limit, {isWrite: true})
    if (mending !== undefined && mending.doubts !== provenDoubts) {
      const {doubts} = mending
      await prove(groups, results, limit, mending)
      provenDoubts = doubts
    }
    return results
  }

  /** After a doubt: storage is mended, and what was written is there. Otherwise nobody knows whether it will be. */
  async function prove(
    groups: readonly CommitGroup[],
    results: readonly GroupResult[],
    limit: CallLimit,
    mending: Mending,
  ): Promise<void> {
    const written = groups.filter((_, index) => results[index]?.status === 'committed')
    const selectors = written.map(({expect}) => expect)
    const stored = await limit
      .race(mending.assertMended())
      .then(() => connection.run(() => tracked(() => instance.read(selectors)), limit))
      .catch((cause: unknown) => {
        throw cause instanceof KeepspaceError && cause.code === 'storage.timeout'
          ? cause
          : new KeepspaceError('storage.lost', errorNameOf(cause), {cause})
      })
    if (!written.every((group, index) => isShownBy(group, stored[index]?.[0]?.value))) {
      void mending.doubt()
      throw new KeepspaceError('storage.lost', 'what was written is not there')
    }
  }

  return {
    name: NAME,
    isPersistent: true,
    ...(healed && {healed}),
    commit: (groups, {durability, signal}) => call((limit) => commit(groups, durability, limit), signal),
    read: (selectors) => read(() => instance.read(selectors)),
    async readPrefix(prefix) {
      const [records = []] = await read(() => instance.read([{prefix}]))
      return records
    },
    list: (prefix) => read(() => instance.list(prefix)),
    putNow(records, {isLast = false} = {}) {
      if (closing !== undefined || info.db === null) {
        return false
      }
      // A write waits for every transaction before it, and all of them die with the page.
      for (const transaction of isLast ? transactions : []) {
        transaction.abort()
      }
      return putNow(info.db, info.storeName, records)
    },
    onLost: lost.add,
    ...(mending && {onDoubted: mending.onDoubted}),
    close() {
      mending?.close()
      closing ??= Promise.allSettled(running).then(() => connection.close())
      return closing
    },
  }
}
