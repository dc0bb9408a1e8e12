import type {KeepspaceError} from '../model/errors.ts'
import type {StoragePort, StorageTarget} from '../model/storage-port.ts'
import type {FaultyMethod} from './storage-faults.ts'

/** A call that waits for its answer. */
export type WaitingCall = {
  readonly method: FaultyMethod
  readonly args: readonly unknown[]
  /** Lets the call go on to the storage behind, which answers it. */
  succeed(): void
  /** Rejects the call. It never reaches the storage behind. */
  fail(error: KeepspaceError): void
}

/** A storage whose calls are answered by hand. */
export type AnsweredStorage = {
  /** Give this to what is tested. */
  readonly target: StorageTarget
  /** Calls without an answer, the oldest first. */
  readonly waiting: readonly WaitingCall[]
  /** How many calls are with the storage behind. */
  readonly running: number
}

/**
 * Wraps a storage so that chosen calls wait until a test answers them: the fake service of a chart that waits for
 * storage. All other calls go through at once.
 *
 * @param waits - whether a call waits
 */
export function answeredStorage(
  target: StorageTarget,
  waits: (method: FaultyMethod, args: readonly unknown[]) => boolean,
): AnsweredStorage {
  const waiting: WaitingCall[] = []
  let running = 0

  const run = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    running += 1
    try {
      return await call()
    } finally {
      running -= 1
    }
  }
  const through = <Result>(method: FaultyMethod, args: readonly unknown[], call: () => Promise<Result>) => {
    if (!waits(method, args)) {
      return run(call)
    }
    return new Promise<Result>((resolve, reject) => {
      const answer = (act: () => void) => {
        const index = waiting.indexOf(waitingCall)
        if (index >= 0) {
          waiting.splice(index, 1)
          act()
        }
      }
      const waitingCall: WaitingCall = {
        method,
        args,
        succeed: () => answer(() => resolve(run(call))),
        fail: (error) => answer(() => reject(error)),
      }
      waiting.push(waitingCall)
    })
  }
  return {
    target: {
      name: target.name,
      open: () => through('open', [], async () => wrap(await target.open(), through)),
    },
    waiting,
    get running() {
      return running
    },
  }
}

type Through = <Result>(method: FaultyMethod, args: readonly unknown[], call: () => Promise<Result>) => Promise<Result>

function wrap(port: StoragePort, through: Through): StoragePort {
  return {
    name: port.name,
    isPersistent: port.isPersistent,
    commit: (groups, options) => through('commit', [groups, options], () => port.commit(groups, options)),
    read: (selectors) => through('read', [selectors], () => port.read(selectors)),
    readPrefix: (prefix) => through('readPrefix', [prefix], () => port.readPrefix(prefix)),
    list: (prefix) => through('list', [prefix], () => port.list(prefix)),
    ...(port.putNow && {putNow: (records, options) => port.putNow?.(records, options) ?? false}),
    close: () => through('close', [], () => port.close()),
  }
}
