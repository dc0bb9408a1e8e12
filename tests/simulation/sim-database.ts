import {KeepspaceError} from '../../src/model/errors.ts'
import type {
  CommitGroup,
  GroupResult,
  Selector,
  StoragePort,
  StorageTarget,
  StoredRecord,
} from '../../src/model/storage-port.ts'
import type {Time} from '../../src/model/time.ts'
import {finishWithin, startLimit} from '../../src/services/storage/call-limit.ts'
import type {ChoiceTape} from './choice-tape.ts'
import {decode} from './decoded-texts.ts'
import type {Disaster, Engine, StorageFault} from './history.ts'
import type {SimClient} from './sim-client.ts'
import type {SimClock} from './sim-clock.ts'
import {bytesOf, type Change, type SimDisk} from './sim-disk.ts'
import {createSimTransactions, type SimTransaction, type TransactionWork} from './sim-transactions.ts'

export type DatabaseListener = {
  called(client: SimClient, groups: readonly EncodedGroup[]): void
  answered(client: SimClient, groups: readonly EncodedGroup[], error: string | undefined): void
  landed(client: SimClient, transaction: number, isStrict: boolean, groups: readonly (readonly Change[])[]): void
  /** A read is being answered; the returned function is called when the answer has arrived. */
  read(client: SimClient, selectors: readonly Selector[]): () => void
  /** What was asked for could not be read. */
  readFailed(client: SimClient, selectors: readonly Selector[]): void
  /** The engine found its log damaged and emptied everything, without a word to anybody. */
  emptied(): void
  reached(what: string): void
}

/** A group as it was when the call was made: nobody shares objects with storage. */
export type EncodedGroup = {
  readonly expect: CommitGroup['expect']
  readonly deletes: readonly string[]
  readonly changes: readonly Change[]
}

/** The database of one browser, shared by its tabs, in simulated time. */
export type SimDatabase = {
  target(client: SimClient, time: Time): StorageTarget
  /** The process of a page is gone. What it had begun lands or not. */
  kill(client: SimClient): void
  /** The browser is gone, and everything that waited. */
  endLaunch(): void
  /** The data of the site was cleared: every connection is closed by that. */
  closeConnections(): void
  /** Another program writes, between two transactions. False when there is no room. */
  intrude(client: SimClient, changes: readonly Change[]): boolean
  /** Bytes that fit, undefined while there is room enough. */
  quotaBytes: number | undefined
  /** No write works for a while. */
  fail(untilMs: number): void
  /** From now on everything works. */
  calm(): void
}

/** How long the driver waits for an answer. */
const CALL_LIMIT_MS = 5_000
/** How long the first page of a launch takes to make the engine begin a new log. */
const healsMs = [5, 60, 500, 3_000]
/** The launch that finds a torn log empties it. The one that tore it does not count. */
const LAUNCHES_TO_EMPTY = 2

export type SimDatabaseOptions = {
  readonly disk: SimDisk
  readonly clock: SimClock
  readonly tape: ChoiceTape
  readonly engine: Engine
  readonly faults: ReadonlySet<StorageFault | Disaster>
  /** In how many of 100 calls one of them happens. */
  readonly faultPercent: number
  readonly listener: DatabaseListener
}

