import {KeepspaceError} from '../../src/model/errors.ts'
import type {ChoiceTape} from './choice-tape.ts'
import type {Disaster, StorageFault} from './history.ts'
import type {SimClient} from './sim-client.ts'
import type {SimClock} from './sim-clock.ts'

/** One transaction of a page. */
export type SimTransaction<Result> = {
  readonly done: Promise<Result>
  /** Ends it, unless it is past that or hangs in a place that no abort reaches. */
  abort(): void
}

/** The transactions of all pages, one at a time, each with a fault or none. */
export type SimTransactions = {
  submit<Result>(client: SimClient, what: TransactionWork<Result>): SimTransaction<Result>
  /** The process of a page is gone. What it had begun lands or not. */
  kill(client: SimClient): void
  /** Everything that waited is gone. True when a write was cut off in its middle. */
  cutOff(): boolean
  /** No write works for a while. */
  fail(untilMs: number): void
  /** From now on everything works. */
  calm(): void
}

export type TransactionWork<Result> = {
  readonly isWrite: boolean
  /** Goes on when its page is gone. */
  readonly outlivesPage?: boolean
  /** Does the work; throws when it cannot be done. */
  readonly run: () => Result
}

const usualLatenciesMs = [0, 0, 1, 1, 2, 7, 20]
const slowLatenciesMs = [40, 120, 400, 900, 2_500, 4_900]
/** A hanging transaction that nobody waits for is ended by the browser. */
const UNWATCHED_MS = 6_000
const lateLandingsMs = [1, 700, 3_000, 20_000]
const lateAnswersMs = [1, 5, 50, 700]

type Transaction = {
  readonly client: SimClient
  readonly isWrite: boolean
  readonly outlivesPage: boolean
  readonly run: () => unknown
  readonly answer: (result: unknown) => void
  readonly fail: (error: KeepspaceError) => void
  fault: StorageFault | undefined
  timer: unknown
  hasEnded: boolean
}

/** Makes an empty queue whose every choice comes from `tape`. */
export function createSimTransactions(options: {
  readonly clock: SimClock
  readonly tape: ChoiceTape
  readonly faults: ReadonlySet<StorageFault | Disaster>
  /** In how many of 100 calls one of them happens. */
  readonly faultPercent: number
  readonly reached: (what: string) => void
}): SimTransactions {
  const {clock, tape, faults, faultPercent, reached} = options
  let waiting: Transaction[] = []
  let running: Transaction | undefined
  let isCalm = false
  let failsUntilMs = 0

  const leave = (transaction: Transaction) => {
    transaction.hasEnded = true
    clock.clearTimeout(transaction.timer)
    waiting = waiting.filter((other) => other !== transaction)
    if (running === transaction) {
      running = undefined
      queueMicrotask(pump)
    }
  }

  /** The transaction ends as its fault wants it. */
  const finish = (transaction: Transaction) => {
    const {fault, fail} = transaction
    leave(transaction)
    if (fault === 'refuses' || fault === 'readFails') {
      fail(new KeepspaceError('storage.unavailable', 'refused'))
      return
    }
    if (fault === 'loses') {
      fail(new KeepspaceError('storage.lost', 'closed'))
      return
    }
    try {
      const result = transaction.run()
      if (fault === 'losesAnswer') {
        fail(new KeepspaceError(tape.pick(2) === 0 ? 'storage.lost' : 'storage.timeout', 'answer lost'))
      } else if (fault === 'lateAnswer') {
        clock.setTimeout(() => transaction.answer(result), lateAnswersMs[tape.pick(lateAnswersMs.length)] ?? 0)
      } else {
        transaction.answer(result)
      }
    } catch (error) {
      fail(KeepspaceError.from(error))
    }
  }

  const abort = (transaction: Transaction) => {
    if (transaction.hasEnded) {
      return
    }
    reached('abort')
    if (transaction.fault === 'hangsAndLands') {
      clock.clearTimeout(transaction.timer)
      const lateMs = lateLandingsMs[tape.pick(lateLandingsMs.length)] ?? 0
      transaction.timer = clock.setTimeout(() => finish(transaction), lateMs)
      return
    }
    leave(transaction)
    // Some do not even answer that.
    if (transaction.fault !== 'hangs' && transaction.fault !== 'readHangs') {
      transaction.fail(new KeepspaceError('storage.timeout', 'aborted'))
    }
  }

  const drawFault = (isWrite: boolean): StorageFault | undefined => {
    if (isWrite && clock.elapsed() < failsUntilMs) {
      return 'refuses'
    }
    if (isCalm || !tape.chance(faultPercent)) {
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
      reached(fault)
    }
    if (fault === 'hangs' || fault === 'readHangs' || fault === 'hangsAndLands') {
      if (transaction.outlivesPage) {
        transaction.timer = clock.setTimeout(() => abort(transaction), UNWATCHED_MS)
      }
      return
    }
    const latencies = fault === 'slow' ? slowLatenciesMs : usualLatenciesMs
    const latencyMs = isCalm ? 0 : (latencies[tape.pick(latencies.length)] ?? 0)
    transaction.timer = clock.setTimeout(() => finish(transaction), latencyMs)
  }

  const pump = () => {
    const next = running === undefined ? waiting.shift() : undefined
    if (next !== undefined) {
      begin(next)
    }
  }

  return {
    submit: <Result>(client: SimClient, work: TransactionWork<Result>): SimTransaction<Result> => {
      let transaction: Transaction | undefined
      const done = new Promise<Result>((resolve, reject) => {
        transaction = {
          client,
          isWrite: work.isWrite,
          outlivesPage: work.outlivesPage ?? false,
          run: work.run,
          answer: (result) => client.run(() => resolve(result as Result)),
          fail: (error) => client.run(() => reject(error)),
          fault: undefined,
          timer: undefined,
          hasEnded: false,
        }
        if (client.isAlive) {
          waiting.push(transaction)
          pump()
        }
      })
      return {done, abort: () => transaction && abort(transaction)}
    },
    kill: (client) => {
      waiting = waiting.filter((transaction) => transaction.client !== client || transaction.outlivesPage)
      if (running?.client !== client || running.outlivesPage) {
        return
      }
      if (running.isWrite && tape.pick(2) === 1) {
        reached('landsAfterKill')
        running.fault = undefined
        finish(running)
      } else {
        leave(running)
      }
    },
    cutOff: () => {
      const isCut = running?.isWrite === true
      clock.clearTimeout(running?.timer)
      running = undefined
      waiting = []
      return isCut
    },
    fail: (untilMs) => {
      failsUntilMs = untilMs
    },
    calm: () => {
      isCalm = true
      failsUntilMs = 0
      // What hangs in no hope of an end would keep everybody else waiting.
      if (running?.fault === 'hangs' || running?.fault === 'readHangs') {
        leave(running)
      }
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
