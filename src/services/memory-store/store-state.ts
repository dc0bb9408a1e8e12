import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Change, ComponentInfo, SetOptions} from '../../model/handles.ts'
import type {ComponentId, EntryId, Version, WorkspaceId} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import type {WaitingEdit} from '../../model/last-words.ts'
import type {ComponentProblem} from '../../model/save.ts'
import type {Time} from '../../model/time.ts'
import {type Cell, infoOf} from './cell.ts'

/** What of a head a workspace itself may change. */
export type HeadFields = {
  readonly entryId: EntryId
  readonly title: string
  readonly order: string
  readonly createdAt: number
  readonly trashedAt?: number | undefined
  readonly isPinned?: boolean | undefined
}

/** The part of a head that a workspace itself may change. */
export function headFieldsOf({entryId, title, order, createdAt, trashedAt, isPinned}: HeadFields): HeadFields {
  return {entryId, title, order, createdAt, trashedAt, isPinned}
}

/** Whom the store tells what happened. All are called synchronously, except `burst`: once per microtask. */
export type StoreListener = {
  component(id: ComponentId): void
  structure(): void
  burst(version: Version, isUrgent: boolean): void
  throttled(id: ComponentId): void
  immediate(id: ComponentId): void
  activeChanged(id: ComponentId, isActive: boolean): void
  /** The moment at which something in it rings changed. */
  deadline(): void
  /** A component rang. */
  rang(id: ComponentId, deadlineMs: number): void
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

/** What views see of all components that exist. */
export type Overview = {
  /** In the order in which they lie. */
  readonly infos: readonly ComponentInfo[]
  readonly problems: readonly ComponentProblem[]
  readonly runningCount: number
}

/** An edit that waits for the load, and the same as a value where it is one. */
export type PendingEdit = {readonly apply: () => void; readonly edit: WaitingEdit | undefined}

/** The content of one workspace in memory. Mutable; only the files of this folder touch it. */
export type StoreState = StoreOptions & {
  /** Merges a change into a component; here because running work edits too. */
  readonly edit: (id: ComponentId, change: Change<JsonObject>, options?: SetOptions) => void
  phase: 'loading' | 'loaded' | 'readOnly' | 'closed'
  /** Running work stands still: the workspace is about to leave memory. */
  areRunsSuspended: boolean
  /** Running work goes on in the tab that edits the workspace, and stands still here. */
  areRunsElsewhere: boolean
  readonly cells: Map<ComponentId, Cell>
  readonly dirty: Set<Cell>
  /** Edits made before the workspace was loaded, in order. */
  pending: PendingEdit[]
  version: Version
  head: HeadFields
  /** The head as it is stored, as far as we know: what differs from it was changed here. */
  durableHead: HeadFields
  headDirtyAt: Version
  /** UTF-8 bytes of everything stored of its components. */
  bytes: number
  /** Cached for views; dropped when a component comes, goes, moves or changes its status. */
  overview: Overview | undefined
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
export function postpone(store: StoreState, edit: WaitingEdit | undefined, apply: () => void): void {
  store.version++
  store.pending.push({apply, edit})
  scheduleBurst(store, false)
}

/** Tells the views of one component. */
export function touch(store: StoreState, cell: Cell): void {
  cell.info = undefined
  store.listener.component(cell.id)
}

/** Tells the views of the list of components, and those of one component. */
export function touchStructure(store: StoreState, cell: Cell): void {
  store.overview = undefined
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

/** All components that exist. The same object until one comes, goes, moves or changes its status. */
export function overviewOf(store: StoreState): Overview {
  store.overview ??= overviewAnew(store)
  return store.overview
}

function overviewAnew(store: StoreState): Overview {
  const infos = [...store.cells.values()]
    .filter((cell) => cell.deletedAt === undefined)
    .sort((a, b) => a.layout.z - b.layout.z || (a.id < b.id ? -1 : 1))
    .map(infoOf)
  return {
    infos,
    problems: infos.flatMap(({problem}) => problem ?? []),
    runningCount: infos.filter(({isRunning}) => isRunning).length,
  }
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
