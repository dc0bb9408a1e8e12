import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId, Revision, Version} from '../../model/ids.ts'
import type {Json} from '../../model/json.ts'
import {
  headKey,
  isContentRecord,
  LAYOUT_RECORD,
  OPERATIONS_RECORD,
  recordKey,
  STATE_RECORD,
  TOMBSTONE_RECORD,
} from '../../model/keys.ts'
import {type ComponentRecord, FORMAT_VERSION, type HeadRecord, type LayoutRecord} from '../../model/records.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {measure} from '../codec/checksum.ts'
import {type EncodedState, encodeValue, withoutTransientKeys} from '../codec/component-codec.ts'
import {ALL_RECORDS, type Cell, type DurableText} from './cell.ts'
import {layoutText} from './hydrate.ts'
import {nextDeadlineOf} from './operations.ts'
import {rememberFlushed} from './previous.ts'
import {anchorsOf} from './started.ts'
import {headFieldsOf, type StoreState, touchStructure} from './store-state.ts'

/** One record that a capture carries: what it was when it was taken. `durable` is undefined for one that is deleted. */
type CapturedRecord = {
  readonly cell: Cell
  readonly record: string
  readonly durable: DurableText | undefined
}

/** The changed part of a workspace at one moment, immutable. Carries the version it was taken at. */
export type Capture = {
  readonly version: Version
  readonly puts: readonly StoredRecord[]
  readonly deletes: readonly string[]
  /** UTF-8 bytes of the records put. */
  readonly bytes: number
  readonly head: HeadRecord
  /** Nothing differs from what is stored. */
  readonly isUnchanged: boolean
  /** Components whose newest content could not be captured. */
  readonly setAside: ReadonlySet<Cell>
  readonly captured: readonly CapturedRecord[]
}

export type CaptureStamp = {
  readonly revision: Revision
  readonly commitId: CommitId
  /** The fencing number that the head is stored with. @defaultValue 0 */
  readonly fence?: number
  /** Carry what was changed and changed back too: a commit without an answer may have stored what lay between. */
  readonly includesReverted?: boolean
}

/** What one capture gathers while it goes through the dirty cells. */
type Draft = {
  readonly store: StoreState
  readonly stamp: CaptureStamp
  readonly puts: StoredRecord[]
  readonly deletes: string[]
  readonly captured: CapturedRecord[]
  bytes: number
  storedBytesDelta: number
  readonly setAside: Set<Cell>
}

/**
 * Captures what changed since the last acknowledged save. Synchronous; serialises each dirty record once. A component
 * that cannot be saved is set aside by name and stays dirty, its siblings go on.
 */
export function captureChanges(store: StoreState, stamp: CaptureStamp): Capture {
  const draft: Draft = {
    store,
    stamp,
    puts: [],
    deletes: [],
    captured: [],
    bytes: 0,
    storedBytesDelta: 0,
    setAside: new Set(),
  }
  for (const cell of store.dirty) {
    captureCell(draft, cell)
  }
  const head = headOf(draft)
  const isUnchanged = draft.puts.length === 0 && draft.deletes.length === 0 && store.headDirtyAt === 0
  return {
    version: store.version,
    puts: [{key: headKey(store.workspaceId), value: head}, ...draft.puts],
    deletes: draft.deletes,
    bytes: draft.bytes,
    head,
    isUnchanged,
    setAside: draft.setAside,
    captured: draft.captured,
  }
}

/**
 * What a capture carried is durable now, and flushed to disk or not. Anything newer stays dirty, and so does what was set
 * aside.
 */
export function acknowledgeCapture(store: StoreState, capture: Capture, isFlushed: boolean): void {
  for (const {cell, record, durable} of capture.captured) {
    rememberFlushed(cell, record, durable)
    store.bytes += (durable?.bytes ?? 0) - (cell.durable.get(record)?.bytes ?? 0)
    if (durable === undefined) {
      cell.durable.delete(record)
    } else {
      cell.durable.set(record, durable)
    }
  }
  for (const cell of [...store.dirty]) {
    settle(store, cell, capture)
  }
  if (isFlushed) {
    for (const cell of store.cells.values()) {
      cell.flushed.clear()
    }
  }
  store.durableHead = headFieldsOf(capture.head)
  if (store.headDirtyAt <= capture.version) {
    store.headDirtyAt = 0
  }
}

