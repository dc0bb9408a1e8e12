/** Tools for testing an app that uses Keepspace, or a storage adapter of your own. */

export {createFakeLocks, type FakeTabLocks} from './testing/fake-locks.ts'
export {createFakeBuses, createFakePage, type FakePage} from './testing/fake-page.ts'
export {type FaultyStorage, faultyStorage, type StorageLog} from './testing/faulty-storage.ts'
export {createSimulatedTime, type SimulatedTime} from './testing/simulated-time.ts'
export {type ContractRunner, testStorageContract} from './testing/storage-contract.ts'
export type {FaultyMethod, HeldCall, StorageFaults} from './testing/storage-faults.ts'
