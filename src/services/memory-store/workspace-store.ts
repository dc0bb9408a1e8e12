import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {AttachOptions, Change, ComponentInfo, SetOptions} from '../../model/handles.ts'
import type {ComponentId, EntryId, Version} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import type {WaitingEdit} from '../../model/last-words.ts'
import type {OperationInfo, StartOptions} from '../../model/operations.ts'
import type {HeadRecord, Layout} from '../../model/records.ts'
import type {ComponentProblem} from '../../model/save.ts'
import type {Source} from '../../model/source.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {changedApart} from './apart.ts'
import {acknowledgeCapture, type Capture, type CaptureStamp, captureChanges} from './capture.ts'
import {type Cell, infoOf} from './cell.ts'
import {
  addComponent,
  type NewComponent,
  releaseThrottled,
  removeComponent,
  replaceDamaged,
  setActive,
  setLayout,
  setState,
  undelete,
} from './edits.ts'
import {readCells} from './hydrate.ts'
import {takeWords, type WordsInMemory} from './last-words.ts'
import {markAllLost} from './lost.ts'
import {type MergeOptions, mergeStored} from './merge.ts'
import {dueIn, type Elapsed, elapse, nextDeadlineOf, operationsOf, waitingOf} from './operations.ts'
import {previousCopies} from './previous.ts'
import {followRun, resumeRun, resumeRuns, setRunsElsewhere, stopRun, suspendRuns} from './runs.ts'
import {attachSource, detachSource, hasUnreleasableSource, releaseSources} from './sources.ts'
import {releaseAnchors, reportProgress, startOperation, stopOperation, stopStarted} from './started.ts'
import {
  type HeadFields,
  headFieldsOf,
  markHead,
  overviewOf,
  postpone,
  type StoreOptions,
  type StoreState,
} from './store-state.ts'
import {applyWaiting, waitingEdits} from './waiting.ts'
import {dropUnsaved, yieldTo} from './yielding.ts'

/**
 * The content of one workspace in memory: the built-in source of truth between two saves. Knows nothing of storage or
 * of charts; it counts versions, remembers which records changed, and can be captured.
 */
export interface WorkspaceStore {
  readonly version: Version
  readonly phase: StoreState['phase']
  readonly head: HeadFields
  readonly componentCount: number
  readonly runningCount: number
  /** UTF-8 bytes of everything stored of its components. */
  readonly bytes: number
  /** When the first of its running components ends by itself. */
  readonly nextDeadlineMs: number | undefined
  /** The same, of what ends after that moment. */
  nextDeadlineAfter(ms: number): number | undefined
  /** Whether anything in memory differs from what was acknowledged, throttled and postponed edits included. */
  hasUnsaved(): boolean
  isAttached(): boolean
  getState(id: ComponentId): JsonObject | undefined
  getInfo(id: ComponentId): ComponentInfo | undefined
  getInfos(): readonly ComponentInfo[]
  getProblems(): readonly ComponentProblem[]
  set(id: ComponentId, change: Change<JsonObject>, options?: SetOptions): void
  add(definition: AnyComponentDefinition, added: NewComponent): void
  remove(id: ComponentId): void
  undelete(id: ComponentId): void
  setLayout(id: ComponentId, layout: Partial<Layout>, options?: SetOptions): void
  setActive(id: ComponentId, isActive: boolean): void
  setHead(fields: Partial<HeadFields>): void
  /** Only once the workspace is loaded. */
  attach(id: ComponentId, source: Source, options: AttachOptions): void
  /** Ends the connection. What the source changed before is still saved. */
  detach(id: ComponentId, source: Source): void
  /** A load begins, also a second one: from now on edits wait for what it brings. */
  beginLoad(): void
  /** The load does not take place after all: edits that waited for it are applied to what is here. */
  cancelLoad(): void
  /** The edits that wait for a load as values, in order, as far as they are values. */
  getWaiting(): readonly WaitingEdit[]
  /** Makes edits that waited in a page that was left. Only once the workspace is loaded. */
  applyWaiting(edits: readonly WaitingEdit[]): void
  /** Takes what was loaded, then applies the edits that were made meanwhile. A second time replaces everything. */
  hydrate(loaded: Loaded, isReadOnly: boolean): void
  /** Takes over what another tab stored; what is unsaved here stays. Marks nothing dirty. See {@link MergeOptions}. */
  merge(stored: {readonly head: HeadRecord; readonly records: readonly StoredRecord[]}, options?: MergeOptions): void
  /** The components of which a merge keeps both what is unsaved here and what is stored. */
  changedApart(records: readonly StoredRecord[]): ReadonlySet<ComponentId>
  capture(stamp: CaptureStamp): Capture
  /** The same, only to be looked at: changes that wait for their throttle go on waiting. */
  peek(stamp: CaptureStamp): Capture
  /** Gives up what is unsaved of some components; the next merge takes over what is stored of them. */
  yieldTo(ids: readonly ComponentId[]): void
  /** Gives up everything that is unsaved. */
  dropUnsaved(): void
  /** @param isFlushed - whether storage has flushed it to disk. @defaultValue false */
  acknowledge(capture: Capture, isFlushed?: boolean): void
  /** Copies of what was flushed to disk before, for a commit that is flushed: see {@link PreviousRecord}. */
  previousCopies(capture: Capture): readonly StoredRecord[]
  /** Puts a readable state in the place of one that cannot be read. */
  replaceDamaged(definition: AnyComponentDefinition, id: ComponentId, state: JsonObject): void
  /** Storage holds nothing of it any more: everything in memory counts as unsaved. */
  markAllLost(): void
  getOperations(): readonly OperationInfo[]
  /** What the app started, and nobody does here. */
  getWaitingOperations(): readonly OperationInfo[]
  startOperation(id: ComponentId, options: StartOptions): void
  reportProgress(id: ComponentId, name: string, progress: number): void
  stopOperation(id: ComponentId, name: string): void
  /** Every component whose deadline has passed, with the newest one that has. */
  due(nowMs: number): readonly Elapsed[]
  /** Applies what changes up to a deadline, unless the component has another one by now. */
  elapse(id: ComponentId, deadlineMs: number): void
  /** What belongs to one visit of the entry starts from `initial` again. Marks nothing dirty. */
  endVisit(): void
  /** Ends what the app started by itself; what component types declare stands still. */
  stopOperations(): void
  /** Running work stands still until {@link WorkspaceStore.resumeRuns}: the workspace is about to leave memory. */
  suspendRuns(): void
  resumeRuns(): void
  /** Whether running work goes on in another tab: it would count everything twice if it went on here too. */
  setRunsElsewhere(isElsewhere: boolean): void
  /** Ends all running work and every connection to a source, and accepts nothing more. */
  close(): void
}

