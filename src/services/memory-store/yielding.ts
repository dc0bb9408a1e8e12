import type {ComponentId} from '../../model/ids.ts'
import {stopRun} from './runs.ts'
import type {StoreState} from './store-state.ts'

/** Gives up what is unsaved of some components, so that a merge takes over what is stored of them. */
export function yieldTo(store: StoreState, ids: readonly ComponentId[]): void {
  for (const id of ids) {
    const cell = store.cells.get(id)
    if (cell === undefined) {
      continue
    }
    store.time.clearTimeout(cell.throttleTimer)
    cell.throttleTimer = undefined
    cell.hasNewProgress = false
    cell.detached = undefined
    cell.dirtyAt.clear()
    store.dirty.delete(cell)
    if (cell.source === undefined) {
      stopRun(store, cell)
      store.cells.delete(id)
    }
  }
}

/** Gives up everything that is unsaved: it was kept elsewhere, and nobody wants it here any more. */
export function dropUnsaved(store: StoreState): void {
  yieldTo(store, [...store.cells.keys()])
  store.headDirtyAt = 0
  store.listener.structure()
}
