import type {Json} from '../../model/json.ts'
import {isContentRecord, parseRecordKey} from '../../model/keys.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import type {Cell} from './cell.ts'
import {readCells} from './hydrate.ts'
import {type HeadFields, headFieldsOf, mark, markHead, type StoreState} from './store-state.ts'

/** The last words of tabs that were left, as long as storage does not take them. */
export type WordsInMemory = {
  readonly head: HeadFields
  /** All records of the workspace with the words in them. */
  readonly records: readonly StoredRecord[]
  /** Keys of the records that the words changed. */
  readonly changed: readonly string[]
}

/** Puts last words over what is stored, as edits: they are unsaved, and the next save carries them. */
export function takeWords(store: StoreState, {head, records, changed}: WordsInMemory): void {
  store.head = headFieldsOf(head)
  markHead(store)
  const changedRecords = changed.flatMap((key) => parseRecordKey(key) ?? [])
  for (const fresh of readCells(store.workspaceId, store.definitions, records)) {
    const own = changedRecords.filter(({componentId}) => componentId === fresh.id).map(({record}) => record)
    if (own.length > 0) {
      takeCell(store, fresh, own)
    }
  }
}

function takeCell(store: StoreState, fresh: Cell, records: readonly string[]): void {
  const stored = store.cells.get(fresh.id)?.durable ?? new Map()
  const texts = new Map(fresh.durable)
  fresh.durable.clear()
  for (const [record, durable] of stored) {
    fresh.durable.set(record, durable)
  }
  if (fresh.definition === undefined) {
    fresh.detached = {
      capture: (keys) => {
        const wanted = keys === 'all' ? [...texts.keys()].filter(isContentRecord) : keys
        return Object.fromEntries(wanted.map((record) => [record, valueIn(texts.get(record)?.text)]))
      },
    }
  }
  store.cells.set(fresh.id, fresh)
  for (const record of records) {
    mark(store, fresh, record, false)
  }
}

function valueIn(text: string | undefined): Json | undefined {
  return text === undefined ? undefined : JSON.parse(text)
}
