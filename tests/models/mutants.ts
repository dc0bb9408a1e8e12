import type {AnyStateMachine, AnyStateNode, AnyTransitionDefinition} from 'xstate'
import {rootChart} from '../../src/host/charts.ts'
import {nameOfTransition, statesOf, transitionsOf} from '../../src/machines/chart-places.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {type PathPlan, transitionsAlong} from '../../src/testing/path-plan.ts'
import {type PathReport, testPaths} from '../../src/testing/path-runner.ts'

/** What became of a chart that lacked one transition. */
export type MutantResult = {
  readonly chart: string
  readonly transition: string
  /** What the paths found; undefined when nothing was found. */
  readonly killedBy: string | undefined
}

/** A transition in the configuration of a chart that can be taken away and put back. */
export type RemovableTransition = {
  readonly name: string
  /** Takes the transition away from every actor that is started from now on. Returns what puts it back. */
  remove(): () => void
}

/** Every transition of a chart. */
export function removableTransitions(machine: AnyStateMachine): readonly RemovableTransition[] {
  return statesOf(machine.root).flatMap((state) =>
    transitionsOf(state).map((transition) => ({
      name: nameOfTransition(transition),
      remove: () => removeFrom(machine, state, transition),
    })),
  )
}

/**
 * Runs the paths through the whole chart against a system whose chart lacks a transition. Only paths that take it can
 * notice; they run until the first one does.
 */
export async function runMutant<Machine extends AnyStateMachine, System>(
  model: ChartModel<Machine, System>,
  plan: PathPlan,
  {name, remove}: RemovableTransition,
): Promise<MutantResult> {
  const killedBy = await firstNotice(model, plan, name, async (alone) => {
    const restore = remove()
    try {
      return await testPaths(model, {plan: alone})
    } finally {
      restore()
    }
  })
  return {chart: model.machine.id, transition: name, killedBy}
}

/**
 * What the first path says that notices a missing transition. A path that finds a fault where nothing is missing says
 * nothing about it.
 *
 * @param walkWithout - walks one path where the running chart lacks the transition
 */
export async function firstNotice<Machine extends AnyStateMachine, System>(
  model: ChartModel<Machine, System>,
  {paths, guards}: PathPlan,
  transition: string,
  walkWithout: (alone: PathPlan) => Promise<PathReport>,
): Promise<string | undefined> {
  for (const path of paths.filter((one) => transitionsAlong(one).includes(transition))) {
    const alone = {paths: [path], guards}
    const [failure] = (await walkWithout(alone)).failures
    if (failure !== undefined && (await isSound(model, alone))) {
      return `${failure.steps.join(' → ')}: ${failure.reason}`
    }
  }
  return undefined
}

const known = new WeakMap<object, boolean>()

/** Whether the whole system takes a path without a fault. Looked at once. */
async function isSound<Machine extends AnyStateMachine, System>(
  model: ChartModel<Machine, System>,
  alone: PathPlan,
): Promise<boolean> {
  const [path = alone] = alone.paths
  const answer = known.get(path) ?? (await testPaths(model, {plan: alone})).failures.length === 0
  known.set(path, answer)
  return answer
}

/** All actors of the product share one chart, apart from the one the paths come from: there it is never taken. */
function removeFrom(machine: AnyStateMachine, state: AnyStateNode, transition: AnyTransitionDefinition): () => void {
  const running = runningChart(machine)
  return running === undefined
    ? removeFromCopies(machine, state, transition)
    : removeFromChart(running, state, transition)
}

/** A chart that is given its services for each actor anew: every copy made from now on lacks the transition. */
function removeFromCopies(machine: AnyStateMachine, state: AnyStateNode, transition: AnyTransitionDefinition) {
  const prototype = Object.getPrototypeOf(machine) as AnyStateMachine
  const {provide} = prototype
  prototype.provide = function (this: AnyStateMachine, implementations) {
    const copy = provide.call(this, implementations)
    if (this.id === machine.id) {
      removeFromChart(copy, state, transition)
    }
    return copy
  }
  return () => {
    prototype.provide = provide
  }
}

function removeFromChart(chart: AnyStateMachine, state: AnyStateNode, transition: AnyTransitionDefinition) {
  const index = transitionsAt(state, transition).indexOf(transition)
  const running = transitionsAt(chart.getStateNodeById(state.id), transition)[index]
  if (running === undefined) {
    throw new Error(`${nameOfTransition(transition)} is not where it was expected`)
  }
  const mutable: {guard?: unknown} = running
  const {guard} = running
  mutable.guard = () => false
  return () => {
    mutable.guard = guard
  }
}

/** The chart with the services of the product, if it is given them once and for all. */
function runningChart({id}: AnyStateMachine): AnyStateMachine | undefined {
  const {actors} = rootChart.implementations
  const isRunning = (actor: unknown): actor is AnyStateMachine => (actor as Partial<AnyStateMachine>)?.id === id
  return [rootChart, ...Object.values(actors)].find(isRunning)
}

function transitionsAt(state: AnyStateNode, {eventType}: AnyTransitionDefinition): readonly AnyTransitionDefinition[] {
  return state.transitions.get(eventType) ?? state.always ?? []
}
