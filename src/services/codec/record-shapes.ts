import type {CommitId, EntryId, WorkspaceId} from '../../model/ids.ts'
import type {LeaveRecord} from '../../model/last-words.ts'
import type {QuarantineRecord} from '../../model/quarantine.ts'
import type {
  AlarmRecord,
  ComponentRecord,
  EntryRecord,
  HeadRecord,
  Layout,
  LayoutRecord,
  PresetComponent,
  PresetRecord,
  PreviousRecord,
  SettingRecord,
  Stamp,
  TombstoneRecord,
} from '../../model/records.ts'
import {isWaitingWords} from './waiting-shape.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads of stored values. Storage may hold anything: another app's values, damage, older forms. Each function returns
 * the record when the value has its form, and undefined otherwise. Unknown fields are left alone.
 */
export function asHead(value: unknown): HeadRecord | undefined {
  const fields = asStamped(value)
  return fields !== undefined &&
    isString(fields.id) &&
    isString(fields.entryId) &&
    isString(fields.title) &&
    isString(fields.order) &&
    isNumber(fields.createdAt) &&
    isNumber(fields.updatedAt) &&
    isNumber(fields.componentCount) &&
    isNumber(fields.bytes) &&
    isNumber(fields.formatVersion) &&
    isOptionalNumber(fields.fence) &&
    isOptionalNumber(fields.trashedAt)
    ? (fields as Fields & HeadRecord)
    : undefined
}

export function asEntry(value: unknown): EntryRecord | undefined {
  const fields = asStamped(value)
  return fields !== undefined &&
    isString(fields.id) &&
    isString(fields.title) &&
    isString(fields.order) &&
    isNumber(fields.createdAt) &&
    isNumber(fields.formatVersion) &&
    isOptionalNumber(fields.trashedAt) &&
    (fields.defaultWorkspaceId === undefined || isString(fields.defaultWorkspaceId))
    ? (fields as Fields & EntryRecord)
    : undefined
}

export function asComponent(value: unknown): ComponentRecord | undefined {
  const fields = asFields(value)
  return fields !== undefined &&
    isString(fields.type) &&
    isNumber(fields.schemaVersion) &&
    isNumber(fields.editableFrom) &&
    isNumber(fields.revision) &&
    isNumber(fields.checksum) &&
    isString(fields.json)
    ? (fields as Fields & ComponentRecord)
    : undefined
}

export function asPrevious(value: unknown): PreviousRecord | undefined {
  const record = asComponent(value)
  return record !== undefined && isNumber(Object(value).keptAt) ? (record as PreviousRecord) : undefined
}

export function asLayout(value: unknown): LayoutRecord | undefined {
  const fields = asFields(value)
  return fields !== undefined && isLayout(fields.layout) && typeof fields.isActive === 'boolean'
    ? (fields as Fields & LayoutRecord)
    : undefined
}

export function asTombstone(value: unknown): TombstoneRecord | undefined {
  const fields = asFields(value)
  return fields !== undefined && isNumber(fields.deletedAt) ? (fields as Fields & TombstoneRecord) : undefined
}

export function asLeave(value: unknown): LeaveRecord | undefined {
  const fields = asFields(value)
  return fields !== undefined &&
    isString(fields.workspaceId) &&
    isString(fields.tabId) &&
    isNumber(fields.leftAt) &&
    isNumber(fields.formatVersion) &&
    isNumber(fields.baseRevision) &&
    Array.isArray(fields.ownCommitIds) &&
    asHead(fields.head) !== undefined &&
    Array.isArray(fields.puts) &&
    fields.puts.every((put) => isString(asFields(put)?.key) && asFields(put)?.value !== undefined) &&
    Array.isArray(fields.deletes) &&
    fields.deletes.every(isString) &&
    (fields.carried === undefined || (Array.isArray(fields.carried) && fields.carried.every(isCarriedRecord))) &&
    (fields.contains === undefined || (Array.isArray(fields.contains) && fields.contains.every(isLeaveKey))) &&
    (fields.waiting === undefined || isWaitingWords(fields.waiting))
    ? (fields as Fields & LeaveRecord)
    : undefined
}

const isCarriedRecord = (value: unknown): boolean => isString(asFields(value)?.key) && isString(asFields(value)?.digest)

const isLeaveKey = (value: unknown): boolean => typeof value === 'string' && value.startsWith('leave/')

export function asQuarantined(value: unknown): QuarantineRecord | undefined {
  const fields = asStamped(value)
  return fields !== undefined && isString(fields.key) && isString(fields.reason) && isNumber(fields.quarantinedAt)
    ? (fields as Fields & QuarantineRecord)
    : undefined
}

export function asPreset(value: unknown): PresetRecord | undefined {
  const fields = asStamped(value)
  return fields !== undefined &&
    isString(fields.id) &&
    isString(fields.title) &&
    isNumber(fields.createdAt) &&
    Array.isArray(fields.components) &&
    fields.components.every(isPresetComponent)
    ? (fields as Fields & PresetRecord)
    : undefined
}

export function asAlarm(value: unknown): AlarmRecord | undefined {
  const fields = asStamped(value)
  return fields !== undefined &&
    isString(fields.workspaceId) &&
    isString(fields.componentId) &&
    isString(fields.type) &&
    isString(fields.label) &&
    isNumber(fields.deadlineMs) &&
    isNumber(fields.firedAt) &&
    isOptionalNumber(fields.dismissedAt)
    ? (fields as Fields & AlarmRecord)
    : undefined
}

export function asSetting(value: unknown): SettingRecord | undefined {
  const fields = asStamped(value)
  return fields !== undefined && isString(fields.name) && fields.value !== undefined
    ? (fields as Fields & SettingRecord)
    : undefined
}

/** The stamp of any record that commits may expect. Unreadable ones count as absent for nobody: they have no revision. */
export function asStamped(value: unknown): (Fields & Stamp) | undefined {
  const fields = asFields(value)
  return fields !== undefined && isNumber(fields.revision) && isString(fields.commitId)
    ? (fields as Fields & {revision: number; commitId: CommitId; id: WorkspaceId & EntryId})
    : undefined
}

function isPresetComponent(value: unknown): value is PresetComponent {
  const fields = asFields(value)
  return (
    fields !== undefined &&
    isString(fields.type) &&
    isNumber(fields.schemaVersion) &&
    isNumber(fields.editableFrom) &&
    asFields(fields.state) !== undefined &&
    isLayout(fields.layout)
  )
}

export function isLayout(value: unknown): value is Layout {
  const fields = asFields(value)
  return (
    fields !== undefined &&
    isNumber(fields.x) &&
    isNumber(fields.y) &&
    isNumber(fields.width) &&
    isNumber(fields.height) &&
    isNumber(fields.z)
  )
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isOptionalNumber = (value: unknown): boolean => value === undefined || isNumber(value)