/** What a load brings. */
export type Loaded = {
  readonly head: HeadRecord
  readonly records: readonly StoredRecord[]
  /** Last words that could not be stored yet: they go over what is stored, unsaved. */
  readonly words?: WordsInMemory | undefined
  /** Edits that waited for a load in pages that were left: they come before those that wait here. */
  readonly waiting?: readonly WaitingEdit[] | undefined
}

const NO_HEAD: HeadFields = {
  entryId: '' as EntryId,
  title: '',
  order: '',
  createdAt: 0,
  trashedAt: undefined,
  isPinned: undefined,
}

/** Makes the store of a workspace that is still being loaded. */
export function createWorkspaceStore(options: StoreOptions): WorkspaceStore {
  const state: StoreState = {
    ...options,
    edit: (id, change, setOptions) => setState(state, id, change, setOptions),
    phase: 'loading',
    areRunsSuspended: false,
    areRunsElsewhere: false,
    cells: new Map(),
    dirty: new Set(),
    pending: [],
    version: 0,
    head: NO_HEAD,
    durableHead: NO_HEAD,
    headDirtyAt: 0,
    bytes: 0,
    overview: undefined,
    isBurstScheduled: false,
    isBurstUrgent: false,
  }
  return {
    get version() {
      return state.version
    },
    get phase() {
      return state.phase
    },
    get head() {
      return state.head
    },
    get componentCount() {
      return overviewOf(state).infos.length
    },
    get runningCount() {
      return overviewOf(state).runningCount
    },
    get bytes() {
      return state.bytes
    },
    get nextDeadlineMs() {
      return nextDeadlineOf(state)
    },
    nextDeadlineAfter: (ms) => nextDeadlineOf(state, ms),
    getOperations: () => operationsOf(state),
    getWaitingOperations: () => waitingOf(state),
    startOperation: (id, startOptions) => startOperation(state, id, startOptions),
    reportProgress: (id, name, progress) => reportProgress(state, id, name, progress),
    stopOperation: (id, name) => stopOperation(state, id, name),
    due: (nowMs) => dueIn(state, nowMs),
    elapse: (id, deadlineMs) => elapse(state, id, deadlineMs),
    endVisit: () => endVisit(state),
    stopOperations: () => {
      for (const cell of state.cells.values()) {
        stopStarted(state, cell)
        followRun(state, cell)
      }
    },
    hasUnsaved: () => hasUnsaved(state),
    isAttached: () => hasUnreleasableSource(state),
    getState: (id) => visibleCell(state, id)?.state,
    getInfo: (id) => {
      const cell = visibleCell(state, id)
      return cell && infoOf(cell)
    },
    getInfos: () => overviewOf(state).infos,
    getProblems: () => overviewOf(state).problems,
    set: state.edit,
    add: (definition, added) => addComponent(state, definition, added),
    remove: (id) => removeComponent(state, id),
    undelete: (id) => undelete(state, id),
    setLayout: (id, layout, setOptions) => setLayout(state, id, layout, setOptions),
    setActive: (id, isActive) => setActive(state, id, isActive),
    setHead: (fields) => setHead(state, fields),
    attach: (id, source, attachOptions) => attachSource(state, id, source, attachOptions),
    detach: (id, source) => detachSource(state, id, source),
    beginLoad: () => {
      state.phase = 'loading'
    },
    cancelLoad: () => {
      state.phase = 'loaded'
      applyPending(state)
    },
    getWaiting: () => waitingEdits(state),
    applyWaiting: (edits) => applyWaiting(state, edits),
    hydrate: (loaded, isReadOnly) => hydrate(state, loaded, isReadOnly),
    merge: (stored, mergeOptions) => {
      mergeStored(state, stored, mergeOptions)
      state.listener.structure()
    },
    changedApart: (records) => changedApart(state, records),
    capture: (stamp) => {
      releaseThrottled(state)
      releaseAnchors(state)
      return captureChanges(state, stamp)
    },
    peek: (stamp) => captureChanges(state, stamp),
    yieldTo: (ids) => yieldTo(state, ids),
    dropUnsaved: () => dropUnsaved(state),
    acknowledge: (capture, isFlushed = false) => acknowledgeCapture(state, capture, isFlushed),
    previousCopies: (capture) => previousCopies(state, capture),
    replaceDamaged: (definition, id, content) => replaceDamaged(state, definition, id, content),
    markAllLost: () => markAllLost(state),
    suspendRuns: () => suspendRuns(state),
    resumeRuns: () => resumeRuns(state),
    setRunsElsewhere: (isElsewhere) => setRunsElsewhere(state, isElsewhere),
    close: () => close(state),
  }
}

