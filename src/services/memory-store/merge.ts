import {KeepspaceError} from '../../model/errors.ts'
import {findNonJson, type Json} from '../../model/json.ts'
import {isContentRecord, LAYOUT_RECORD, OPERATIONS_RECORD, STATE_RECORD, TOMBSTONE_RECORD} from '../../model/keys.ts'
import type {HeadRecord} from '../../model/records.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {withoutTransientKeys} from '../codec/component-codec.ts'
import {mergedApart} from './apart.ts'
import {ALL_RECORDS, type Cell} from './cell.ts'
import {layoutText, readCells} from './hydrate.ts'
import {mergeStarted} from './merge-started.ts'
import {resumeRun, stopRun} from './runs.ts'
import {type HeadFields, headFieldsOf, type StoreState, touchStructure} from './store-state.ts'

export type MergeOptions = {
  /**
   * What was changed here and changed back counts as changed: a commit without an answer may have stored what lay
   * between. @defaultValue false
   */
  readonly keepsReverted?: boolean
}

/**
 * Takes over what another tab has stored. A record that was changed here and is not saved yet stays as it is here;
 * everything else becomes what is stored. Marks nothing dirty.
 */
export function mergeStored(
  store: StoreState,
  {head, records}: {readonly head: HeadRecord; readonly records: readonly StoredRecord[]},
  {keepsReverted = false}: MergeOptions = {},
): void {
  const fresh = readCells(store.workspaceId, store.definitions, records)
  forgetRemoved(store, new Set(fresh.map(({id}) => id)))
  if (!keepsReverted) {
    forgetReverted(store)
  }
  mergeHead(store, headFieldsOf(head))
  for (const found of fresh) {
    const cell = store.cells.get(found.id)
    if (cell === undefined) {
      store.cells.set(found.id, found)
      resumeRun(store, found)
      touchStructure(store, found)
    } else {
      mergeCell(store, cell, found)
    }
  }
  store.bytes = 0
  for (const {durable} of store.cells.values()) {
    for (const {bytes} of durable.values()) {
      store.bytes += bytes
    }
  }
}

/** Of a deleted component retention has removed what was stored: brought back here, all of it is written again. */
function forgetRemoved(store: StoreState, stored: ReadonlySet<Cell['id']>): void {
  for (const [id, cell] of store.cells) {
    if (!stored.has(id) && cell.durable.has(TOMBSTONE_RECORD)) {
      cell.durable.clear()
      if (cell.deletedAt !== undefined && cell.dirtyAt.size === 0) {
        store.cells.delete(id)
      } else {
        cell.dirtyAt.set(LAYOUT_RECORD, store.version)
      }
    }
  }
}

/** Otherwise what is here as it was stored would be written over what another tab made of it. */
function forgetReverted(store: StoreState): void {
  for (const cell of store.dirty) {
    for (const record of cell.dirtyAt.keys()) {
      if (isReverted(cell, record)) {
        cell.dirtyAt.delete(record)
      }
    }
    if (cell.dirtyAt.size === 0) {
      store.dirty.delete(cell)
    }
  }
}

function isReverted(cell: Cell, record: string): boolean {
  const stored = cell.durable.get(record)?.text
  switch (record) {
    case LAYOUT_RECORD:
      return layoutText(cell) === stored
    case TOMBSTONE_RECORD:
      return (cell.deletedAt === undefined ? undefined : String(cell.deletedAt)) === stored
    case STATE_RECORD:
      return cell.source === undefined && stored !== undefined && stored === textOf(cell)
    default:
      return false
  }
}

/** The text of a state as it would be stored; undefined for one that cannot be. */
function textOf({definition, state}: Cell): string | undefined {
  if (state === undefined || findNonJson(state) !== undefined) {
    return undefined
  }
  return JSON.stringify(withoutTransientKeys(definition, state))
}

