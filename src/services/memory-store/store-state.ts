import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Change, ComponentInfo, SetOptions} from '../../model/handles.ts'
import type {ComponentId, EntryId, Version, WorkspaceId} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import type {Time} from '../../model/time.ts'
import {type Cell, infoOf} from './cell.ts'

/** What of a head a workspace itself may change. */
export type HeadFields = {
  readonly entryId: EntryId
  readonly title: string
  readonly order: string
  readonly createdAt: number
  readonly trashedAt: number | undefined
}

/** Whom the store tells what happened. All are called synchronously, except `burst`: once per microtask. */
export type StoreListener = {
  component(id: ComponentId): void
  structure(): void
  burst(version: Version, isUrgent: boolean): void
  throttled(id: ComponentId): void
  immediate(id: ComponentId): void
  activeChanged(id: ComponentId, isActive: boolean): void
  /** An edit that was kept while loading could not be applied to what was loaded. */
  dropped(error: KeepspaceError): void
}

export type StoreOptions = {
  readonly workspaceId: WorkspaceId
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  readonly time: Time
  readonly maxRecordBytes: number
  /** Refuse values at once that could not be saved, instead of setting them aside later. */
  readonly isDevelopment: boolean
  readonly listener: StoreListener
}

/** The content of one workspace in memory. Mutable; only the files of this folder touch it. */
export type StoreState = StoreOptions & {
  /** Merges a change into a component; here because running work edits too. */
  readonly edit: (id: ComponentId, change: Change<JsonObject>, options?: SetOptions) => void
  phase: 'loading' | 'loaded' | 'readOnly' | 'closed'
  readonly cells: Map<ComponentId, Cell>
  readonly dirty: Set<Cell>
  /** Edits made before the workspace was loaded, in order. */
  pending: (() => void)[]
  version: Version
  head: HeadFields
  headDirtyAt: Version
  /** UTF-8 bytes of everything stored of its components. */
  bytes: number
  infos: readonly ComponentInfo[] | undefined
  isBurstScheduled: boolean
  isBurstUrgent: boolean
}

/** Marks one record of a component as changed. The chart hears of it once per burst. */
export function mark(store: StoreState, cell: Cell, record: string, isUrgent: boolean): void {
  store.version++
  cell.dirtyAt.set(record, store.version)
  store.dirty.add(cell)
  scheduleBurst(store, isUrgent)
}

/** Marks the head as changed. */
export function markHead(store: StoreState): void {
  store.version++
  store.headDirtyAt = store.version
  scheduleBurst(store, false)
}

/** Keeps an edit until the workspace is loaded. It counts as unsaved from now on. */
export function postpone(store: StoreState, edit: () => void): void {
  store.version++
  store.pending.push(edit)
  scheduleBurst(store, false)
}

/** Tells the views of one component. */
export function touch(store: StoreState, cell: Cell): void {
  cell.info = undefined
  store.listener.component(cell.id)
}

/** Tells the views of the list of components, and those of one component. */
export function touchStructure(store: StoreState, cell: Cell): void {
  store.infos = undefined
  touch(store, cell)
  store.listener.structure()
}

/** The component, if it exists and may be edited. */
export function editableCell(store: StoreState, id: ComponentId): Cell {
  const cell = store.cells.get(id)
  if (store.phase === 'readOnly') {
    throw new KeepspaceError('component.readOnly', id)
  }
  if (cell === undefined || cell.deletedAt !== undefined) {
    throw new KeepspaceError('component.missing', id)
  }
  return cell
}

/** All components that exist, in the order in which they lie. */
export function infosOf(store: StoreState): readonly ComponentInfo[] {
  store.infos ??= [...store.cells.values()]
    .filter((cell) => cell.deletedAt === undefined)
    .sort((a, b) => a.layout.z - b.layout.z || (a.id < b.id ? -1 : 1))
    .map(infoOf)
  return store.infos
}

function scheduleBurst(store: StoreState, isUrgent: boolean): void {
  store.isBurstUrgent ||= isUrgent
  if (store.isBurstScheduled) {
    return
  }
  store.isBurstScheduled = true
  queueMicrotask(() => {
    const isBurstUrgent = store.isBurstUrgent
    store.isBurstScheduled = false
    store.isBurstUrgent = false
    store.listener.burst(store.version, isBurstUrgent)
  })
}
