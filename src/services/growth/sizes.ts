import type {StoredRecord} from '../../model/storage-port.ts'
import {measure} from '../codec/checksum.ts'
import {jsonTextOf} from '../quarantine/json-text.ts'

/** UTF-8 bytes of a record: its key, and its value as JSON. */
export function bytesOf({key, value}: StoredRecord): number {
  const {json} = Object(value) as {readonly json?: unknown}
  // Most of what is stored is text already: serialising it again would only quote it.
  const text = typeof json === 'string' ? json : jsonTextOf(value)
  return key.length + measure(text).bytes
}

export function bytesOfAll(records: readonly StoredRecord[]): number {
  return records.reduce((sum, record) => sum + bytesOf(record), 0)
}
