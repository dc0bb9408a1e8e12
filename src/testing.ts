/** Tools for testing an app that uses Keepspace, or a storage adapter of your own. */

export {type AnsweredStorage, answeredStorage, type WaitingCall} from './testing/answered-storage.ts'
export type {Act, ChartModel, Check, Deadline, Perform} from './testing/chart-model.ts'
export {createFakeLocks, type FakeTabLocks} from './testing/fake-locks.ts'
export {createFakeBuses, createFakePage, type FakePage} from './testing/fake-page.ts'
export {createFakeWitness, type FakeWitness} from './testing/fake-witness.ts'
export {type FaultyStorage, faultyStorage, type StorageLog} from './testing/faulty-storage.ts'
export type {GuardOutcomes, PlanOptions} from './testing/path-plan.ts'
export {type PathFailure, type PathReport, type PlaceCoverage, testPaths} from './testing/path-runner.ts'
export {createSimulatedTime, type SimulatedTime} from './testing/simulated-time.ts'
export {type ContractRunner, testStorageContract} from './testing/storage-contract.ts'
export type {FaultyMethod, HeldCall, StorageFaults} from './testing/storage-faults.ts'
