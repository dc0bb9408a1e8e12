import type {AnyComponentDefinition} from '../model/component-definition.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {ComponentInfo, WorkspaceHandle} from '../model/handles.ts'
import type {History, HistoryItem} from '../model/history.ts'
import type {IdSource, WorkspaceId} from '../model/ids.ts'
import {
  componentsPrefix,
  HISTORY_PREFIX,
  historyPrefix,
  historyReason,
  historyTime,
  LAYOUT_RECORD,
  parseOwner,
  parseRecordKey,
  previousPrefix,
  replacedKey,
  unescapeKeyPart,
} from '../model/keys.ts'
import type {SaveOutcome} from '../model/save.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {measure} from '../services/codec/checksum.ts'
import type {Cell} from '../services/memory-store/cell.ts'
import {readCells} from '../services/memory-store/hydrate.ts'
import type {WorkspaceStore} from '../services/memory-store/workspace-store.ts'
import {jsonTextOf} from '../services/quarantine/json-text.ts'
import {sideOf} from './conflict-view.ts'
import {isPreviousId, ofDamaged, previousOf} from './previous-copies.ts'
import type {Runtime} from './runtime.ts'

/** What the history needs from the rest. */
export type HistoryContext = {
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  readonly ids: IdSource
  readonly now: () => number
  readonly storage: () => Promise<StoragePort>
  readonly whenReady: (id: WorkspaceId) => Promise<WorkspaceHandle>
  readonly save: (id: WorkspaceId) => Promise<SaveOutcome>
  readonly find: (id: WorkspaceId) => Runtime | undefined
}

/** Makes the history of one scope. */
export function createHistory(context: HistoryContext): History {
  const {definitions, ids, now, storage} = context

  const find = async (id: string): Promise<Found> => {
    const port = await storage()
    const [found] = isPreviousId(id)
      ? previousOf(await port.readPrefix(`${id.slice(1)}/`), definitions)
      : groupsOf(await port.readPrefix(`${HISTORY_PREFIX}${id}/`), definitions)
    if (found === undefined) {
      throw new KeepspaceError('notFound', `history ${id}`)
    }
    return found
  }

  const saveFirst = async (id: WorkspaceId): Promise<void> => {
    const {status, error} = await context.save(id)
    if (status === 'failed' || status === 'conflict' || status === 'refused') {
      throw new KeepspaceError(error?.code ?? 'load.failed', error?.detail)
    }
  }

  return {
    list: async (workspaceId) => {
      const id = workspaceId as WorkspaceId
      const prefixes = [historyPrefix(id), previousPrefix(id), componentsPrefix(id)]
      const [lost = [], previous = [], stored = []] = await (await storage()).read(prefixes.map((prefix) => ({prefix})))
      return [...groupsOf(lost, definitions), ...previousOf(ofDamaged(previous, stored), definitions)]
        .map(({item}) => item)
        .sort((left, right) => right.keptAt - left.keptAt || (left.id < right.id ? -1 : 1))
    },
    read: async (id) => {
      const {item, cells} = await find(id)
      const parts = cells.map((cell) => ({componentId: cell.id, type: cell.type, ...sideOf(cell)}))
      return {...item, parts}
    },
    restore: async (id) => {
      const {item, cells} = await find(id)
      const {workspaceId} = item
      await context.whenReady(workspaceId)
      // What is replaced is kept as it is stored, so it has to be stored.
      await saveFirst(workspaceId)
      const stored = await (await storage()).readPrefix(componentsPrefix(workspaceId))
      const runtime = context.find(workspaceId)
      if (runtime?.store.phase !== 'loaded') {
        throw new KeepspaceError('load.failed', `workspace ${workspaceId}`)
      }
      const [name, atMs] = [ids.next(), now()]
      const wanted = cells.filter((cell) => isRestorable(runtime.store, cell))
      // What is damaged is in the quarantine already.
      const replacing = wanted.filter(({id}) => !isDamaged(runtime.store.getInfo(id))).map((cell) => cell.id)
      const replaced = stored.filter(({key}) => replacing.some((id) => id === parseRecordKey(key)?.componentId))
      runtime.historyPuts.push(
        ...replaced.map(({key, value}) => ({key: replacedKey(workspaceId, name, key, atMs), value})),
      )
      for (const cell of wanted) {
        bringBack(runtime.store, cell)
      }
      // Like any edit it stays unsaved, and is tried again, when storage does not take it now.
      await context.save(workspaceId)
      const restored = wanted.map((cell) => cell.id)
      return {restored, skipped: cells.flatMap((cell) => (restored.includes(cell.id) ? [] : cell.id))}
    },
    export: async (id) => {
      const {item, records} = await find(id)
      const {workspaceId, keptAt, reason} = item
      const kept = {workspaceId, keptAt: new Date(keptAt).toISOString(), reason, records}
      const name = `history-${workspaceId}-${kept.keptAt}`.replaceAll(/[^\w.-]+/g, '-')
      return {name: `${name}.json`, blob: new Blob([jsonTextOf(kept)], {type: 'application/json'})}
    },
  }
}

