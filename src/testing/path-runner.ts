import type {AnyMachineSnapshot, AnyStateMachine, AnyStateNode} from 'xstate'
import {placesOf, statesOf, watchPlaces} from '../machines/chart-places.ts'
import type {ChartModel} from './chart-model.ts'
import type {AnyModel} from './chart-steps.ts'
import {
  type GuardOutcomes,
  type PathPlan,
  type PlannedPath,
  type PlannedStep,
  type PlanOptions,
  planPaths,
  transitionsAlong,
} from './path-plan.ts'
import {createSimulatedTime} from './simulated-time.ts'

/** Where the real system did something else than the chart says. */
export type PathFailure = {
  /** Labels of all steps up to the one that failed. */
  readonly steps: readonly string[]
  /** The state that was expected after them. */
  readonly state: string
  readonly reason: string
}

export type PlaceCoverage = {
  readonly total: number
  readonly covered: number
  readonly reached: readonly string[]
  readonly missing: readonly string[]
}

/** What walking the paths of one chart brought. */
export type PathReport = {
  readonly chart: string
  readonly states: PlaceCoverage
  readonly transitions: PlaceCoverage
  /** Guards by name. One that always says the same is not covered. */
  readonly guards: GuardOutcomes
  readonly paths: number
  readonly steps: number
  readonly failures: readonly PathFailure[]
  /** Names of the places that the running system was seen to go through, when it hands on its inspection events. */
  readonly seen: {readonly states: ReadonlySet<string>; readonly transitions: ReadonlySet<string>} | undefined
}

/**
 * Walks paths through a chart on the real system and says what they covered and where it differed.
 *
 * @throws Error when the model is not complete: a step that can happen has no act, a state has no check, or the model
 * names what the chart does not have
 */
export async function testPaths<Machine extends AnyStateMachine, System>(
  model: ChartModel<Machine, System>,
  options: PlanOptions & {readonly plan?: PathPlan} = {},
): Promise<PathReport> {
  const plan = options.plan ?? planPaths(model as never, options)
  assertComplete(model as never, plan)
  return runPaths(model as never, plan)
}

async function runPaths(model: AnyModel, {paths, guards}: PathPlan): Promise<PathReport> {
  const watch = watchPlaces(model.machine.id)
  const walked = watchPlaces(model.machine.id)
  const failures: PathFailure[] = []
  let stepCount = 0
  for (const path of paths) {
    const {failure, steps} = await walkPath(model, path, watch.inspect)
    stepCount += steps.length
    for (const id of [
      ...(path.initial._nodes as readonly AnyStateNode[]).map((node) => node.id),
      ...[path.beginning, ...steps].flatMap(({states}) => states),
    ]) {
      walked.states.add(id)
    }
    for (const name of transitionsAlong({...path, steps})) {
      walked.transitions.add(name)
    }
    if (failure !== undefined) {
      failures.push(failure)
    }
  }
  const all = placesOf(model.machine)
  const isSeen = watch.states.size > 0
  return {
    chart: model.machine.id,
    states: coverageOf(all.states, walked.states),
    transitions: coverageOf(all.transitions, walked.transitions),
    guards,
    paths: paths.length,
    steps: stepCount,
    failures,
    seen: isSeen ? {states: watch.states, transitions: watch.transitions} : undefined,
  }
}

function coverageOf(all: readonly string[], walked: ReadonlySet<string>): PlaceCoverage {
  const missing = all.filter((place) => !walked.has(place))
  const reached = all.filter((place) => walked.has(place))
  return {total: all.length, covered: reached.length, reached, missing}
}

/** Walks one path until its end or the first difference. */
async function walkPath(
  model: AnyModel,
  path: PlannedPath,
  inspect: ReturnType<typeof watchPlaces>['inspect'],
): Promise<{readonly failure: PathFailure | undefined; readonly steps: readonly PlannedStep[]}> {
  const done: PlannedStep[] = []
  let expected = path.initial
  const system = await (model as unknown as ChartModel<AnyStateMachine, unknown>).start({inspect})
  try {
    await settle(model, system)
    await check(model, system, path.initial)
    for (const moment of momentsOf(path.steps)) {
      expected = moment.at(-1)?.after ?? expected
      await perform(model, system, moment)
      await check(model, system, expected)
      done.push(...moment)
    }
    return {failure: undefined, steps: done}
  } catch (error) {
    const failed = path.steps.slice(0, path.steps.findIndex(({after}) => after === expected) + 1)
    const reason = error instanceof Error ? error.message : String(error)
    const failure = {steps: failed.map(({label}) => label), state: JSON.stringify(expected.value), reason}
    return {failure, steps: done}
  } finally {
    await model.stop?.(system as never)
  }
}

/** A step and those that follow it at once. */
function momentsOf(steps: readonly PlannedStep[]): readonly (readonly PlannedStep[])[] {
  const moments: PlannedStep[][] = []
  for (const step of steps) {
    const last = moments.at(-1)
    if (step.isImmediate && last !== undefined) {
      last.push(step)
    } else {
      moments.push([step])
    }
  }
  return moments
}

