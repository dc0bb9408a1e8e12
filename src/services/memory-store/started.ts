import {KeepspaceError} from '../../model/errors.ts'
import type {ComponentId} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import {OPERATIONS_RECORD} from '../../model/keys.ts'
import type {ResumedWork, StartOptions} from '../../model/operations.ts'
import {callHost} from '../host-calls.ts'
import {anchorsText, leftOf} from './anchors.ts'
import type {Cell, StartedOperation} from './cell.ts'
import {mark, type StoreState, touchStructure} from './store-state.ts'

/** How far work is reaches storage this often at most, and so does what remains of it. */
const ANCHOR_MS = 2_000
/** A timer sleeps with its device and knows nothing of a clock that was set: it looks again at least that often. */
const LONGEST_WAIT_MS = 60_000

/** How many operations the app started in a component and has going here. */
export function startedCount({operations}: Cell): number {
  let count = 0
  for (const {isHere} of operations?.values() ?? []) {
    count += isHere ? 1 : 0
  }
  return count
}

/** Whether the type of a component takes up by itself what the app started. */
export const canGoOn = ({definition, status}: Cell): boolean =>
  status === 'ready' && definition?.operation.goOn !== undefined

/**
 * Begins an operation of a component; one of the same name begins anew.
 *
 * @throws {@link KeepspaceError} `component.missing` when there is no such component in memory
 */
export function startOperation(store: StoreState, id: ComponentId, options: StartOptions): void {
  const cell = store.cells.get(id)
  if (cell === undefined || cell.deletedAt !== undefined) {
    throw new KeepspaceError('component.missing', id)
  }
  const {name, resume = 'restart', onStop} = options
  store.time.clearTimeout(cell.operations?.get(name)?.timer)
  cell.operations ??= new Map()
  const operation: StartedOperation = {
    name,
    resume,
    startedAt: store.time.now(),
    deadlineMs: finite(options.deadlineMs),
    leftMs: resume === 'remaining' ? finite(options.durationMs) : undefined,
    sinceMs: undefined,
    progress: undefined,
    isHere: true,
    onStop,
    timer: undefined,
    stored: {},
  }
  cell.operations.set(name, operation)
  startClock(store, cell, operation)
  followStarted(cell)
  touchStructure(store, cell)
  anchorNow(store, cell, true)
}

/** Notes how far an operation is. Views hear of it in steps of a hundredth. */
export function reportProgress(store: StoreState, id: ComponentId, name: string, progress: number): void {
  const cell = store.cells.get(id)
  const operation = cell?.operations?.get(name)
  const next = inHundredths(progress)
  if (cell !== undefined && operation !== undefined && operation.progress !== next && store.phase !== 'closed') {
    operation.progress = next
    store.listener.structure()
    if (isAnchored(store, cell)) {
      cell.hasNewProgress = true
      anchorLater(store, cell)
    }
  }
}

/** Ends an operation. Nothing happens to one that is not there. */
export function stopOperation(store: StoreState, id: ComponentId, name: string): void {
  const cell = store.cells.get(id)
  const operation = cell?.operations?.get(name)
  if (cell === undefined || operation === undefined || store.phase === 'closed') {
    return
  }
  store.time.clearTimeout(operation.timer)
  cell.operations?.delete(name)
  followStarted(cell)
  touchStructure(store, cell)
  anchorNow(store, cell, true)
}

/** Ends what the app started in a component and has going here, and says so. What is stored of it waits to be taken up. */
export function stopStarted(store: StoreState, cell: Cell): void {
  for (const operation of [...(cell.operations?.values() ?? [])]) {
    letWait(store, cell, operation)
  }
  store.time.clearTimeout(cell.anchorTimer)
  cell.anchorTimer = undefined
}

/** The workspace is about to leave: what its type takes up later ends, and what is stored of it is as it is now. */
export function suspendStarted(store: StoreState, cell: Cell): void {
  const operations = [...(cell.operations?.values() ?? [])].filter(({isHere}) => isHere)
  if (operations.length === 0 || !isAnchored(store, cell)) {
    return
  }
  if (canGoOn(cell)) {
    for (const operation of operations) {
      letWait(store, cell, operation)
    }
  }
  if (anchorsOf(store, cell) !== cell.durable.get(OPERATIONS_RECORD)?.text) {
    anchorNow(store, cell, false)
  }
}

/** What is to be stored of the work that was started in a component. */
export function anchorsOf({time}: StoreState, {operations, unknownOperations}: Cell): string | undefined {
  return anchorsText(operations?.values() ?? [], unknownOperations, time.elapsed())
}

/** Another tab edits: it takes up what it can, and the rest goes on where it was started. */
export function handOverStarted(store: StoreState, cell: Cell): void {
  if (canGoOn(cell)) {
    stopStarted(store, cell)
  }
}

/** Takes up by its rule what is stored of started work, where its type can. */
export function resumeStarted(store: StoreState, cell: Cell): void {
  if (cell.operations === undefined || cell.deletedAt !== undefined || !mayRun(store)) {
    return
  }
  for (const operation of [...cell.operations.values()]) {
    if (!operation.isHere && canGoOn(cell) && !hasEnded(store, operation)) {
      goOn(store, cell, operation)
    }
  }
}

/** Whether time alone has ended it. */
export function hasEnded(store: StoreState, operation: StartedOperation): boolean {
  return endsInMs(store, operation) <= 0
}

