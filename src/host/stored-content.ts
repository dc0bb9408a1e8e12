import type {Revision} from '../model/ids.ts'
import {isEqualJson} from '../model/json.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoredRecord} from '../model/storage-port.ts'

/** What is stored of one workspace, in one consistent view. */
export type Stored = {readonly head: HeadRecord; readonly records: readonly StoredRecord[]}

/** The revision that wrote a stored record; 0 when there is none. */
export function revisionOf(value: unknown): Revision {
  const revision: unknown = (value as {revision?: unknown} | undefined)?.revision
  return typeof revision === 'number' ? revision : 0
}

/** Whether two stored records hold the same, whoever wrote them. */
export function isSameContent(left: unknown, right: unknown): boolean {
  return isEqualJson(withoutStamp(left), withoutStamp(right))
}

function withoutStamp(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? {...value, revision: 0, deletedAt: 0} : value
}
