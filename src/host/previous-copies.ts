import type {AnyComponentDefinition} from '../model/component-definition.ts'
import {keyOfPrevious, PREVIOUS_PREFIX, parseRecordKey} from '../model/keys.ts'
import type {StoredRecord} from '../model/storage-port.ts'
import {measure} from '../services/codec/checksum.ts'
import {asPrevious} from '../services/codec/record-shapes.ts'
import {readCells} from '../services/memory-store/hydrate.ts'
import {damageOf} from '../services/quarantine/damage.ts'
import {jsonTextOf} from '../services/quarantine/json-text.ts'
import type {Found} from './history.ts'

/** No id of anything else in the history begins so: a part of a key has no leading dot. */
const ID_PREFIX = `.${PREVIOUS_PREFIX}`

/** Whether an id of the history is that of a previous copy. Without its dot it is where that is stored. */
export const isPreviousId = (id: string): boolean => id.startsWith(ID_PREFIX)

/** The previous copies of components of which something that is stored now cannot be used. */
export function ofDamaged(previous: readonly StoredRecord[], stored: readonly StoredRecord[]): readonly StoredRecord[] {
  if (previous.length === 0) {
    return []
  }
  const damaged = new Set(stored.filter((record) => damageOf(record) !== undefined).map(({key}) => folderOf(key)))
  return previous.filter(({key}) => damaged.has(folderOf(keyOfPrevious(key))))
}

/** Previous copies as items of the history, one for each component. */
export function previousOf(
  copies: readonly StoredRecord[],
  definitions: ReadonlyMap<string, AnyComponentDefinition>,
): readonly Found[] {
  const byFolder = new Map<string, StoredRecord[]>()
  for (const copy of copies) {
    const folder = folderOf(copy.key)
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), copy])
  }
  return [...byFolder].flatMap(([folder, own]): readonly Found[] => {
    const records = own.map(({key, value}) => ({key: keyOfPrevious(key), value}))
    const {workspaceId} = parseRecordKey(records[0]?.key ?? '') ?? {}
    if (workspaceId === undefined) {
      return []
    }
    const cells = readCells(workspaceId, definitions, records)
    const keptAt = Math.max(...own.map(({value}) => asPrevious(value)?.keptAt ?? 0))
    const components = cells.map((cell) => ({componentId: cell.id, type: cell.type}))
    const bytes = measure(jsonTextOf(records)).bytes
    return [{item: {id: `.${folder}`, workspaceId, keptAt, reason: 'previous', components, bytes}, cells, records}]
  })
}

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/'))
