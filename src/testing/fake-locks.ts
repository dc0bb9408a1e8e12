import type {TabLock, TabLocks} from '../model/tab-locks.ts'

/** The locks of one tab. */
export type FakeTabLocks = TabLocks & {
  /** The tab is gone: everything it holds or waits for is given back, as a browser does. */
  end(): void
}

type Request = {readonly owner: object; readonly name: string; grant(): void}
type Held = {readonly owner: object; readonly lock: TabLock; end(): void}

/** Makes locks that tabs share, one object for each tab. Answers come a microtask later, as real ones never come at once. */
export function createFakeLocks(): () => FakeTabLocks {
  const held = new Map<string, Held>()
  let queue: readonly Request[] = []

  const hold = (owner: object, name: string): TabLock => {
    let resolve: () => void = () => undefined
    const ended = new Promise<void>((end) => {
      resolve = end
    })
    const release = () => {
      resolve()
      if (held.get(name)?.lock === lock) {
        held.delete(name)
        grantNext(name)
      }
    }
    const lock: TabLock = {ended, release}
    held.get(name)?.end()
    held.set(name, {owner, lock, end: resolve})
    return lock
  }
  const grantNext = (name: string) => {
    const next = queue.find((request) => request.name === name)
    if (next !== undefined) {
      queue = queue.filter((request) => request !== next)
      next.grant()
    }
  }
  const isFree = (name: string) => !held.has(name) && !queue.some((request) => request.name === name)

  return () => {
    const owner = {}
    return {
      acquire: async (name, {mode, signal}) => {
        await Promise.resolve()
        if (signal.aborted || (mode === 'free' && !isFree(name))) {
          return undefined
        }
        if (mode !== 'wait' || isFree(name)) {
          return hold(owner, name)
        }
        return new Promise((resolve) => {
          const request: Request = {owner, name, grant: () => resolve(hold(owner, name))}
          queue = [...queue, request]
          signal.addEventListener('abort', () => {
            queue = queue.filter((waiting) => waiting !== request)
            resolve(undefined)
          })
        })
      },
      end: () => {
        queue = queue.filter((request) => request.owner !== owner)
        for (const {lock} of [...held.values()].filter((one) => one.owner === owner)) {
          lock.release()
        }
      },
    }
  }
}
