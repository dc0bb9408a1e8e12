import {isContentRecord, OPERATIONS_RECORD} from '../../model/keys.ts'
import {ALL_RECORDS, type Cell} from './cell.ts'
import {mark, markHead, type StoreState} from './store-state.ts'

/** Storage holds nothing of this workspace any more: everything in memory is to be written again. */
export function markAllLost(store: StoreState): void {
  for (const cell of store.cells.values()) {
    loseCell(store, cell)
  }
  store.bytes = 0
  markHead(store)
}

function loseCell(store: StoreState, cell: Cell): void {
  const records = [...cell.durable]
  cell.durable.clear()
  for (const [record, text] of records) {
    if (isAsStored(cell) && (isContentRecord(record) || record === OPERATIONS_RECORD)) {
      cell.lost.set(record, text)
    }
    mark(store, cell, record, true)
  }
  if (cell.source !== undefined) {
    mark(store, cell, ALL_RECORDS, true)
  }
}

/** Content that is not understood here, or may only be read: what is written is what was read. */
function isAsStored({status, source, problem}: Cell): boolean {
  const isUnderstood = status === 'ready' || (status === 'foreign' && source !== undefined)
  return !isUnderstood && problem?.error.code !== 'record.corrupt'
}
