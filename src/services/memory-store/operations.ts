import type {ComponentId} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import type {OperationInfo} from '../../model/operations.ts'
import {callHost} from '../host-calls.ts'
import type {Cell, StartedOperation} from './cell.ts'
import {type Course, courseOf} from './elapsing.ts'
import {canGoOn, hasEnded, inHundredths} from './started.ts'
import type {StoreState} from './store-state.ts'

/** A component whose deadline has passed. */
export type Elapsed = {
  readonly componentId: ComponentId
  readonly type: string
  readonly deadlineMs: number
  readonly label: string
}

const NO_OPERATIONS: readonly OperationInfo[] = []

/** Everything that runs in a workspace, declared by component types and started by the app. */
export function operationsOf(store: StoreState): readonly OperationInfo[] {
  const running = [...store.cells.values()].filter(({isRunning, deletedAt}) => isRunning && deletedAt === undefined)
  return running.length === 0 ? NO_OPERATIONS : running.flatMap((cell) => operationsOfCell(store, cell))
}

/** Work that the app started and that nobody does here. */
export function waitingOf(store: StoreState): readonly OperationInfo[] {
  let waiting = NO_OPERATIONS
  for (const cell of store.cells.values()) {
    if (cell.operations !== undefined && cell.deletedAt === undefined) {
      const own = [...cell.operations.values()].filter((each) => !each.isHere && !hasEnded(store, each))
      waiting = own.length === 0 ? waiting : [...waiting, ...own.map((each) => startedInfo(cell, false, each))]
    }
  }
  return waiting
}

/** When the first running component ends by itself, of those that do so after `afterMs`. */
export function nextDeadlineOf(store: StoreState, afterMs = Number.NEGATIVE_INFINITY): number | undefined {
  let next: number | undefined
  for (const {deadlineMs, deletedAt} of store.cells.values()) {
    const counts = deadlineMs !== undefined && deadlineMs > afterMs && deletedAt === undefined
    if (counts && (next === undefined || deadlineMs < next)) {
      next = deadlineMs
    }
  }
  return next
}

/** What is to ring now: the newest deadline of each component that has passed. */
export function dueIn(store: StoreState, nowMs: number): readonly Elapsed[] {
  if (store.phase !== 'loaded') {
    return []
  }
  return [...store.cells.values()].flatMap((cell) => {
    const passed = courseIn(cell, nowMs)?.passed
    return passed === undefined ? [] : elapsedOf({...cell, state: passed.state}, passed.deadlineMs)
  })
}

/** Applies what changes up to a deadline, once: the change ends the work, or names the next deadline. */
export function elapse(store: StoreState, id: ComponentId, deadlineMs: number): void {
  const cell = store.cells.get(id)
  const course = cell && store.phase === 'loaded' ? courseIn(cell, deadlineMs) : undefined
  if (cell === undefined || course?.passed?.deadlineMs !== deadlineMs) {
    return
  }
  if (course.change !== undefined) {
    store.edit(cell.id, course.change, {immediate: true})
  }
  if (cell.deadlineMs !== undefined && cell.deadlineMs <= deadlineMs) {
    // Nothing in its state says that it is over. It has rung; it does not ring again for the same moment.
    cell.deadlineMs = undefined
  }
}

function courseIn({definition, state, deadlineMs, deletedAt}: Cell, untilMs: number): Course | undefined {
  return state === undefined || deadlineMs === undefined || deadlineMs > untilMs || deletedAt !== undefined
    ? undefined
    : courseOf(definition, {state, deadlineMs}, untilMs)
}

/** What rings: who, when, and the words for it. */
export function elapsedOf(
  {id, type, definition, state}: Pick<Cell, 'id' | 'type' | 'definition' | 'state'>,
  deadlineMs: number,
): Elapsed {
  const label = callHost(() => definition?.operation.label?.(state as JsonObject)) ?? ''
  return {componentId: id, type, deadlineMs, label}
}

function operationsOfCell(store: StoreState, cell: Cell): readonly OperationInfo[] {
  const isDeclared = callHost(() => cell.definition?.isRunning(cell.state as JsonObject)) === true
  const declared = isDeclared ? [declaredInfo(store, cell)] : []
  const isCarried = declared.some(({isResumable}) => isResumable)
  const started = [...(cell.operations?.values() ?? [])].filter(({isHere}) => isHere)
  return [...declared, ...started.map((operation) => startedInfo(cell, isCarried, operation))]
}

/** Of what an app started it is stored how far it is: it goes on later only where its type takes it up or carries it along. */
function startedInfo(
  cell: Cell,
  isCarried: boolean,
  {name, resume: asked, startedAt, deadlineMs, progress}: StartedOperation,
): OperationInfo {
  const resume = isCarried || canGoOn(cell) ? asked : 'restart'
  return {componentId: cell.id, name, resume, isResumable: resume !== 'restart', progress, deadlineMs, startedAt}
}

function declaredInfo(store: StoreState, cell: Cell): OperationInfo {
  const {name = cell.type, resume = 'restart', progress} = cell.definition?.operation ?? {}
  const reached = callHost(() => progress?.(cell.state as JsonObject, store.time.now()))
  return {
    componentId: cell.id,
    name,
    resume,
    isResumable: resume !== 'restart',
    progress: reached === undefined ? undefined : inHundredths(reached),
    deadlineMs: cell.deadlineMs,
    startedAt: undefined,
  }
}