function settle(store: StoreState, cell: Cell, capture: Capture): void {
  const isSetAside = capture.setAside.has(cell)
  for (const [record, version] of cell.dirtyAt) {
    if (version <= capture.version && !(isSetAside && isContentRecord(record))) {
      cell.dirtyAt.delete(record)
    }
  }
  if (cell.dirtyAt.size === 0) {
    store.dirty.delete(cell)
    cell.detached = undefined
    cell.lost.clear()
  }
}

function captureCell(draft: Draft, cell: Cell): void {
  const {store} = draft
  if (cell.dirtyAt.has(TOMBSTONE_RECORD)) {
    captureTombstone(draft, cell)
  }
  if (cell.dirtyAt.has(LAYOUT_RECORD)) {
    captureLayout(draft, cell)
  }
  if (cell.dirtyAt.has(OPERATIONS_RECORD) && cell.status === 'ready') {
    captureOperations(draft, cell)
  }
  try {
    captureContent(draft, cell)
    if (cell.problem?.kind === 'setAside') {
      cell.problem = undefined
      touchStructure(store, cell)
    }
  } catch (cause) {
    // What a deleted component cannot save went with it; should it come back, it is captured again.
    if (cell.deletedAt === undefined) {
      draft.setAside.add(cell)
      noteSetAside(store, cell, KeepspaceError.from(cause, 'source.failed'))
    }
  }
}

/** Throws before anything of the component's content is in the draft: a component is saved whole or not at all. */
function captureContent(draft: Draft, cell: Cell): void {
  if (cell.lost.size > 0) {
    captureLost(draft, cell)
    return
  }
  const values = contentOf(cell)
  if (values.length > 0 && cell.status === 'readOnly') {
    throw new KeepspaceError('record.newer', `${cell.type} ${cell.id}`)
  }
  const encoded = values.map(([record, value]) => {
    if (value === undefined) {
      return [record, undefined] as const
    }
    const text = encodeValue(value, `${cell.type} ${cell.id}`, draft.store.maxRecordBytes)
    const refusal = record === STATE_RECORD ? cell.definition?.refusal(cell.state) : undefined
    if (refusal !== undefined) {
      throw new KeepspaceError('value.invalid', refusal)
    }
    return [record, text] as const
  })
  for (const [record, text] of encoded) {
    if (text === undefined) {
      drop(draft, cell, record)
    } else {
      const value = componentRecord(draft, cell, text)
      put(draft, cell, record, value, {text: text.text, bytes: text.bytes, form: formOf(value)})
    }
  }
}

/** Content that is only known as a text, of which storage lost its copy. */
function captureLost(draft: Draft, cell: Cell): void {
  for (const [record, durable] of cell.lost) {
    const value = componentRecord(draft, cell, {...durable, checksum: measure(durable.text).checksum})
    put(draft, cell, record, value, durable)
  }
}

function componentRecord({stamp}: Draft, cell: Cell, text: EncodedState): ComponentRecord {
  return {
    type: cell.type,
    schemaVersion: cell.schemaVersion,
    editableFrom: cell.editableFrom,
    revision: stamp.revision,
    checksum: text.checksum,
    json: text.text,
  }
}

function formOf({type, schemaVersion, editableFrom}: ComponentRecord): NonNullable<DurableText['form']> {
  return {type, schemaVersion, editableFrom}
}

