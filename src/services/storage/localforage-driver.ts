import localforage from 'localforage'
import {KeepspaceError} from '../../model/errors.ts'
import type {CommitGroup, Durability, GroupResult, Selector, StoredRecord} from '../../model/storage-port.ts'
import {openDatabase} from './indexeddb-open.ts'
import {
  type ObjectStoreName,
  type RunningTransaction,
  startCommit,
  startList,
  startRead,
} from './indexeddb-transactions.ts'

const DRIVER_NAME = 'keepspaceIndexedDb'
const STORE_NAME = 'records'

/** What a localforage instance knows of its database. `db` is null while there is no connection. */
export type DatabaseInfo = {readonly name: string; readonly storeName: string; db: IDBDatabase | null}

/** A localforage instance with the methods that our driver adds. Each runs in a transaction of its own. */
export type KeepspaceInstance = {
  readonly _dbInfo: DatabaseInfo
  commit(groups: readonly CommitGroup[], durability: Durability): RunningTransaction<readonly GroupResult[]>
  read(selectors: readonly Selector[]): RunningTransaction<readonly (readonly StoredRecord[])[]>
  list(prefix: string): RunningTransaction<readonly string[]>
}

/** What localforage calls our driver's methods on. */
type DriverHost = {_dbInfo: DatabaseInfo | null; _openFailure?: unknown}

let definition: Promise<void> | undefined

/**
 * Makes a localforage instance of database `name`, with an open connection of its own. It uses our driver and no
 * other: it never falls back to another kind of storage.
 *
 * Rejects with what kept the database from opening. May never answer.
 */
export async function createKeepspaceInstance(name: string): Promise<KeepspaceInstance> {
  definition ??= defineDriver()
  await definition
  const instance = localforage.createInstance({name, storeName: STORE_NAME, driver: DRIVER_NAME})
  const host = instance as unknown as DriverHost & KeepspaceInstance
  try {
    await instance.ready()
  } catch (cause) {
    throw host._openFailure ?? cause
  }
  return host
}

/** Registers our driver: localforage's own one for IndexedDB, opened raw, with commits and reads added. */
async function defineDriver(): Promise<void> {
  const stock = await localforage.getDriver(localforage.INDEXEDDB)
  const added = {
    _driver: DRIVER_NAME,
    _support: true,
    async _initStorage(this: DriverHost, options: {name: string; storeName: string}): Promise<void> {
      try {
        this._dbInfo = {...options, db: await openDatabase(options.name, options.storeName)}
      } catch (cause) {
        // localforage answers every failure with one and the same sentence.
        this._openFailure = cause
        throw cause
      }
    },
    commit(this: DriverHost, groups: readonly CommitGroup[], durability: Durability) {
      return startCommit(placeOf(this), groups, durability)
    },
    read(this: DriverHost, selectors: readonly Selector[]) {
      return startRead(placeOf(this), selectors)
    },
    list(this: DriverHost, prefix: string) {
      return startList(placeOf(this), prefix)
    },
  }
  await localforage.defineDriver({...stock, ...added} as LocalForageDriver)
}

/** @throws {@link KeepspaceError} `storage.lost` while there is no connection. */
function placeOf({_dbInfo}: DriverHost): ObjectStoreName {
  if (!_dbInfo?.db) {
    throw new KeepspaceError('storage.lost', 'no connection')
  }
  return {db: _dbInfo.db, storeName: _dbInfo.storeName}
}
