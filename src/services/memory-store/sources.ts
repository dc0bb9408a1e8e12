import {KeepspaceError} from '../../model/errors.ts'
import type {AttachOptions} from '../../model/handles.ts'
import type {ComponentId} from '../../model/ids.ts'
import type {Json} from '../../model/json.ts'
import {LAYOUT_RECORD, TOMBSTONE_RECORD} from '../../model/keys.ts'
import type {Source} from '../../model/source.ts'
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
  if (cell.type !== options.type || cell.status === 'ready' || cell.source !== undefined) {
    throw new KeepspaceError('usage', `component ${id} of type ${cell.type} cannot be attached as ${options.type}`)
  }
  if (cell.problem !== undefined && cell.problem.error.code !== 'component.unknownType') {
    throw new KeepspaceError(cell.problem.error.code, cell.problem.error.detail)
  }
  const stored = storedRecords(cell)
  store.cells.set(id, cell)
  adoptVersion(cell, options, Object.keys(stored).length > 0)
  cell.source = source
  if (Object.keys(stored).length > 0) {
    source.hydrate(stored, 'storage')
  }
  const unsubscribe = source.subscribe((keys) => markSource(store, cell, keys))
  cell.stopSource = () => {
    unsubscribe()
    cell.stopSource = undefined
    cell.source = undefined
    options.onDetach?.()
  }
  touchStructure(store, cell)
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
    source?.release?.()
  }
}

/** A newer stored version stays where it lets this one edit; otherwise the source may show it, and nothing is written. */
function adoptVersion(cell: Cell, options: AttachOptions, isStored: boolean): void {
  const version = options.version ?? 1
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
  const isStored = [...cell.durable.keys()].some(isContent)
  if (keys === undefined || !isStored) {
    mark(store, cell, ALL_RECORDS, false)
    return
  }
  for (const key of keys) {
    mark(store, cell, key, false)
  }
}

function storedRecords(cell: Cell): Record<string, Json> {
  return Object.fromEntries(
    [...cell.durable]
      .filter(([record]) => isContent(record))
      .map(([record, {text}]): [string, Json] => [record, JSON.parse(text)]),
  )
}

const isContent = (record: string): boolean => record !== LAYOUT_RECORD && record !== TOMBSTONE_RECORD
