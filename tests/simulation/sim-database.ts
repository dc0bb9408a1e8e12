import {KeepspaceError} from '../../src/model/errors.ts'
import type {CommitId} from '../../src/model/ids.ts'
import type {
  CommitGroup,
  GroupResult,
  Selector,
  StoragePort,
  StorageTarget,
  StoredRecord,
} from '../../src/model/storage-port.ts'
import type {ChoiceTape} from './choice-tape.ts'
import type {Disaster, StorageFault} from './history.ts'
import type {SimClock} from './sim-clock.ts'
import {bytesOf, type Change, type SimDisk} from './sim-disk.ts'

/** One tab as storage sees it. */
export type SimClient = {readonly name: string; isAlive: boolean}

/** One group that landed. */
export type LandedGroup = {readonly commitId: CommitId | undefined; readonly changes: readonly Change[]}

export type DatabaseListener = {
  called(client: SimClient, groups: readonly CommitGroup[]): void
  answered(client: SimClient, groups: readonly CommitGroup[], error: string | undefined): void
  landed(client: SimClient, transaction: number, isStrict: boolean, groups: readonly LandedGroup[]): void
  /** A read is being answered; the returned function is called when the answer has arrived. */
  read(client: SimClient, selectors: readonly Selector[]): () => void
  reached(what: string): void
}

/** The database of one browser, shared by its tabs: one transaction at a time, in simulated time. */
export type SimDatabase = {
  target(client: SimClient): StorageTarget
  /** The process of a page is gone. What it had begun lands or not. */
  kill(client: SimClient): void
  /** The browser is gone, and everything that waited. */
  killAll(clients: readonly SimClient[]): void
  /** Another program writes, between two transactions. False when there is no room. */
  intrude(client: SimClient, changes: readonly Change[]): boolean
  /** Bytes that fit, undefined while there is room enough. */
  quotaBytes: number | undefined
  /** From now on everything works. */
  calm(): void
}

/** How long the driver waits for an answer. */
const CALL_LIMIT_MS = 5_000

const usualLatenciesMs = [0, 0, 1, 1, 2, 7, 20]
const slowLatenciesMs = [40, 120, 400, 900, 2_500, 4_900]
const lateLandingsMs = [1, 400, 3_000, 20_000]
const lateAnswersMs = [1, 5, 50, 700]

type Transaction = {
  readonly client: SimClient
  readonly isWrite: boolean
  /** Goes on when its page is gone. */
  readonly outlivesPage: boolean
  /** Does the work; throws when it cannot be done. */
  readonly run: () => unknown
  readonly answer: (result: unknown) => void
  readonly fail: (error: KeepspaceError) => void
  fault: StorageFault | undefined
  limit: unknown
  timer: unknown
  isAnswered: boolean
}

