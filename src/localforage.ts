/** Storage in IndexedDB through localforage, apart from the core so that an app with another storage does not load it. */
export type {HealingPort, HealingTarget, HealResult} from './services/storage/heal.ts'
export {type LocalforageStorageOptions, localforageStorage} from './services/storage/localforage-storage.ts'
