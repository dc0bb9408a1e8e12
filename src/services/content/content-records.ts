import type {ComponentContent, LeftOut} from '../../model/content.ts'
import type {ComponentId, Revision, WorkspaceId} from '../../model/ids.ts'
import type {Json} from '../../model/json.ts'
import {isContentRecord, LAYOUT_RECORD, parseRecordKey, recordKey, TOMBSTONE_RECORD} from '../../model/keys.ts'
import type {ComponentRecord, LayoutRecord} from '../../model/records.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {decodeText, encodeValue} from '../codec/component-codec.ts'
import {asComponent, asLayout, asTombstone} from '../codec/record-shapes.ts'

/** The components that stored records make up, and what had to be left out because it cannot be read. */
export type RecordsContent = {
  readonly components: readonly ComponentContent[]
  readonly leftOut: readonly LeftOut[]
}

/** Reads the content out of the records of one workspace. Deleted components are not content. */
export function contentOf(workspaceId: WorkspaceId, records: readonly StoredRecord[]): RecordsContent {
  const leftOut: LeftOut[] = []
  const byComponent = group(records)
  const components = [...byComponent].flatMap(([componentId, own]) => {
    if (asTombstone(own.get(TOMBSTONE_RECORD)) !== undefined) {
      return []
    }
    const readable = new Map<string, {record: ComponentRecord; value: Json}>()
    for (const [record, value] of own) {
      if (!isContentRecord(record)) {
        continue
      }
      const read = readRecord(value)
      read === undefined ? leftOut.push({workspaceId, componentId, record}) : readable.set(record, read)
    }
    const [first] = readable.values()
    return first === undefined ? [] : [componentOf(componentId, first.record, readable, own.get(LAYOUT_RECORD))]
  })
  return {components: [...components].sort((a, b) => (a.id < b.id ? -1 : 1)), leftOut}
}

/**
 * The records that store `components` in a workspace.
 *
 * @throws {@link KeepspaceError} `value.notJson` | `value.tooLarge`
 */
export function recordsOf(
  workspaceId: WorkspaceId,
  components: readonly ComponentContent[],
  options: {readonly revision: Revision; readonly maxRecordBytes: number},
): readonly (StoredRecord & {readonly bytes: number})[] {
  const {revision, maxRecordBytes} = options
  return components.flatMap(({id, type, schemaVersion, editableFrom, layout, isActive = false, records}) => {
    const componentId = id as ComponentId
    const states = Object.entries(records).map(([record, value]) => {
      const {text, bytes, checksum} = encodeValue(value, `${type} ${id}`, maxRecordBytes)
      const stored: ComponentRecord = {type, schemaVersion, editableFrom, revision, checksum, json: text}
      return {key: recordKey(workspaceId, componentId, record), value: stored, bytes}
    })
    const stored: LayoutRecord | undefined = layout && {revision, layout, isActive}
    return stored === undefined
      ? states
      : [...states, {key: recordKey(workspaceId, componentId, LAYOUT_RECORD), value: stored, bytes: 0}]
  })
}

function group(records: readonly StoredRecord[]): ReadonlyMap<ComponentId, Map<string, unknown>> {
  const groups = new Map<ComponentId, Map<string, unknown>>()
  for (const {key, value} of records) {
    const parsed = parseRecordKey(key)
    if (parsed !== undefined) {
      const own = groups.get(parsed.componentId) ?? new Map<string, unknown>()
      groups.set(parsed.componentId, own.set(parsed.record, value))
    }
  }
  return groups
}

function readRecord(value: unknown): {record: ComponentRecord; value: Json} | undefined {
  const record = asComponent(value)
  try {
    return record && {record, value: decodeText(record) as Json}
  } catch {
    return undefined
  }
}

function componentOf(
  id: ComponentId,
  {type, schemaVersion, editableFrom}: ComponentRecord,
  readable: ReadonlyMap<string, {readonly value: Json}>,
  layoutValue: unknown,
): ComponentContent {
  const layout = asLayout(layoutValue)
  const records = Object.fromEntries([...readable].map(([record, {value}]) => [record, value]))
  return {
    id,
    type,
    schemaVersion,
    editableFrom,
    ...(layout && {layout: layout.layout}),
    ...(layout?.isActive && {isActive: true as const}),
    records,
  }
}
