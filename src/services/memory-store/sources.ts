import {KeepspaceError} from '../../model/errors.ts'
import type {AttachOptions} from '../../model/handles.ts'
import type {ComponentId} from '../../model/ids.ts'
import type {Json} from '../../model/json.ts'
import {isContentRecord} from '../../model/keys.ts'
import type {Source, SourceRecords} from '../../model/source.ts'
import {callHost} from '../host-calls.ts'
import {ALL_RECORDS, type Cell, createCell} from './cell.ts'
import {mark, type StoreState, touchStructure} from './store-state.ts'

/**
 * Connects a state that is owned elsewhere. Stored records are handed to it at once, or when the load is done. What the
 * source held before is not an edit; the first change of a source of which nothing is stored saves all of it.
 *
 * @throws {@link KeepspaceError} `usage` when the stored component has another type, or something is attached already
 */
export function attachSource(store: StoreState, id: ComponentId, source: Source, options: AttachOptions): void {
  const cell = store.cells.get(id) ?? createCell({id, type: options.type, definition: undefined, status: 'foreign'})
  if (cell.deletedAt !== undefined) {
    return
  }
  if (cell.type !== options.type || cell.definition !== undefined || cell.source !== undefined) {
    throw new KeepspaceError('usage', `component ${id} of type ${cell.type} cannot be attached as ${options.type}`)
  }
  if (cell.problem?.kind === 'placeholder' && cell.problem.error.code !== 'component.unknownType') {
    throw new KeepspaceError(cell.problem.error.code, cell.problem.error.detail)
  }
  const newest = newestRecords(cell)
  store.cells.set(id, cell)
  adoptVersion(cell, options, [...cell.durable.keys()].some(isContentRecord))
  cell.source = source
  cell.detached = undefined
  if (Object.keys(newest).length > 0) {
    source.hydrate(newest, 'storage')
  }
  const unsubscribe = source.subscribe((keys) => markSource(store, cell, keys))
  cell.stopSource = () => {
    cell.stopSource = undefined
    cell.source = undefined
    callHost(unsubscribe)
    callHost(() => options.onDetach?.())
  }
  touchStructure(store, cell)
}

/** Ends the connection to a source. What it changed and nobody saved yet is kept for the next save. */
export function detachSource(store: StoreState, id: ComponentId, source: Source): void {
  const cell = store.cells.get(id)
  if (cell?.source !== source) {
    return
  }
  const keys = [...cell.dirtyAt.keys()].filter(isContentRecord)
  if (keys.length > 0) {
    cell.detached = {capture: lastCapture(source, keys.includes(ALL_RECORDS) ? 'all' : keys)}
  }
  cell.stopSource?.()
}

/** Whether any source would keep its content although the workspace left memory. */
export function hasUnreleasableSource(store: StoreState): boolean {
  return [...store.cells.values()].some(({source}) => source !== undefined && source.release === undefined)
}

/** Ends the connection to every source and lets those that can drop their content. */
export function releaseSources(store: StoreState): void {
  for (const cell of store.cells.values()) {
    const {source} = cell
    cell.stopSource?.()
    callHost(() => source?.release?.())
  }
}

/** A newer stored version stays where it lets this one edit; otherwise the source may show it, and nothing is written. */
function adoptVersion(cell: Cell, options: AttachOptions, isStored: boolean): void {
  const version = options.version ?? 1
  cell.sourceVersion = version
  const isNewer = isStored && cell.schemaVersion > version
  const isReadOnly = isNewer && cell.editableFrom > version
  cell.status = isReadOnly ? 'readOnly' : 'foreign'
  cell.problem = isReadOnly
    ? {componentId: cell.id, type: cell.type, kind: 'readOnly', error: new KeepspaceError('record.newer').report}
    : undefined
  if (!isNewer) {
    cell.schemaVersion = version
    cell.editableFrom = options.editableFrom ?? version
  }
}

function markSource(store: StoreState, cell: Cell, keys: readonly string[] | undefined): void {
  if (store.phase === 'closed' || cell.deletedAt !== undefined) {
    return
  }
  const isStored = [...cell.durable.keys()].some(isContentRecord)
  if (keys === undefined || !isStored) {
    mark(store, cell, ALL_RECORDS, false)
    return
  }
  for (const key of keys) {
    mark(store, cell, key, false)
  }
}

/** What is stored, under what a detached source left unsaved. */
function newestRecords(cell: Cell): Record<string, Json> {
  const stored = [...cell.durable]
    .filter(([record]) => isContentRecord(record))
    .map(([record, {text}]): [string, Json] => [record, JSON.parse(text)])
  const keys = [...cell.dirtyAt.keys()].filter(isContentRecord)
  const isWhole = keys.includes(ALL_RECORDS)
  const unsaved = capturedBy(cell.detached, isWhole ? 'all' : keys)
  if (unsaved === undefined) {
    return Object.fromEntries(stored)
  }
  const untouched = stored.filter(([record]) => !isWhole && !keys.includes(record))
  const changed = Object.entries(unsaved).flatMap(([record, value]) =>
    value === undefined ? [] : [[record, value] as const],
  )
  return Object.fromEntries([...untouched, ...changed])
}

function capturedBy(detached: Cell['detached'], keys: readonly string[] | 'all'): SourceRecords | undefined {
  try {
    return detached?.capture(keys)
  } catch {
    return undefined
  }
}

/** Captures now and answers later, with the values or with what was thrown. */
function lastCapture(source: Source, keys: readonly string[] | 'all'): () => SourceRecords {
  try {
    const values = source.capture(keys)
    return () => values
  } catch (cause) {
    return () => {
      throw cause
    }
  }
}
