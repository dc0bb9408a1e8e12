import {KeepspaceError} from '../../model/errors.ts'
import type {ComponentId} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import type {OperationInfo, StartOptions} from '../../model/operations.ts'
import {callHost} from '../host-calls.ts'
import type {Cell, StartedOperation} from './cell.ts'
import {type Course, courseOf} from './elapsing.ts'
import {type StoreState, touchStructure} from './store-state.ts'

/** A component whose deadline has passed. */
export type Elapsed = {
  readonly componentId: ComponentId
  readonly type: string
  readonly deadlineMs: number
  readonly label: string
}

const NO_OPERATIONS: readonly OperationInfo[] = []

/** How many operations the app started in a component. */
export const startedCount = ({operations}: Cell): number => operations?.size ?? 0

/** Everything that runs in a workspace, declared by component types and started by the app. */
export function operationsOf(store: StoreState): readonly OperationInfo[] {
  const running = [...store.cells.values()].filter(({isRunning, deletedAt}) => isRunning && deletedAt === undefined)
  return running.length === 0 ? NO_OPERATIONS : running.flatMap((cell) => operationsOfCell(store, cell))
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

/**
 * Begins an operation of a component; one of the same name begins anew.
 *
 * @throws {@link KeepspaceError} `component.missing` when there is no such component in memory
 */
export function startOperation(store: StoreState, id: ComponentId, options: StartOptions): Cell {
  const cell = store.cells.get(id)
  if (cell === undefined || cell.deletedAt !== undefined) {
    throw new KeepspaceError('component.missing', id)
  }
  cell.operations ??= new Map()
  cell.operations.set(options.name, {...options, progress: undefined})
  cell.isRunning = true
  touchStructure(store, cell)
  return cell
}

/** Notes how far an operation is. Views hear of it in steps of a hundredth. */
export function reportProgress(store: StoreState, id: ComponentId, name: string, progress: number): void {
  const cell = store.cells.get(id)
  const operation = cell?.operations?.get(name)
  const next = inHundredths(progress)
  if (cell !== undefined && operation !== undefined && operation.progress !== next) {
    operation.progress = next
    store.listener.structure()
  }
}

/** Ends an operation. Nothing happens to one that is not there. */
export function stopOperation(store: StoreState, id: ComponentId, name: string): Cell | undefined {
  const cell = store.cells.get(id)
  if (cell === undefined || cell.operations?.delete(name) !== true) {
    return undefined
  }
  if (startedCount(cell) === 0 && cell.status !== 'ready') {
    cell.isRunning = false
  }
  touchStructure(store, cell)
  return cell
}

/** Ends everything that the app started in a component, and says so. */
export function stopStarted(cell: Cell): void {
  const stopped = [...(cell.operations?.values() ?? [])]
  cell.operations = undefined
  for (const {onStop} of stopped) {
    callHost(() => onStop?.())
  }
}

function operationsOfCell(store: StoreState, cell: Cell): readonly OperationInfo[] {
  const isDeclared = callHost(() => cell.definition?.isRunning(cell.state as JsonObject)) === true
  const declared = isDeclared ? [declaredInfo(store, cell)] : []
  const isCarried = declared.some(({isResumable}) => isResumable)
  const started = [...(cell.operations?.values() ?? [])].map((operation) => startedInfo(cell, isCarried, operation))
  return [...declared, ...started]
}

/** Nothing of what an app started is stored: it goes on later only as far as what its type stores goes on. */
function startedInfo(
  cell: Cell,
  isCarried: boolean,
  {name, resume: asked = 'restart', deadlineMs, progress}: StartedOperation,
): OperationInfo {
  const resume = isCarried ? asked : 'restart'
  return {componentId: cell.id, name, resume, isResumable: resume !== 'restart', progress, deadlineMs}
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
  }
}

function inHundredths(progress: number): number | undefined {
  return Number.isFinite(progress) ? Math.round(Math.min(1, Math.max(0, progress)) * 100) / 100 : undefined
}
