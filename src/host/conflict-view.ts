import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {ConflictSide, ConflictView} from '../model/conflict.ts'
import type {ComponentId} from '../model/ids.ts'
import type {Json} from '../model/json.ts'
import {headKey, isContentRecord, parseRecordKey} from '../model/keys.ts'
import type {StoredRecord} from '../model/storage-port.ts'
import type {Capture} from '../services/memory-store/capture.ts'
import type {Cell} from '../services/memory-store/cell.ts'
import {readCells} from '../services/memory-store/hydrate.ts'
import type {Difference, Overlap} from './merging.ts'
import type {Runtime} from './runtime.ts'

type Definitions = ReadonlyMap<string, AnyComponentDefinition>

/** Both versions of what was changed in two places, for people and policies. */
export function viewOf(
  {id}: Pick<Runtime, 'id'>,
  {stored, capture, overlap}: Difference,
  definitions: Definitions,
): ConflictView {
  if (stored === undefined) {
    return {workspaceId: id, kind: 'deleted', components: []}
  }
  const theirs = cellsById(readCells(id, definitions, stored.records))
  const mine = cellsById(readCells(id, definitions, withChanges(stored.records, capture)))
  const components = componentsOf(overlap).map((componentId) => ({
    componentId,
    type: (mine.get(componentId) ?? theirs.get(componentId))?.type ?? '',
    mine: sideOf(mine.get(componentId)),
    theirs: sideOf(theirs.get(componentId)),
  }))
  return {workspaceId: id, kind: 'changed', components}
}

/** The components that some records belong to, each once. */
export function componentsOf(overlap: readonly Pick<Overlap, 'key'>[]): readonly ComponentId[] {
  return [...new Set(overlap.flatMap(({key}) => parseRecordKey(key)?.componentId ?? []))]
}

/** Stored records once a capture is part of them, without the head. */
export function withChanges(
  records: readonly StoredRecord[],
  {puts, deletes, head}: Pick<Capture, 'puts' | 'deletes' | 'head'>,
): readonly StoredRecord[] {
  const merged = new Map(records.map(({key, value}) => [key, value]))
  for (const {key, value} of puts) {
    merged.set(key, value)
  }
  for (const key of [...deletes, headKey(head.id)]) {
    merged.delete(key)
  }
  return [...merged].map(([key, value]) => ({key, value}))
}

function cellsById(cells: readonly Cell[]): ReadonlyMap<ComponentId, Cell> {
  return new Map(cells.map((cell) => [cell.id, cell]))
}

/** One version of a component, as it can be shown. */
export function sideOf(cell: Cell | undefined): ConflictSide {
  return {
    content: cell && (cell.state ?? contentOf(cell)),
    layout: cell?.layout ?? NO_LAYOUT,
    isDeleted: cell === undefined || cell.deletedAt !== undefined,
  }
}

const NO_LAYOUT = {x: 0, y: 0, width: 0, height: 0, z: 0}

/** The records of a component whose state another part of the app owns. */
function contentOf({durable}: Cell): Json | undefined {
  const content = [...durable].filter(([record]) => isContentRecord(record))
  try {
    return content.length === 0
      ? undefined
      : Object.fromEntries(content.map(([record, {text}]): [string, Json] => [record, JSON.parse(text)]))
  } catch {
    // What cannot be read is kept, and not shown.
    return undefined
  }
}
