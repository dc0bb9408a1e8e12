import type {LockMode, TabLock, TabLocks} from '../model/tab-locks.ts'

/** Locks over Web Locks. Where those are missing every lock is free for everybody, and compare-and-set alone decides. */
export function browserTabLocks(): TabLocks {
  const manager = typeof document === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks
  return manager === undefined ? alwaysFree : {acquire: (name, {mode, signal}) => acquire(manager, name, mode, signal)}
}

const alwaysFree: TabLocks = {
  acquire: async () => {
    let release: () => void = () => undefined
    const ended = new Promise<void>((resolve) => {
      release = resolve
    })
    return {ended, release}
  },
}

function acquire(
  manager: LockManager,
  name: string,
  mode: LockMode,
  signal: AbortSignal,
): Promise<TabLock | undefined> {
  if (signal.aborted) {
    return Promise.resolve(undefined)
  }
  return new Promise((resolve, reject) => {
    const request = manager.request(name, optionsFor(mode, signal), (granted) => {
      if (granted === null || signal.aborted) {
        resolve(undefined)
        return undefined
      }
      return new Promise<void>((release) => resolve({ended, release}))
    })
    // A stolen lock rejects the request, long after the lock itself was handed out.
    request.catch((error) => (signal.aborted ? resolve(undefined) : reject(error)))
    const ended = request.then(ignore, ignore)
  })
}

/** The browser takes a signal with neither of the other two options; there it is looked at when the answer comes. */
function optionsFor(mode: LockMode, signal: AbortSignal): LockOptions {
  switch (mode) {
    case 'free':
      return {ifAvailable: true}
    case 'wait':
      return {signal}
    case 'steal':
      return {steal: true}
  }
}

const ignore = () => undefined