/** Makes a database on `disk` whose every choice comes from `tape`. */
export function createSimDatabase(options: SimDatabaseOptions): SimDatabase {
  const {disk, clock, tape, engine, faults, faultPercent, listener} = options
  const transactions = createSimTransactions({clock, tape, faults, faultPercent, reached: listener.reached})
  const connections = new Set<{readonly client: SimClient; readonly lost: () => void}>()
  let transactionCount = 0
  let isCalm = false
  let quotaBytes: number | undefined
  let isLaunched = false
  let launches = 0
  /** Launches since the log was torn, undefined while it is whole. */
  let tornLaunches: number | undefined

  const apply = (client: SimClient, groups: readonly (readonly Change[])[], isStrict: boolean): void => {
    const changes = groups.flat()
    const addedBytes = changes.reduce(
      (sum, {key, text}) => sum + bytesOf(key, text) - bytesOf(key, disk.records.get(key)),
      0,
    )
    if (quotaBytes !== undefined && addedBytes > 0 && disk.usedBytes + addedBytes > quotaBytes) {
      listener.reached('quota')
      throw new KeepspaceError('storage.quota', 'no room')
    }
    transactionCount += 1
    disk.apply(transactionCount, changes, isStrict)
    listener.landed(client, transactionCount, isStrict, groups)
  }

  const commit = (client: SimClient, groups: readonly EncodedGroup[], isStrict: boolean): readonly GroupResult[] => {
    const results = groups.map((group) => judge(disk, group))
    const accepted = groups.filter((_, index) => results[index]?.status === 'committed')
    if (accepted.length > 0) {
      apply(
        client,
        accepted.map(({changes}) => changes),
        isStrict,
      )
    }
    return results
  }

  /** The browser begins: a log that was torn before is found out, and the first page has a new one begun. */
  const launch = (): Promise<void> | undefined => {
    if (isLaunched) {
      return undefined
    }
    isLaunched = true
    launches += 1
    if (tornLaunches !== undefined) {
      tornLaunches += 1
      if (tornLaunches >= LAUNCHES_TO_EMPTY) {
        tornLaunches = undefined
        disk.empty()
        listener.reached('engine emptied')
        listener.emptied()
      }
    }
    if (engine !== 'leveldb') {
      return undefined
    }
    const current = launches
    return new Promise((resolve) => {
      const mended = () => {
        if (isLaunched && launches === current) {
          tornLaunches = undefined
          resolve()
        }
      }
      clock.setTimeout(mended, isCalm ? 0 : (healsMs[tape.pick(healsMs.length)] ?? 0))
    })
  }

  const openPort = (client: SimClient, time: Time, healed: Promise<void> | undefined): StoragePort => {
    const underWay = new Set<SimTransaction<unknown>>()
    let closing: Promise<void> | undefined
    const call = async <Result>(work: TransactionWork<Result>, signal?: AbortSignal): Promise<Result> => {
      if (closing !== undefined) {
        throw new KeepspaceError('disposed')
      }
      const limit = startLimit(time, CALL_LIMIT_MS, signal)
      const transaction = transactions.submit(client, work)
      underWay.add(transaction)
      try {
        return await finishWithin(transaction, limit, time)
      } finally {
        limit.end()
        underWay.delete(transaction)
      }
    }
    const read = async (selectors: readonly Selector[]) => {
      const run = () => ({
        delivered: listener.read(client, selectors),
        lists: selectors.map((selector) => select(disk, selector)),
      })
      try {
        const {lists, delivered} = await call({isWrite: false, run})
        delivered()
        return lists
      } catch (error) {
        listener.readFailed(client, selectors)
        throw error
      }
    }
    return {
      name: 'simulated',
      isPersistent: true,
      ...(healed && {healed}),
      commit: async (groups, {durability, signal}) => {
        const encoded = groups.map(encode)
        listener.called(client, encoded)
        const run = () => commit(client, encoded, durability === 'strict')
        try {
          const results = await call({isWrite: true, run}, signal)
          listener.answered(client, encoded, undefined)
          return results
        } catch (error) {
          listener.answered(client, encoded, KeepspaceError.from(error).code)
          throw error
        }
      },
      read,
      readPrefix: async (prefix) => (await read([{prefix}]))[0] ?? [],
      list: async (prefix) => ((await read([{prefix}]))[0] ?? []).map(({key}) => key),
      putNow: (records, {isLast = false} = {}) => {
        if (closing !== undefined) {
          return false
        }
        for (const transaction of isLast ? underWay : []) {
          transaction.abort()
        }
        const changes = changesOf(records, [])
        const run = () => apply(client, [changes], false)
        transactions.submit(client, {isWrite: true, outlivesPage: true, run}).done.catch(() => undefined)
        return true
      },
      onLost: (listenerOfLoss) => {
        const connection = {client, lost: listenerOfLoss}
        connections.add(connection)
        return () => void connections.delete(connection)
      },
      close: () => {
        closing ??= Promise.allSettled([...underWay].map(({done}) => done)).then(() => undefined)
        return closing
      },
    }
  }

  return {
    target: (client, time) => ({
      name: 'simulated',
      open: async () => {
        const healed = launch()
        if (!isCalm && faults.has('openFails') && tape.chance(25)) {
          listener.reached('openFails')
          throw new KeepspaceError('storage.unavailable', 'cannot be opened')
        }
        return openPort(client, time, healed)
      },
    }),
    kill: transactions.kill,
    endLaunch: () => {
      isLaunched = false
      if (transactions.cutOff() && engine === 'leveldb') {
        listener.reached('torn tail')
        tornLaunches = 0
      }
    },
    closeConnections: () => {
      for (const {client, lost} of connections) {
        client.run(lost)
      }
    },
    intrude: (client, changes) => {
      try {
        apply(client, [changes], false)
        return true
      } catch {
        return false
      }
    },
    get quotaBytes() {
      return quotaBytes
    },
    set quotaBytes(bytes) {
      quotaBytes = bytes
    },
    fail: transactions.fail,
    calm: () => {
      isCalm = true
      quotaBytes = undefined
      transactions.calm()
    },
  }
}

/** Compare-and-set, written anew: what is stored under the expected key must carry the expected revision and no higher fence. */
function judge(disk: SimDisk, {expect}: EncodedGroup): GroupResult {
  const text = disk.records.get(expect.key)
  const stored =
    text === undefined ? undefined : (decode(text) as {revision?: unknown; commitId?: unknown; fence?: unknown})
  const revision = stored === undefined ? 0 : typeof stored.revision === 'number' ? stored.revision : -1
  const fence = typeof stored?.fence === 'number' ? stored.fence : 0
  if (revision === expect.revision && fence <= (expect.fence ?? fence)) {
    return {status: 'committed'}
  }
  const commitId = typeof stored?.commitId === 'string' ? (stored.commitId as CommitGroup['commitId']) : undefined
  return {status: 'conflict', revision, commitId}
}

function changesOf(puts: readonly StoredRecord[], deletes: readonly string[]): readonly Change[] {
  return [
    ...puts.map(({key, value}) => ({key, text: JSON.stringify(value)})),
    ...deletes.map((key) => ({key, text: undefined})),
  ]
}

function select({records, keysFrom}: SimDisk, selector: Selector): readonly StoredRecord[] {
  const keys = 'key' in selector ? [selector.key].filter((key) => records.has(key)) : keysFrom(selector.prefix)
  return keys.map((key) => ({key, value: decode(records.get(key) ?? 'null')}))
}

function encode({expect, puts, deletes}: CommitGroup): EncodedGroup {
  return {expect: {...expect}, deletes: [...deletes], changes: changesOf(puts, deletes)}
}
