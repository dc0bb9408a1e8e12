import type {RunContext} from '../../model/component-definition.ts'
import type {JsonObject} from '../../model/json.ts'
import {remainingUntil} from '../../model/operations.ts'
import {callHost} from '../host-calls.ts'
import type {Cell} from './cell.ts'
import {handOverStarted, resumeStarted, startedCount, stopStarted, suspendStarted} from './started.ts'
import {type StoreState, touchStructure} from './store-state.ts'

/** Starts or ends the work of a component after its state changed. The work is outside React. */
export function followRun(store: StoreState, cell: Cell): void {
  const {definition, state} = cell
  if (definition === undefined || state === undefined || cell.status !== 'ready') {
    return
  }
  const isDeclared = callHost(() => definition.isRunning(state)) ?? false
  followDeadline(store, cell, isDeclared)
  const isRunning = isDeclared || startedCount(cell) > 0
  const isChanged = isRunning !== cell.isRunning
  cell.isRunning = isRunning
  if (!isDeclared) {
    endRun(cell)
  } else if (!store.areRunsSuspended) {
    startRun(store, cell)
  }
  if (isChanged) {
    touchStructure(store, cell)
  }
}

/** When it rings, if it does. Only types that declare a deadline are asked. */
function followDeadline(store: StoreState, cell: Cell, isRunning: boolean): void {
  const rules = cell.definition?.operation
  if (rules?.deadlineMs === undefined) {
    return
  }
  const state = cell.state as JsonObject
  const deadlineMs = isRunning ? (callHost(() => rules.deadlineMs?.(state)) ?? undefined) : undefined
  if (deadlineMs !== cell.deadlineMs) {
    cell.deadlineMs = deadlineMs
    store.listener.deadline()
  }
}

function endRun(cell: Cell): void {
  const stop = cell.stopRun
  cell.stopRun = undefined
  stop?.()
}

/** Ends the work of a component, if it does any. */
export function stopRun(store: StoreState, cell: Cell): void {
  cell.isRunning = false
  cell.deadlineMs = undefined
  endRun(cell)
  stopStarted(store, cell)
}

/** {@link followRun} for a component that came or comes back: what the app started in it before goes on too. */
export function resumeRun(store: StoreState, cell: Cell): void {
  followRun(store, cell)
  resumeStarted(store, cell)
}

/** Lets all running work stand still, so that the last save of a workspace is its last. */
export function suspendRuns(store: StoreState): void {
  store.areRunsSuspended = true
  for (const cell of store.cells.values()) {
    endRun(cell)
    suspendStarted(store, cell)
  }
}

/** Lets it go on: the workspace stays. */
export function resumeRuns(store: StoreState): void {
  if (!store.areRunsSuspended || store.phase === 'closed') {
    return
  }
  store.areRunsSuspended = false
  for (const cell of store.cells.values()) {
    if (cell.deletedAt === undefined) {
      resumeRun(store, cell)
    }
  }
}

/** Leaves running work to the tab that edits the workspace, or takes it back. */
export function setRunsElsewhere(store: StoreState, isElsewhere: boolean): void {
  if (store.areRunsElsewhere === isElsewhere) {
    return
  }
  store.areRunsElsewhere = isElsewhere
  for (const cell of store.cells.values()) {
    if (isElsewhere) {
      endRun(cell)
      handOverStarted(store, cell)
    } else if (cell.deletedAt === undefined && !store.areRunsSuspended && store.phase !== 'closed') {
      resumeRun(store, cell)
    }
  }
}

function startRun(store: StoreState, cell: Cell): void {
  const run = cell.definition?.run
  if (run === undefined || cell.stopRun !== undefined || store.areRunsElsewhere) {
    return
  }
  const timers = new Set<() => void>()
  let isOver = false
  let stopOwn: (() => void) | undefined
  const endOwn = () => callHost(() => stopOwn?.())
  cell.stopRun = () => {
    isOver = true
    for (const stopTimer of timers) {
      stopTimer()
    }
    endOwn()
  }
  const context: RunContext<JsonObject> = {
    get: () => cell.state as JsonObject,
    set: (patch, options) => {
      if (!isOver) {
        store.edit(cell.id, patch, options)
      }
    },
    now: () => store.time.now(),
    remainingMs: () => remainingOf(cell, store.time.now()),
    ring: () => {
      if (!isOver) {
        store.listener.rang(cell.id, store.time.now())
      }
    },
    every: (intervalMs, callback) => void timers.add(repeat(store, intervalMs, callback)),
  }
  stopOwn = callHost(() => run(context))
  if (isOver) {
    endOwn()
  }
}

function remainingOf({definition, state, deadlineMs}: Cell, nowMs: number): number | undefined {
  if (deadlineMs === undefined || definition === undefined) {
    return undefined
  }
  const durationMs = definition.operation.durationMs?.(state as JsonObject) ?? Number.POSITIVE_INFINITY
  return remainingUntil(deadlineMs, durationMs, nowMs)
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
