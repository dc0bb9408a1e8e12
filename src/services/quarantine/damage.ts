import {KeepspaceError} from '../../model/errors.ts'
import {
  ENTRY_PREFIX,
  HEAD_PREFIX,
  LAYOUT_RECORD,
  LEAVE_PREFIX,
  parseRecordKey,
  TOMBSTONE_RECORD,
} from '../../model/keys.ts'
import type {DamageReason} from '../../model/quarantine.ts'
import {FORMAT_VERSION} from '../../model/records.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {decodeText} from '../codec/component-codec.ts'
import {asComponent, asEntry, asHead, asLayout, asLeave, asTombstone} from '../codec/record-shapes.ts'

/** What is wrong with a stored record, or undefined when it is what its key says. */
export function damageOf({key, value}: StoredRecord): DamageReason | undefined {
  if (key.startsWith(HEAD_PREFIX)) {
    return shapeOf(asHead(value))
  }
  if (key.startsWith(ENTRY_PREFIX)) {
    return shapeOf(asEntry(value))
  }
  if (key.startsWith(LEAVE_PREFIX)) {
    return shapeOf(asLeave(value))
  }
  const parsed = parseRecordKey(key)
  if (parsed === undefined) {
    return undefined
  }
  if (parsed.record === LAYOUT_RECORD || parsed.record === TOMBSTONE_RECORD) {
    return (parsed.record === LAYOUT_RECORD ? asLayout(value) : asTombstone(value)) === undefined ? 'shape' : undefined
  }
  return damageOfComponent(value)
}

function shapeOf(record: {readonly formatVersion: number} | undefined): DamageReason | undefined {
  if (record === undefined) {
    return 'shape'
  }
  return record.formatVersion > FORMAT_VERSION ? 'format' : undefined
}

function damageOfComponent(value: unknown): DamageReason | undefined {
  const record = asComponent(value)
  if (record === undefined) {
    return 'shape'
  }
  try {
    decodeText(record)
    return undefined
  } catch (error) {
    return KeepspaceError.from(error).detail?.endsWith('wrong checksum') ? 'checksum' : 'json'
  }
}