/** One item with its records under the keys that they had. */
export type Found = {
  readonly item: HistoryItem
  readonly cells: readonly Cell[]
  readonly records: readonly StoredRecord[]
}

function groupsOf(
  stored: readonly StoredRecord[],
  definitions: ReadonlyMap<string, AnyComponentDefinition>,
): readonly Found[] {
  const groups = new Map<string, StoredRecord[]>()
  for (const {key, value} of stored) {
    const at = key.lastIndexOf('/')
    const id = key.slice(HISTORY_PREFIX.length, at)
    const lostKey = unescapeKeyPart(key.slice(at + 1))
    if (lostKey !== undefined) {
      const group = groups.get(id) ?? []
      groups.set(id, group)
      group.push({key: lostKey, value})
    }
  }
  return [...groups].flatMap(([id, records]): readonly Found[] => {
    const key = `${HISTORY_PREFIX}${id}/`
    const {workspaceId} = parseOwner(key)
    if (workspaceId === undefined) {
      return []
    }
    const cells = readCells(workspaceId, definitions, records)
    const item: HistoryItem = {
      id,
      workspaceId,
      keptAt: historyTime(key) ?? 0,
      reason: historyReason(key),
      components: cells.map((cell) => ({componentId: cell.id, type: cell.type})),
      bytes: measure(jsonTextOf(records)).bytes,
    }
    return [{item, cells, records}]
  })
}

/** Only its place, or its deletion, was kept; or a state that this version of the app reads and writes. */
function isRestorable({getInfo}: WorkspaceStore, cell: Cell): boolean {
  const current = getInfo(cell.id)
  if (cell.deletedAt !== undefined || hasOnlyLayout(cell)) {
    return current !== undefined && current.status !== 'readOnly'
  }
  const isReadable = cell.status === 'ready' && cell.state !== undefined
  if (isDamaged(current)) {
    return isReadable
  }
  return isReadable && (current === undefined || (current.type === cell.type && current.status === 'ready'))
}

const isDamaged = (info: ComponentInfo | undefined): boolean => info?.problem?.error.code === 'record.corrupt'

const hasOnlyLayout = ({durable}: Cell): boolean => durable.has(LAYOUT_RECORD) && durable.size === 1

function bringBack(store: WorkspaceStore, {id, definition, state, layout, deletedAt, durable}: Cell): void {
  const current = store.getInfo(id)
  const isThere = current !== undefined
  if (deletedAt !== undefined) {
    store.remove(id)
    return
  }
  if (isDamaged(current) && definition !== undefined && state !== undefined) {
    store.replaceDamaged(definition, id, state)
  } else if (isThere && state !== undefined) {
    store.set(id, state)
  } else if (definition !== undefined) {
    store.add(definition, {id, state, layout: undefined, ifAbsent: false})
  }
  if (durable.has(LAYOUT_RECORD)) {
    store.setLayout(id, layout)
  }
}
