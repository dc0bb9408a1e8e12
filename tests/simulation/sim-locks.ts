import type {TabLocks} from '../../src/model/tab-locks.ts'
import {createFakeLocks, type FakeTabLocks} from '../../src/testing/fake-locks.ts'
import {type SimClient, within} from './sim-client.ts'

/** The locks of one browser. */
export type SimLocks = {
  of(client: SimClient): TabLocks
  /** A page is gone and everything it held with it. */
  end(client: SimClient): void
  /** Somebody else takes the lock of that name from whoever has it, and gives it back at once. */
  steal(name: string): void
}

/** Makes locks that nobody has. */
export function createSimLocks(): SimLocks {
  const newTab = createFakeLocks()
  const tabs = new Map<SimClient, FakeTabLocks>()
  const robber = newTab()
  return {
    of: (client) => {
      const locks = newTab()
      tabs.set(client, locks)
      return {
        acquire: async (name, options) => {
          const lock = await within(client, locks.acquire(name, options))
          return lock && {release: lock.release, ended: within(client, lock.ended)}
        },
      }
    },
    end: (client) => tabs.get(client)?.end(),
    steal: (name) => {
      const {signal} = new AbortController()
      void robber.acquire(name, {mode: 'steal', signal}).then((lock) => lock?.release())
    },
  }
}
