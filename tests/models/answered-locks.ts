import {KeepspaceError} from '../../src/model/errors.ts'
import type {LockMode, TabLock, TabLocks} from '../../src/model/tab-locks.ts'

/** Locks whose requests are answered by hand. Each answer says whether there was something to answer. */
export type AnsweredLocks = {
  readonly tab: TabLocks
  /** How the lock was asked for, one after the other. */
  readonly modes: readonly LockMode[]
  /** How many locks the tab has. */
  readonly kept: number
  grant(): boolean
  refuse(): boolean
  fail(): boolean
  /** Another tab takes the lock away. */
  take(): boolean
}

type Request = {
  readonly signal: AbortSignal
  resolve(lock: TabLock | undefined): void
  reject(error: Error): void
}

/** Makes the locks of one tab that asks for a single one. */
export function createAnsweredLocks(): AnsweredLocks {
  const modes: LockMode[] = []
  const endings = new Set<() => void>()
  let request: Request | undefined

  const answer = (act: (request: Request) => void) => {
    const asked = request?.signal.aborted === false ? request : undefined
    request = undefined
    if (asked !== undefined) {
      act(asked)
    }
    return asked !== undefined
  }
  return {
    tab: {
      acquire: (_, {mode, signal}) =>
        new Promise((resolve, reject) => {
          modes.push(mode)
          request = {signal, resolve, reject}
        }),
    },
    modes,
    get kept() {
      return endings.size
    },
    grant: () => answer(({resolve}) => resolve(newLock(endings))),
    refuse: () => answer(({resolve}) => resolve(undefined)),
    fail: () => answer(({reject}) => reject(new KeepspaceError('usage', 'no locks'))),
    take: () => {
      const [end] = endings
      end?.()
      return end !== undefined
    },
  }
}

function newLock(endings: Set<() => void>): TabLock {
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = () => {
      endings.delete(end)
      resolve()
    }
  })
  endings.add(end)
  return {ended, release: end}
}
