import {isContentRecord, previousKey, recordKey} from '../../model/keys.ts'
import type {PreviousRecord} from '../../model/records.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {measure} from '../codec/checksum.ts'
import type {Capture} from './capture.ts'
import type {Cell, DurableText} from './cell.ts'
import type {StoreState} from './store-state.ts'

/** Of longer texts no previous copy is kept, in UTF-8 bytes: each is a second text in memory, and one more to write. */
const MAX_PREVIOUS_BYTES = 262_144

/** Before another text is stored of a record: the one that was flushed to disk stays known until the next is. */
export function rememberFlushed(cell: Cell, record: string, next: DurableText | undefined): void {
  const before = cell.durable.get(record)
  if (isContentRecord(record) && before !== undefined && before.text !== next?.text && !cell.flushed.has(record)) {
    cell.flushed.set(record, before)
  }
}

/** What a commit that is flushed to disk keeps of what was flushed before: one copy of each record that changed since. */
export function previousCopies(store: StoreState, capture: Capture): readonly StoredRecord[] {
  for (const {cell, record, durable} of capture.captured) {
    rememberFlushed(cell, record, durable)
  }
  const keptAt = store.time.now()
  return [...store.cells.values()].flatMap((cell) =>
    [...cell.flushed].flatMap(([record, flushed]) => {
      const key = previousKey(recordKey(store.workspaceId, cell.id, record))
      return flushed.bytes > MAX_PREVIOUS_BYTES ? [] : [{key, value: copyOf(cell, flushed, keptAt)}]
    }),
  )
}

function copyOf({type, schemaVersion, editableFrom}: Cell, {text, form}: DurableText, keptAt: number): PreviousRecord {
  const {checksum} = measure(text)
  return {type, schemaVersion, editableFrom, ...form, revision: 0, checksum, json: text, keptAt}
}
