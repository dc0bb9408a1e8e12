import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {ComponentId, WorkspaceId} from '../../model/ids.ts'
import {
  isContentRecord,
  LAYOUT_RECORD,
  OPERATIONS_RECORD,
  parseRecordKey,
  STATE_RECORD,
  TOMBSTONE_RECORD,
} from '../../model/keys.ts'
import type {ComponentRecord, LayoutRecord} from '../../model/records.ts'
import type {ComponentProblem} from '../../model/save.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {measure} from '../codec/checksum.ts'
import {decodeState, decodeText} from '../codec/component-codec.ts'
import {asComponent, asLayout, asTombstone} from '../codec/record-shapes.ts'
import {readAnchors} from './anchors.ts'
import {type Cell, createCell} from './cell.ts'

type Definitions = ReadonlyMap<string, AnyComponentDefinition>

const UNREADABLE_TYPE = 'unreadable'

/**
 * Turns the stored records of one workspace into cells. One bad record never refuses its siblings: what cannot be read
 * becomes a placeholder, and since a placeholder is never dirty, its bytes stay as they are.
 */
export function readCells(
  workspaceId: WorkspaceId,
  definitions: Definitions,
  records: readonly StoredRecord[],
): readonly Cell[] {
  const byComponent = new Map<ComponentId, Map<string, unknown>>()
  for (const {key, value} of records) {
    const parsed = parseRecordKey(key)
    if (parsed?.workspaceId !== workspaceId) {
      continue
    }
    const own = byComponent.get(parsed.componentId) ?? new Map<string, unknown>()
    byComponent.set(parsed.componentId, own.set(parsed.record, value))
  }
  return [...byComponent].map(([id, own]) => readCell(id, definitions, own))
}

/** What a head says of its components, counted from their records alone. */
export function countComponents(
  workspaceId: WorkspaceId,
  records: readonly StoredRecord[],
): {readonly componentCount: number; readonly bytes: number} {
  let componentCount = 0
  let bytes = 0
  for (const {deletedAt, durable} of readCells(workspaceId, new Map(), records)) {
    componentCount += deletedAt === undefined ? 1 : 0
    for (const text of durable.values()) {
      bytes += text.bytes
    }
  }
  return {componentCount, bytes}
}

/** The text a layout is compared by. */
export function layoutText(layout: Pick<LayoutRecord, 'layout' | 'isActive'>): string {
  const {x, y, width, height, z} = layout.layout
  return JSON.stringify([x, y, width, height, z, layout.isActive])
}

function readCell(id: ComponentId, definitions: Definitions, records: ReadonlyMap<string, unknown>): Cell {
  const tombstone = asTombstone(records.get(TOMBSTONE_RECORD))
  const layout = asLayout(records.get(LAYOUT_RECORD))
  const cell = readContent(id, definitions, records)
  noteDurable(cell, records)
  readStarted(cell, records.get(OPERATIONS_RECORD))
  if (layout !== undefined) {
    cell.layout = layout.layout
    cell.isActive = layout.isActive
    cell.durable.set(LAYOUT_RECORD, {text: layoutText(layout), bytes: measure(layoutText(layout)).bytes})
  }
  if (records.has(TOMBSTONE_RECORD)) {
    // A damaged one still says that it was deleted, only not when.
    cell.deletedAt = tombstone?.deletedAt ?? 0
    cell.durable.set(TOMBSTONE_RECORD, {text: String(cell.deletedAt), bytes: 0})
  }
  return cell
}

/** Work that the app started and that nobody does yet. One whose record is damaged is forgotten, its component is not. */
function readStarted(cell: Cell, value: unknown): void {
  const record = asComponent(value)
  const isWhole = record !== undefined && measure(record.json).checksum === record.checksum
  if (isWhole) {
    const {operations, unknown} = readAnchors(record.json)
    cell.operations = new Map(operations)
    cell.unknownOperations = unknown
  }
}

function readContent(id: ComponentId, definitions: Definitions, records: ReadonlyMap<string, unknown>): Cell {
  const content = [...records].filter(([record]) => isContentRecord(record))
  const readable = content.map(([, value]) => asComponent(value))
  const first = readable.find((record) => record !== undefined)
  if (content.length > 0 && (first === undefined || readable.includes(undefined))) {
    return placeholder(id, first?.type ?? UNREADABLE_TYPE, new KeepspaceError('record.corrupt', `component ${id}`))
  }
  if (first === undefined) {
    return placeholder(id, UNREADABLE_TYPE, new KeepspaceError('record.corrupt', `component ${id} has no content`))
  }
  const definition = definitions.get(first.type)
  const stateRecord = asComponent(records.get(STATE_RECORD))
  return definition === undefined || stateRecord === undefined
    ? readForeign(id, first, readable)
    : readState(id, definition, stateRecord)
}

/** A type of another version of the app, or one whose state a source will claim. Only its bytes are checked. */
function readForeign(id: ComponentId, first: ComponentRecord, records: readonly (ComponentRecord | undefined)[]): Cell {
  try {
    for (const record of records) {
      if (record !== undefined) {
        decodeText(record)
      }
    }
  } catch (error) {
    return placeholder(id, first.type, KeepspaceError.from(error, 'record.corrupt'))
  }
  const cell = placeholder(id, first.type, new KeepspaceError('component.unknownType', first.type))
  cell.schemaVersion = first.schemaVersion
  cell.editableFrom = first.editableFrom
  return cell
}

function readState(id: ComponentId, definition: AnyComponentDefinition, record: ComponentRecord): Cell {
  try {
    const decoded = decodeState(definition, record)
    return createCell({
      id,
      type: record.type,
      definition,
      status: decoded.isEditable ? 'ready' : 'readOnly',
      state: decoded.state,
      schemaVersion: decoded.schemaVersion,
      editableFrom: decoded.editableFrom,
      problem: decoded.isEditable
        ? undefined
        : problemOf(id, record.type, 'readOnly', new KeepspaceError('record.newer')),
    })
  } catch (error) {
    return placeholder(id, record.type, KeepspaceError.from(error, 'record.corrupt'))
  }
}

function placeholder(id: ComponentId, type: string, error: KeepspaceError): Cell {
  return createCell({
    id,
    type,
    definition: undefined,
    status: 'placeholder',
    problem: problemOf(id, type, 'placeholder', error),
  })
}

function problemOf(
  componentId: ComponentId,
  type: string,
  kind: ComponentProblem['kind'],
  error: KeepspaceError,
): ComponentProblem {
  return {componentId, type, kind, error: error.report}
}

function noteDurable(cell: Cell, records: ReadonlyMap<string, unknown>): void {
  for (const [record, value] of records) {
    const stored = asComponent(value)
    if (stored !== undefined) {
      const {type, schemaVersion, editableFrom} = stored
      const form = {type, schemaVersion, editableFrom}
      cell.durable.set(record, {text: stored.json, bytes: measure(stored.json).bytes, form})
    }
  }
}
