import {type CommitGroup, KeepspaceError, type Selector, type StoragePort, type StorageTarget} from 'keepspace'
import type {Parameters} from './app/parse-parameters.ts'

/** What goes wrong on purpose. */
export type Faults = {
  readonly slowLoadMs: number
  readonly failLoad: boolean
  readonly slowSaveMs: number
  readonly failSave: boolean
  readonly noIndexedDb: boolean
}

/** Faults that can be switched while the app runs. Shown in the interface, so that nobody takes them for real ones. */
export interface FaultSwitch {
  get(): Faults
  set(change: Partial<Faults>): void
  subscribe(listener: () => void): () => void
}

export function createFaultSwitch(initial: Parameters): FaultSwitch {
  const {slowLoadMs, failLoad, slowSaveMs, failSave, noIndexedDb} = initial
  let faults: Faults = {slowLoadMs, failLoad, slowSaveMs, failSave, noIndexedDb}
  const listeners = new Set<() => void>()
  return {
    get: () => faults,
    set(change) {
      faults = {...faults, ...change}
      for (const listener of listeners) {
        listener()
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The same storage with the faults of `faults`. They only touch the content of workspaces and commits, never lists. */
export function withFaults(target: StorageTarget, faults: FaultSwitch): StorageTarget {
  return {
    name: target.name,
    ...(target.place !== undefined && {place: target.place}),
    async open() {
      if (faults.get().noIndexedDb) {
        throw new KeepspaceError('storage.unavailable', 'switched off by ?noIndexedDb=1')
      }
      return wrap(await target.open(), faults)
    },
  }
}

function wrap(port: StoragePort, faults: FaultSwitch): StoragePort {
  return {
    name: port.name,
    isPersistent: port.isPersistent,
    ...(port.healed && {healed: port.healed}),
    ...(port.onLost && {onLost: (listener) => port.onLost?.(listener) ?? (() => undefined)}),
    async commit(groups, options) {
      await delay(faults.get().slowSaveMs)
      if (faults.get().failSave) {
        throw new KeepspaceError('storage.unavailable', `${countRecords(groups)} records refused by ?failSave=1`)
      }
      return port.commit(groups, options)
    },
    async read(selectors) {
      if (selectors.some(isContent)) {
        await loadFault(faults)
      }
      return port.read(selectors)
    },
    async readPrefix(prefix) {
      if (isContent({prefix})) {
        await loadFault(faults)
      }
      return port.readPrefix(prefix)
    },
    list: (prefix) => port.list(prefix),
    ...(port.putNow && {putNow: (records) => !faults.get().failSave && port.putNow?.(records) === true}),
    close: () => port.close(),
  }
}

async function loadFault(faults: FaultSwitch): Promise<void> {
  await delay(faults.get().slowLoadMs)
  if (faults.get().failLoad) {
    throw new KeepspaceError('storage.unavailable', 'refused by ?failLoad=1')
  }
}

function isContent(selector: Selector): boolean {
  return 'prefix' in selector && /(^|\/)c\//.test(selector.prefix)
}

function countRecords(groups: readonly CommitGroup[]): number {
  return groups.reduce((sum, {puts, deletes}) => sum + puts.length + deletes.length, 0)
}

function delay(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve()
}