/** Field by field: a workspace renamed here and put into the trash elsewhere is renamed and in the trash. */
function mergeHead(store: StoreState, stored: HeadFields): void {
  const {head: own, durableHead: base} = store
  const changed = Object.entries(own).filter(([field, value]) => value !== base[field as keyof HeadFields])
  store.head = {...stored, ...Object.fromEntries(changed)}
  store.durableHead = stored
}

function mergeCell(store: StoreState, cell: Cell, fresh: Cell): void {
  const changed = new Set(
    [...new Set([...cell.durable.keys(), ...fresh.durable.keys()])].filter(
      (record) => cell.durable.get(record)?.text !== fresh.durable.get(record)?.text,
    ),
  )
  if (changed.size === 0) {
    return
  }
  // Which of it was flushed only the other tab knows.
  cell.flushed.clear()
  const merged =
    changed.has(STATE_RECORD) && isDirty(cell, STATE_RECORD) ? mergedApart(cell, fresh, store.time.now()) : undefined
  if (changed.has(OPERATIONS_RECORD)) {
    mergeStarted(store, cell, fresh)
  }
  cell.durable.clear()
  for (const [record, durable] of fresh.durable) {
    cell.durable.set(record, durable)
  }
  const isTaken = (record: string): boolean => changed.has(record) && !isDirty(cell, record)
  if (isTaken(LAYOUT_RECORD)) {
    cell.layout = fresh.layout
    cell.isActive = fresh.isActive
  }
  if (isTaken(TOMBSTONE_RECORD)) {
    cell.deletedAt = fresh.deletedAt
  }
  if (cell.source !== undefined) {
    adoptNewer(cell, fresh)
    hydrateSource(
      cell,
      isDamaged(fresh) ? [] : [...changed].filter((record) => isContentRecord(record) && isTaken(record)),
    )
  } else if (isTaken(STATE_RECORD)) {
    takeState(cell, fresh)
  } else if (merged !== undefined) {
    cell.state = merged
  }
  if (cell.deletedAt === undefined) {
    resumeRun(store, cell)
  } else {
    stopRun(store, cell)
  }
  touchStructure(store, cell)
}

function takeState(cell: Cell, fresh: Cell): void {
  cell.type = fresh.type
  cell.definition = fresh.definition
  cell.status = fresh.status
  cell.state = fresh.state
  cell.schemaVersion = fresh.schemaVersion
  cell.editableFrom = fresh.editableFrom
  cell.problem = fresh.problem
}

/** What a newer version of the app stored is written again only as far as it allows. */
function adoptNewer(cell: Cell, fresh: Cell): void {
  if (fresh.schemaVersion <= cell.schemaVersion) {
    return
  }
  cell.schemaVersion = fresh.schemaVersion
  cell.editableFrom = fresh.editableFrom
  if (fresh.editableFrom > cell.sourceVersion) {
    cell.status = 'readOnly'
    const {report: error} = new KeepspaceError('record.newer', `${cell.type} ${cell.id}`)
    cell.problem = {componentId: cell.id, type: cell.type, kind: 'readOnly', error}
  }
}

/** Some of its content is there and cannot be read. A source keeps what it holds then. */
function isDamaged({problem, durable}: Cell): boolean {
  return problem?.error.code === 'record.corrupt' && [...durable.keys()].some(isContentRecord)
}

function hydrateSource(cell: Cell, records: readonly string[]): void {
  if (records.length === 0) {
    return
  }
  const values = records.map((record): [string, Json | undefined] => {
    const text = cell.durable.get(record)?.text
    return [record, text === undefined ? undefined : JSON.parse(text)]
  })
  cell.source?.hydrate(Object.fromEntries(values), 'tab')
}

function isDirty(cell: Cell, record: string): boolean {
  return (
    cell.dirtyAt.has(record) ||
    (isContentRecord(record) && cell.dirtyAt.has(ALL_RECORDS)) ||
    (record === STATE_RECORD && cell.throttleTimer !== undefined)
  )
}
