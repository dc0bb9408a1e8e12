import {KeepspaceError} from '../../src/model/errors.ts'
import type {StoragePort, StorageTarget} from '../../src/model/storage-port.ts'
import type {Time} from '../../src/model/time.ts'

/** What becomes of one call to storage. */
export const callFaults = ['error', 'hang', 'lostAnswer', 'kill'] as const
export type CallFault = (typeof callFaults)[number]

/** How long the driver waits for an answer. */
const CALL_LIMIT_MS = 5_000

/** A storage of which one call, counted from the moment it was armed, meets a fault. */
export type NthCallStorage = {
  readonly target: StorageTarget
  /** From now on calls are counted, and the n-th one meets the fault. */
  arm(n: number, fault: CallFault): void
  /** From now on everything works. */
  disarm(): void
  /** Whether the call was made. */
  readonly hasStruck: boolean
  /** The page was killed in the middle of it: nothing that it asks is answered any more. */
  readonly isKilled: boolean
}

/** Wraps `inner`; only pages that were open when it was armed are killed by a kill. */
export function nthCallStorage(inner: StorageTarget, time: Time): NthCallStorage {
  let remaining = Number.POSITIVE_INFINITY
  let fault: CallFault = 'error'
  let hasStruck = false
  let isKilled = false
  /** Pages before the faults ended are of the first life, those after it of the second. */
  let life: 0 | 1 = 0

  const never = <Result>() => new Promise<Result>(() => undefined)
  const through = async <Result>(born: 0 | 1, call: () => Promise<Result>): Promise<Result> => {
    if (isKilled && born === 0) {
      return never()
    }
    remaining -= 1
    if (remaining !== 0) {
      return call()
    }
    hasStruck = true
    switch (fault) {
      case 'error':
        throw new KeepspaceError('storage.unavailable', 'refused')
      case 'hang':
        await new Promise<void>((resolve) => void time.setTimeout(resolve, CALL_LIMIT_MS))
        throw new KeepspaceError('storage.timeout', 'no answer')
      case 'lostAnswer':
        await call()
        throw new KeepspaceError('storage.timeout', 'the answer was lost')
      case 'kill':
        isKilled = true
        await call().catch(() => undefined)
        return never()
    }
  }
  const wrap = (port: StoragePort, born: 0 | 1): StoragePort => ({
    name: port.name,
    isPersistent: true,
    commit: (groups, options) => through(born, () => port.commit(groups, options)),
    read: (selectors) => through(born, () => port.read(selectors)),
    readPrefix: (prefix) => through(born, () => port.readPrefix(prefix)),
    list: (prefix) => through(born, () => port.list(prefix)),
    putNow: (records, options) => !(isKilled && born === 0) && (port.putNow?.(records, options) ?? false),
    close: () => port.close(),
  })
  return {
    target: {name: inner.name, open: async () => wrap(await inner.open(), life)},
    arm: (n, next) => {
      remaining = n
      fault = next
    },
    disarm: () => {
      remaining = Number.POSITIVE_INFINITY
      life = 1
    },
    get hasStruck() {
      return hasStruck
    },
    get isKilled() {
      return isKilled
    },
  }
}