/** Makes a database on `disk` whose every choice comes from `tape`. */
export function createSimDatabase(options: {
  readonly disk: SimDisk
  readonly clock: SimClock
  readonly tape: ChoiceTape
  readonly faults: ReadonlySet<StorageFault | Disaster>
  readonly listener: DatabaseListener
}): SimDatabase {
  const {disk, clock, tape, faults, listener} = options
  let waiting: Transaction[] = []
  let running: Transaction | undefined
  let transactionCount = 0
  let isCalm = false
  let quotaBytes: number | undefined

  const answerLater = (transaction: Transaction, delayMs: number, answer: () => void) => {
    const deliver = () => {
      clock.clearTimeout(transaction.limit)
      if (!transaction.isAnswered) {
        transaction.isAnswered = true
        answer()
      }
    }
    delayMs === 0 ? deliver() : clock.setTimeout(deliver, delayMs)
  }

  const leave = (transaction: Transaction) => {
    clock.clearTimeout(transaction.timer)
    if (running === transaction) {
      running = undefined
    }
    queueMicrotask(pump)
  }

  /** The transaction ends as its fault wants it. */
  const finish = (transaction: Transaction) => {
    const {fault} = transaction
    leave(transaction)
    if (fault === 'refuses' || fault === 'readFails') {
      answerLater(transaction, 0, () => transaction.fail(new KeepspaceError('storage.unavailable', 'refused')))
      return
    }
    if (fault === 'loses') {
      answerLater(transaction, 0, () => transaction.fail(new KeepspaceError('storage.lost', 'closed')))
      return
    }
    try {
      const result = transaction.run()
      if (fault === 'losesAnswer') {
        const code = tape.pick(2) === 0 ? 'storage.lost' : 'storage.timeout'
        answerLater(transaction, 0, () => transaction.fail(new KeepspaceError(code, 'answer lost')))
        return
      }
      const delayMs = fault === 'lateAnswer' ? (lateAnswersMs[tape.pick(lateAnswersMs.length)] ?? 0) : 0
      answerLater(transaction, delayMs, () => transaction.answer(result))
    } catch (error) {
      answerLater(transaction, 0, () => transaction.fail(KeepspaceError.from(error)))
    }
  }

  const reachLimit = (transaction: Transaction) => {
    if (transaction.isAnswered) {
      return
    }
    transaction.isAnswered = true
    listener.reached('timeout')
    if (running !== transaction) {
      waiting = waiting.filter((other) => other !== transaction)
    } else if (transaction.fault === 'hangsAndLands') {
      clock.clearTimeout(transaction.timer)
      transaction.timer = clock.setTimeout(
        () => finish(transaction),
        lateLandingsMs[tape.pick(lateLandingsMs.length)] ?? 0,
      )
    } else {
      leave(transaction)
    }
    transaction.fail(new KeepspaceError('storage.timeout', 'no answer'))
  }

  const drawFault = (isWrite: boolean): StorageFault | undefined => {
    if (isCalm || !tape.chance(18)) {
      return undefined
    }
    const possible = (isWrite ? writeFaults : readFaults).filter((fault) => faults.has(fault))
    return possible[tape.pick(possible.length)]
  }

  const begin = (transaction: Transaction) => {
    running = transaction
    const fault = drawFault(transaction.isWrite)
    transaction.fault = fault
    if (fault !== undefined) {
      listener.reached(fault)
    }
    if (fault === 'hangs' || fault === 'readHangs' || fault === 'hangsAndLands') {
      return
    }
    const latencies = fault === 'slow' ? slowLatenciesMs : usualLatenciesMs
    const latencyMs = isCalm ? 0 : (latencies[tape.pick(latencies.length)] ?? 0)
    transaction.timer = clock.setTimeout(() => finish(transaction), latencyMs)
  }

  const pump = () => {
    if (running === undefined) {
      const next = waiting.shift()
      if (next !== undefined) {
        begin(next)
      }
    }
  }

  const submit = <Result>(
    client: SimClient,
    what: {readonly isWrite: boolean; readonly outlivesPage?: boolean; readonly run: () => Result},
  ): Promise<Result> =>
    new Promise((resolve, reject) => {
      const whileAlive =
        <Value>(deliver: (value: Value) => void) =>
        (value: Value) => {
          if (client.isAlive) {
            deliver(value)
          }
        }
      const transaction: Transaction = {
        client,
        isWrite: what.isWrite,
        outlivesPage: what.outlivesPage ?? false,
        run: what.run,
        answer: whileAlive((result) => resolve(result as Result)),
        fail: whileAlive(reject),
        fault: undefined,
        limit: undefined,
        timer: undefined,
        isAnswered: false,
      }
      transaction.limit = clock.setTimeout(() => reachLimit(transaction), CALL_LIMIT_MS)
      waiting.push(transaction)
      pump()
    })

  const apply = (client: SimClient, groups: readonly LandedGroup[], isStrict: boolean): void => {
    const changes = groups.flatMap((group) => group.changes)
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

  const commit = (client: SimClient, groups: readonly CommitGroup[], isStrict: boolean): readonly GroupResult[] => {
    const results = groups.map((group) => judge(disk, group))
    const accepted = groups.filter((_, index) => results[index]?.status === 'committed')
    if (accepted.length > 0) {
      apply(
        client,
        accepted.map((group) => ({commitId: group.commitId, changes: changesOf(group.puts, group.deletes)})),
        isStrict,
      )
    }
    return results
  }

  const openPort = (client: SimClient): StoragePort => {
    let isClosed = false
    let callCount = 0
    let closed: () => void = () => undefined
    const whileOpen = async <Result>(call: () => Promise<Result>): Promise<Result> => {
      if (isClosed) {
        throw new KeepspaceError('disposed')
      }
      callCount += 1
      try {
        return await call()
      } finally {
        callCount -= 1
        if (callCount === 0) {
          closed()
        }
      }
    }
    const read = async (selectors: readonly Selector[]) => {
      const {lists, delivered} = await submit(client, {
        isWrite: false,
        run: () => ({
          delivered: listener.read(client, selectors),
          lists: selectors.map((selector) => select(disk, selector)),
        }),
      })
      delivered()
      return lists
    }
    return {
      name: 'simulated',
      isPersistent: true,
      commit: (groups, {durability}) =>
        whileOpen(async () => {
          const encoded = groups.map(clone)
          listener.called(client, encoded)
          try {
            const results = await submit(client, {
              isWrite: true,
              run: () => commit(client, encoded, durability === 'strict'),
            })
            listener.answered(client, encoded, undefined)
            return results
          } catch (error) {
            listener.answered(client, encoded, KeepspaceError.from(error).code)
            throw error
          }
        }),
      read: (selectors) => whileOpen(() => read(selectors)),
      readPrefix: (prefix) => whileOpen(async () => (await read([{prefix}]))[0] ?? []),
      list: (prefix) => whileOpen(async () => ((await read([{prefix}]))[0] ?? []).map(({key}) => key)),
      putNow: (records) => {
        if (isClosed) {
          return false
        }
        const changes = changesOf(clone(records), [])
        void submit(client, {
          isWrite: true,
          outlivesPage: true,
          run: () => apply(client, [{commitId: undefined, changes}], false),
        }).catch(() => undefined)
        return true
      },
      close: () => {
        isClosed = true
        return callCount === 0
          ? Promise.resolve()
          : new Promise((resolve) => {
              closed = resolve
            })
      },
    }
  }

  const kill = (client: SimClient) => {
    client.isAlive = false
    for (const transaction of waiting.filter((other) => other.client === client && !other.outlivesPage)) {
      clock.clearTimeout(transaction.limit)
    }
    waiting = waiting.filter((transaction) => transaction.client !== client || transaction.outlivesPage)
    if (running?.client === client && !running.outlivesPage) {
      const transaction = running
      clock.clearTimeout(transaction.limit)
      if (transaction.isWrite && tape.pick(2) === 1) {
        listener.reached('landsAfterKill')
        transaction.fault = undefined
        finish(transaction)
      } else {
        leave(transaction)
      }
    }
  }

  return {
    target: (client) => ({
      name: 'simulated',
      open: async () => {
        if (!isCalm && faults.has('openFails') && tape.chance(25)) {
          listener.reached('openFails')
          throw new KeepspaceError('storage.unavailable', 'cannot be opened')
        }
        return openPort(client)
      },
    }),
    kill,
    killAll: (clients) => {
      for (const client of clients) {
        kill(client)
      }
      for (const transaction of running === undefined ? waiting : [running, ...waiting]) {
        clock.clearTimeout(transaction.limit)
        clock.clearTimeout(transaction.timer)
      }
      waiting = []
      running = undefined
    },
    intrude: (client, changes) => {
      try {
        apply(client, [{commitId: undefined, changes}], false)
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
    calm: () => {
      isCalm = true
      quotaBytes = undefined
    },
  }
}

const writeFaults: readonly StorageFault[] = [
  'slow',
  'lateAnswer',
  'hangs',
  'hangsAndLands',
  'refuses',
  'loses',
  'losesAnswer',
]
const readFaults: readonly StorageFault[] = ['slow', 'lateAnswer', 'readFails', 'readHangs']

/** Compare-and-set, written anew: what is stored under the expected key must carry the expected revision. */
function judge(disk: SimDisk, {expect}: CommitGroup): GroupResult {
  const text = disk.records.get(expect.key)
  const stored = text === undefined ? undefined : (JSON.parse(text) as {revision?: unknown; commitId?: unknown})
  const revision = stored === undefined ? 0 : typeof stored.revision === 'number' ? stored.revision : -1
  if (revision === expect.revision) {
    return {status: 'committed'}
  }
  const commitId = typeof stored?.commitId === 'string' ? (stored.commitId as CommitId) : undefined
  return {status: 'conflict', revision, commitId}
}

function changesOf(puts: readonly StoredRecord[], deletes: readonly string[]): readonly Change[] {
  return [
    ...puts.map(({key, value}) => ({key, text: JSON.stringify(value)})),
    ...deletes.map((key) => ({key, text: undefined})),
  ]
}

function select({records}: SimDisk, selector: Selector): readonly StoredRecord[] {
  const keys =
    'key' in selector
      ? [selector.key].filter((key) => records.has(key))
      : [...records.keys()].filter((key) => key.startsWith(selector.prefix)).sort()
  return keys.map((key) => ({key, value: JSON.parse(records.get(key) ?? 'null')}))
}

/** Nobody shares objects with storage: what is written is what it was when the call was made. */
function clone<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}
