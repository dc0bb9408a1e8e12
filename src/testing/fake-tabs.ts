import type {PageLifecycle} from '../model/page-lifecycle.ts'
import type {StorageTarget} from '../model/storage-port.ts'
import type {TabBus} from '../model/tab-bus.ts'
import type {TabLocks} from '../model/tab-locks.ts'
import type {Time} from '../model/time.ts'
import type {Witness} from '../model/witness.ts'
import {memoryStorage} from '../services/storage/memory-storage.ts'
import {createFakeLocks} from './fake-locks.ts'
import {createFakeBuses, createFakePage, type FakePage} from './fake-page.ts'
import {createFakeWitness} from './fake-witness.ts'
import {createSimulatedTime, type SimulatedTime} from './simulated-time.ts'

/** One tab of a browser that exists only in a test. */
export type FakeTab = {
  /** Spread into the options of `createKeepspace`. */
  readonly options: {
    readonly storage: StorageTarget
    readonly time: Time
    readonly bus: TabBus
    readonly locks: TabLocks
    readonly lifecycle: PageLifecycle
    readonly witness: Witness
  }
  readonly page: FakePage
  /** The tab is killed: it hears nothing more, and its locks come free, as a browser does it. */
  kill(): void
}

/** Several tabs of one browser in one process, over one storage and one clock. */
export type FakeTabs = {
  readonly time: SimulatedTime
  open(): FakeTab
}

/**
 * Makes a browser without tabs.
 *
 * @param options.storage - what all tabs share. @defaultValue an empty storage in memory that says it is persistent
 */
export function createFakeTabs(
  options: {readonly storage?: StorageTarget; readonly time?: SimulatedTime} = {},
): FakeTabs {
  const {storage = memoryStorage({isPersistent: true}), time = createSimulatedTime()} = options
  const newBus = createFakeBuses()
  const newLocks = createFakeLocks()
  const witness = createFakeWitness()
  return {
    time,
    open: () => {
      const page = createFakePage()
      const bus = newBus()
      const locks = newLocks()
      return {
        options: {storage, time, bus, locks, lifecycle: page.lifecycle, witness},
        page,
        kill: () => {
          bus.close()
          locks.end()
        },
      }
    },
  }
}
