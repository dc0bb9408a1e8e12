import {OPERATIONS_RECORD} from '../../model/keys.ts'
import {readAnchors} from './anchors.ts'
import type {Cell} from './cell.ts'
import {endElsewhere} from './started.ts'
import type {StoreState} from './store-state.ts'

/**
 * Takes over what another tab stored of started work, name by name, so that nobody is ever asked about it: what was
 * stopped in either tab has ended, what was started in either is there, and what goes on here stays as it is here.
 * Called while the cell still knows what was stored before.
 */
export function mergeStarted(store: StoreState, cell: Cell, fresh: Cell): void {
  const before = readAnchors(cell.durable.get(OPERATIONS_RECORD)?.text).operations
  const there = fresh.operations ?? new Map()
  const isChangedHere = cell.dirtyAt.has(OPERATIONS_RECORD)
  for (const [name, operation] of cell.operations ?? []) {
    if (before.has(name) && !there.has(name)) {
      endElsewhere(store, cell, operation)
    }
  }
  for (const [name, operation] of there) {
    const own = cell.operations?.get(name)
    const isStoppedHere = own === undefined && isChangedHere && before.has(name)
    if (!isStoppedHere && !own?.isHere) {
      cell.operations ??= new Map()
      cell.operations.set(name, operation)
    }
  }
  cell.unknownOperations = fresh.unknownOperations
}
