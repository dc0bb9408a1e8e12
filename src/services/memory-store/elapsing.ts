import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import type {JsonObject} from '../../model/json.ts'
import {callHost} from '../host-calls.ts'

/** So many deadlines of one component are passed in one go. */
const MOST_DEADLINES = 10_000

/** What time does to a running component: the deadlines it passes, and what they change. */
export type Course = {
  /** The newest deadline that has passed, and the state in which it was reached. */
  readonly passed: {readonly deadlineMs: number; readonly state: JsonObject} | undefined
  /** What all that have passed change together. */
  readonly change: JsonObject | undefined
  /** The next one, when the last change named any. */
  readonly nextMs: number | undefined
}

/** Goes from deadline to deadline up to `untilMs`. Each has to be later than the one before; otherwise it was the last. */
export function courseOf(
  definition: AnyComponentDefinition | undefined,
  start: {readonly state: JsonObject; readonly deadlineMs: number},
  untilMs: number,
): Course {
  let {state} = start
  let nextMs: number | undefined = start.deadlineMs
  let passed: Course['passed']
  let change: JsonObject | undefined
  for (let count = 0; nextMs !== undefined && nextMs <= untilMs && count < MOST_DEADLINES; count += 1) {
    const deadlineMs: number = nextMs
    passed = {deadlineMs, state}
    const step = stepOf(definition, state)
    nextMs = undefined
    if (step !== undefined) {
      change = {...change, ...step}
      state = {...state, ...step}
      const named = deadlineOf(definition, state)
      nextMs = named !== undefined && named > deadlineMs ? named : undefined
    }
  }
  return {passed, change, nextMs}
}

/** When the work of a component ends by itself, as its state says; undefined when nothing runs. */
export function deadlineOf(definition: AnyComponentDefinition | undefined, state: JsonObject): number | undefined {
  return callHost(() => definition?.isRunning(state)) === true
    ? callHost(() => definition?.operation.deadlineMs?.(state))
    : undefined
}

function stepOf(definition: AnyComponentDefinition | undefined, state: JsonObject): JsonObject | undefined {
  return callHost(() => definition?.operation.elapsed?.(state)) as JsonObject | undefined
}
