import {parseRecordKey} from '../model/keys.ts'
import type {LeaveRecord} from '../model/last-words.ts'
import {measure} from '../services/codec/checksum.ts'
import type {Capture} from '../services/memory-store/capture.ts'
import type {Runtime} from './runtime.ts'

/** What commits without an answer carried: should one of them have landed, its records are no stranger's. */
export type CarriedRecords = NonNullable<LeaveRecord['carried']>

/** What the commits carried of which nobody knows yet whether they landed. */
export function carriedBy({inDoubt, inFlight}: Pick<Runtime, 'inDoubt' | 'inFlight'>): CarriedRecords {
  const captures: readonly Capture[] = [...inDoubt.values(), ...(inFlight === undefined ? [] : [inFlight])]
  return captures.flatMap(({puts}) =>
    puts.flatMap(({key, value}) => (parseRecordKey(key) === undefined ? [] : {key, digest: digestOf(value)})),
  )
}

/** Whether a stored record is exactly what one of those commits carried. */
export function isCarried(carried: CarriedRecords, key: string, stored: unknown): boolean {
  const own = carried.filter((record) => record.key === key)
  return own.length > 0 && own.some(({digest}) => digest === digestOf(stored))
}

/** Its revision counts: the same content written by a later commit is another one's. */
function digestOf(value: unknown): string {
  const {bytes, checksum} = measure(JSON.stringify(value) ?? '')
  return `${bytes}.${checksum}`
}