/** What is answered at once is arranged first. */
async function perform(model: AnyModel, system: unknown, [first, ...immediate]: readonly PlannedStep[]): Promise<void> {
  for (const step of [...immediate, ...(first === undefined ? [] : [first])]) {
    const act = typeof step.act === 'function' ? step.act : step.act?.perform
    if (act !== undefined) {
      await act(system as never, step.payload as never, {before: step.before as never, after: step.after as never})
    } else if (step.delayMs !== undefined) {
      await wait(model, system, step, step.delayMs)
    }
  }
  await settle(model, system)
}

/** A deadline comes at its time: not before, and not later. */
async function wait(model: AnyModel, system: unknown, {before}: PlannedStep, delayMs: number): Promise<void> {
  const time = model.time?.(system as never)
  if (delayMs >= 1) {
    await time?.advanceAsync(delayMs - 1)
    await settle(model, system)
    await check(model, system, before)
  }
  await time?.advanceAsync(Math.min(delayMs, 1))
}

async function settle(model: AnyModel, system: unknown): Promise<void> {
  await (model.settle === undefined ? createSimulatedTime().settle() : model.settle(system as never))
}

async function check(model: AnyModel, system: unknown, snapshot: AnyMachineSnapshot): Promise<void> {
  for (const [state, assert] of checksFor(model, snapshot)) {
    try {
      await assert(system as never, snapshot as never)
    } catch (error) {
      throw new Error(`${state}: ${error instanceof Error ? error.message : String(error)}`, {cause: error})
    }
  }
}

/** The checks of the innermost states and of those around them. */
function checksFor(model: AnyModel, snapshot: AnyMachineSnapshot) {
  const names = (snapshot._nodes as readonly AnyStateNode[]).map(({path}) => path.join('.'))
  return Object.entries(model.states).filter(([state]) => names.includes(state))
}

/**
 * A model with holes would pass whatever the real system does.
 *
 * @throws Error that names every hole
 */
function assertComplete(model: AnyModel, {paths}: PathPlan): void {
  const names = statesOf(model.machine.root).map(({path}) => path.join('.'))
  const holes = new Set<string>()
  for (const state of Object.keys(model.states).filter((name) => !names.includes(name))) {
    holes.add(`the chart has no state "${state}"`)
  }
  for (const hole of [...unknownActs(model), ...eventsWithoutAct(model)]) {
    holes.add(hole)
  }
  for (const {initial, steps} of paths) {
    for (const step of steps) {
      if (step.act === undefined && (step.delayMs === undefined || model.time === undefined)) {
        holes.add(`nothing is said about "${step.label}"`)
      }
    }
    for (const snapshot of [initial, ...steps.map(({after}) => after)]) {
      for (const state of uncheckedIn(model, snapshot)) {
        holes.add(`the state "${state}" has no check`)
      }
    }
  }
  if (holes.size > 0) {
    throw new Error(`The model of the chart ${model.machine.id} is not complete:\n${[...holes].join('\n')}`)
  }
}

function uncheckedIn(model: AnyModel, snapshot: AnyMachineSnapshot): readonly string[] {
  const isChecked = ({path}: AnyStateNode) =>
    path.some((_, index) => path.slice(0, index + 1).join('.') in model.states) || '' in model.states
  return (snapshot._nodes as readonly AnyStateNode[])
    .filter((node) => Object.keys(node.states).length === 0 && !isChecked(node))
    .map(({path}) => path.join('.'))
}

function eventsWithoutAct({machine, events}: AnyModel): readonly string[] {
  const isOwn = (type: string) => type !== '' && !/^xstate\.(after|done|error)\.(?!actor\.\*)/.test(type)
  const isSaid = (type: string) =>
    Object.keys(events).some((known) => known === type || (type.endsWith('*') && known.startsWith(type.slice(0, -1))))
  return statesOf(machine.root)
    .flatMap(({transitions}) => [...transitions.keys()])
    .filter((type) => isOwn(type) && !isSaid(type))
    .map((type) => `nothing is said about "${type}"`)
}

/** Acts for actors and delays that the chart does not have: names that were changed, or misspelt. */
function unknownActs({machine, done, failed, after}: AnyModel): readonly string[] {
  const nodes = statesOf(machine.root)
  const actors = new Set(nodes.flatMap(({invoke}) => invoke.map(({id, src}) => (typeof src === 'string' ? src : id))))
  const delays = new Set(nodes.flatMap((node) => node.after.map(({delay}) => String(delay))))
  return [
    ...[...Object.keys(done ?? {}), ...Object.keys(failed ?? {})]
      .filter((name) => !actors.has(name))
      .map((name) => `the chart invokes no actor "${name}"`),
    ...Object.keys(after ?? {})
      .filter((name) => !delays.has(name))
      .map((name) => `the chart has no delay "${name}"`),
  ]
}
