import type {RunContext} from '../../model/component-definition.ts'
import type {JsonObject} from '../../model/json.ts'
import type {Cell} from './cell.ts'
import {type StoreState, touchStructure} from './store-state.ts'

/** Starts or ends the work of a component after its state changed. The work is outside React. */
export function followRun(store: StoreState, cell: Cell): void {
  const {definition, state} = cell
  if (definition === undefined || state === undefined || cell.status !== 'ready') {
    return
  }
  const isRunning = definition.isRunning(state)
  if (isRunning === cell.isRunning && (cell.stopRun !== undefined || !isRunning || !definition.run)) {
    return
  }
  cell.isRunning = isRunning
  if (isRunning) {
    startRun(store, cell)
  } else {
    stopRun(cell)
  }
  touchStructure(store, cell)
}

/** Ends the work of a component, if it does any. */
export function stopRun(cell: Cell): void {
  cell.isRunning = false
  const stop = cell.stopRun
  cell.stopRun = undefined
  stop?.()
}

function startRun(store: StoreState, cell: Cell): void {
  const {definition} = cell
  if (!definition?.run || cell.stopRun !== undefined) {
    return
  }
  const timers = new Set<() => void>()
  let isOver = false
  let stopOwn: (() => void) | undefined
  cell.stopRun = () => {
    isOver = true
    for (const stopTimer of timers) {
      stopTimer()
    }
    stopOwn?.()
  }
  const context: RunContext<JsonObject> = {
    get: () => cell.state as JsonObject,
    set: (patch, options) => {
      if (!isOver) {
        store.edit(cell.id, patch, options)
      }
    },
    now: () => store.time.now(),
    every: (intervalMs, callback) => void timers.add(repeat(store, intervalMs, callback)),
  }
  stopOwn = definition.run(context)
  if (isOver) {
    stopOwn?.()
  }
}

function repeat(store: StoreState, intervalMs: number, callback: () => void): () => void {
  let isOver = false
  let handle: unknown
  const next = () => {
    handle = store.time.setTimeout(() => {
      try {
        callback()
      } finally {
        if (!isOver) {
          next()
        }
      }
    }, intervalMs)
  }
  next()
  return () => {
    isOver = true
    store.time.clearTimeout(handle)
  }
}