function visibleCell(state: StoreState, id: ComponentId): Cell | undefined {
  const cell = state.cells.get(id)
  return cell?.deletedAt === undefined ? cell : undefined
}

function hasUnsaved(state: StoreState): boolean {
  return state.dirty.size > 0 || state.headDirtyAt > 0 || state.pending.length > 0 || hasThrottled(state)
}

function hasThrottled({cells}: StoreState): boolean {
  for (const {throttleTimer, hasNewProgress} of cells.values()) {
    if (throttleTimer !== undefined || hasNewProgress) {
      return true
    }
  }
  return false
}

function setHead(state: StoreState, fields: Partial<HeadFields>): void {
  if (state.phase === 'loading') {
    postpone(state, undefined, () => setHead(state, fields))
    return
  }
  state.head = {...state.head, ...fields}
  markHead(state)
  state.listener.structure()
}

function hydrate(state: StoreState, {head, records, words, waiting = []}: Loaded, isReadOnly: boolean): void {
  for (const cell of state.cells.values()) {
    stopRun(state, cell)
    cell.stopSource?.()
    // Otherwise it would mark a cell of the past, whose state is then written over what is loaded now.
    state.time.clearTimeout(cell.throttleTimer)
  }
  state.cells.clear()
  state.dirty.clear()
  state.headDirtyAt = 0
  state.bytes = 0
  state.overview = undefined
  state.head = headFieldsOf(head)
  state.durableHead = state.head
  for (const cell of readCells(state.workspaceId, state.definitions, records)) {
    state.cells.set(cell.id, cell)
    for (const {bytes} of cell.durable.values()) {
      state.bytes += bytes
    }
  }
  state.phase = isReadOnly ? 'readOnly' : 'loaded'
  if (!isReadOnly) {
    if (words !== undefined) {
      takeWords(state, words)
    }
    applyWaiting(state, waiting)
    applyPending(state)
    for (const cell of state.cells.values()) {
      if (cell.deletedAt === undefined) {
        resumeRun(state, cell)
      }
    }
  }
  for (const id of state.cells.keys()) {
    state.listener.component(id)
  }
  state.listener.structure()
}

function applyPending(state: StoreState): void {
  const pending = state.pending
  state.pending = []
  for (const {apply} of pending) {
    try {
      apply()
    } catch (cause) {
      state.listener.dropped(KeepspaceError.from(cause, 'usage'))
    }
  }
}

function endVisit(state: StoreState): void {
  for (const [id, cell] of state.cells) {
    const {definition} = cell
    if (definition !== undefined && definition.visitKeys.size > 0 && cell.status === 'ready' && !cell.deletedAt) {
      const initial = Object.entries(definition.createInitial() as JsonObject)
      state.edit(id, Object.fromEntries(initial.filter(([key]) => definition.visitKeys.has(key))), {transient: true})
    }
  }
}

function close(state: StoreState): void {
  releaseSources(state)
  for (const cell of state.cells.values()) {
    stopRun(state, cell)
    state.time.clearTimeout(cell.throttleTimer)
    cell.throttleTimer = undefined
  }
  state.phase = 'closed'
}