/** The dirty content records of a cell with their values; `undefined` for a record that does not exist any more. */
function contentOf(cell: Cell): readonly (readonly [string, Json | undefined])[] {
  const keys = [...cell.dirtyAt.keys()].filter(isContentRecord)
  if (keys.length === 0) {
    return []
  }
  const source = cell.source ?? cell.detached
  if (source === undefined) {
    return keys.includes(STATE_RECORD) && cell.state !== undefined
      ? [[STATE_RECORD, withoutTransientKeys(cell.definition, cell.state)]]
      : []
  }
  const isWhole = keys.includes(ALL_RECORDS)
  const values = source.capture(isWhole ? 'all' : keys)
  const unusable = Object.keys(values).find((key) => key === '' || key.startsWith('.') || !key.isWellFormed())
  if (unusable !== undefined) {
    throw new KeepspaceError('source.failed', `a record cannot be called ${JSON.stringify(unusable)}`)
  }
  if (!isWhole) {
    return keys.map((key) => [key, values[key]])
  }
  const records = new Set([...Object.keys(values), ...[...cell.durable.keys()].filter(isContentRecord)])
  return [...records].map((record) => [record, values[record]])
}

function captureLayout(draft: Draft, cell: Cell): void {
  const {revision} = draft.stamp
  const value: LayoutRecord = {revision, layout: cell.layout, isActive: cell.isActive}
  const text = layoutText(value)
  put(draft, cell, LAYOUT_RECORD, value, {text, bytes: measure(text).bytes})
}

function captureOperations(draft: Draft, cell: Cell): void {
  const text = anchorsOf(draft.store, cell)
  if (text === undefined) {
    drop(draft, cell, OPERATIONS_RECORD)
  } else {
    const measured = {text, ...measure(text)}
    put(draft, cell, OPERATIONS_RECORD, componentRecord(draft, cell, measured), {text, bytes: measured.bytes})
  }
}

function captureTombstone(draft: Draft, cell: Cell): void {
  if (cell.deletedAt === undefined) {
    drop(draft, cell, TOMBSTONE_RECORD)
    return
  }
  const value = {revision: draft.stamp.revision, deletedAt: cell.deletedAt}
  put(draft, cell, TOMBSTONE_RECORD, value, {text: String(cell.deletedAt), bytes: 0})
}

function put(draft: Draft, cell: Cell, record: string, value: unknown, durable: DurableText): void {
  const before = cell.durable.get(record)
  draft.captured.push({cell, record, durable})
  if (before?.text === durable.text && !draft.stamp.includesReverted) {
    return
  }
  draft.puts.push({key: recordKey(draft.store.workspaceId, cell.id, record), value})
  draft.bytes += durable.bytes
  draft.storedBytesDelta += durable.bytes - (before?.bytes ?? 0)
}

function drop(draft: Draft, cell: Cell, record: string): void {
  const before = cell.durable.get(record)
  draft.captured.push({cell, record, durable: undefined})
  if (before !== undefined || draft.stamp.includesReverted) {
    draft.deletes.push(recordKey(draft.store.workspaceId, cell.id, record))
    draft.storedBytesDelta -= before?.bytes ?? 0
  }
}

function noteSetAside(store: StoreState, cell: Cell, error: KeepspaceError): void {
  if (cell.problem?.error.code === error.code && cell.problem.error.detail === error.detail) {
    return
  }
  cell.problem = {componentId: cell.id, type: cell.type, kind: 'setAside', error: error.report}
  touchStructure(store, cell)
}

function headOf({store, stamp, storedBytesDelta}: Draft): HeadRecord {
  let componentCount = 0
  for (const {deletedAt} of store.cells.values()) {
    componentCount += deletedAt === undefined ? 1 : 0
  }
  return {
    formatVersion: FORMAT_VERSION,
    id: store.workspaceId,
    entryId: store.head.entryId,
    title: store.head.title,
    order: store.head.order,
    createdAt: store.head.createdAt,
    updatedAt: store.time.now(),
    trashedAt: store.head.trashedAt,
    componentCount,
    bytes: store.bytes + storedBytesDelta,
    isPinned: store.head.isPinned,
    nextDeadlineMs: nextDeadlineOf(store),
    revision: stamp.revision,
    commitId: stamp.commitId,
    ...(stamp.fence && {fence: stamp.fence}),
  }
}