/** Lets everything through that waits to be stored of started work: something is about to be captured. */
export function releaseAnchors(store: StoreState): void {
  for (const cell of store.cells.values()) {
    if (cell.hasNewProgress) {
      anchorNow(store, cell, false)
    }
  }
}

export function inHundredths(progress: number): number | undefined {
  return Number.isFinite(progress) ? Math.round(Math.min(1, Math.max(0, progress)) * 100) / 100 : undefined
}

const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined)

/** What is stored of a component that this version does not write, or that owns its state elsewhere, stays as it is. */
const isAnchored = ({phase}: StoreState, {status}: Cell): boolean => phase === 'loaded' && status === 'ready'

const mayRun = ({phase, areRunsSuspended, areRunsElsewhere}: StoreState): boolean =>
  phase === 'loaded' && !areRunsSuspended && !areRunsElsewhere

function followStarted(cell: Cell): void {
  const {definition, state, status} = cell
  const isDeclared = status === 'ready' && callHost(() => definition?.isRunning(state as JsonObject)) === true
  cell.isRunning = isDeclared || startedCount(cell) > 0
}

function anchorNow(store: StoreState, cell: Cell, isUrgent: boolean): void {
  store.time.clearTimeout(cell.anchorTimer)
  cell.anchorTimer = undefined
  cell.hasNewProgress = false
  if (isAnchored(store, cell)) {
    mark(store, cell, OPERATIONS_RECORD, isUrgent)
    if (countsDown(cell)) {
      anchorLater(store, cell)
    }
  }
}

function anchorLater(store: StoreState, cell: Cell): void {
  cell.anchorTimer ??= store.time.setTimeout(() => {
    cell.anchorTimer = undefined
    // Whoever edits counts down. Otherwise two tabs would write what remains in turns.
    if (cell.hasNewProgress || mayRun(store)) {
      anchorNow(store, cell, false)
    } else if (countsDown(cell)) {
      anchorLater(store, cell)
    }
  }, ANCHOR_MS)
}

const countsDown = ({operations}: Cell): boolean =>
  [...(operations?.values() ?? [])].some(({sinceMs}) => sinceMs !== undefined)

function endsInMs({time}: StoreState, operation: StartedOperation): number {
  const {resume, deadlineMs} = operation
  if (resume === 'deadline' && deadlineMs !== undefined) {
    return deadlineMs - time.now()
  }
  return leftOf(operation, time.elapsed()) ?? Number.POSITIVE_INFINITY
}

function startClock(store: StoreState, cell: Cell, operation: StartedOperation): void {
  operation.sinceMs = operation.leftMs === undefined ? undefined : store.time.elapsed()
  const look = () => {
    const endsMs = endsInMs(store, operation)
    if (endsMs <= 0) {
      endByItself(store, cell, operation)
    } else if (endsMs < Number.POSITIVE_INFINITY) {
      operation.timer = store.time.setTimeout(look, Math.min(endsMs, LONGEST_WAIT_MS))
    }
  }
  look()
}

function endByItself(store: StoreState, cell: Cell, operation: StartedOperation): void {
  if (cell.operations?.get(operation.name) === operation) {
    stopOperation(store, cell.id, operation.name)
    callHost(() => operation.onStop?.())
  }
}

/** Another tab stopped it. */
export function endElsewhere({time}: StoreState, cell: Cell, operation: StartedOperation): void {
  time.clearTimeout(operation.timer)
  cell.operations?.delete(operation.name)
  callHost(() => operation.onStop?.())
}

function letWait(store: StoreState, cell: Cell, operation: StartedOperation): void {
  if (!operation.isHere) {
    return
  }
  const {onStop} = operation
  store.time.clearTimeout(operation.timer)
  operation.leftMs = leftOf(operation, store.time.elapsed())
  operation.sinceMs = undefined
  operation.isHere = false
  operation.onStop = undefined
  if (cell.status !== 'ready') {
    cell.operations?.delete(operation.name)
  }
  callHost(() => onStop?.())
}

function goOn(store: StoreState, cell: Cell, operation: StartedOperation): void {
  const {name, resume} = operation
  if (resume === 'restart') {
    operation.startedAt = store.time.now()
    operation.progress = undefined
  }
  operation.isHere = true
  startClock(store, cell, operation)
  const isOver = () => cell.operations?.get(name) !== operation || !operation.isHere
  const work: ResumedWork<JsonObject> = {
    name,
    resume,
    startedAt: operation.startedAt,
    progress: operation.progress,
    deadlineMs: operation.deadlineMs,
    remainingMs: operation.leftMs,
    get: () => cell.state as JsonObject,
    set: (patch) => {
      if (!isOver()) {
        store.edit(cell.id, patch)
      }
    },
    report: (progress) => {
      if (!isOver()) {
        reportProgress(store, cell.id, name, progress)
      }
    },
    stop: () => {
      if (!isOver()) {
        stopOperation(store, cell.id, name)
      }
    },
  }
  let isTaken = false
  const end = callHost(() => {
    const ending = cell.definition?.operation.goOn?.(work as never)
    isTaken = true
    return ending
  })
  if (!isTaken) {
    // It threw: nobody does the work.
    letWait(store, cell, operation)
  } else if (isOver()) {
    callHost(() => end?.())
  } else {
    operation.onStop = end
  }
  followStarted(cell)
  touchStructure(store, cell)
}
