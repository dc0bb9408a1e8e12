import type {AnyStateMachine, AnyStateNode, AnyTransitionDefinition} from 'xstate'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {nameOfTransition, statesOf, transitionsOf} from '../../src/testing/chart-places.ts'
import type {PathPlan} from '../../src/testing/path-plan.ts'
import {testPaths} from '../../src/testing/path-runner.ts'

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
  {paths, guards}: PathPlan,
  {name, remove}: RemovableTransition,
): Promise<MutantResult> {
  const chart = model.machine.id
  const concerned = paths.filter(({steps}) => steps.some(({transitions}) => transitions.includes(name)))
  const restore = remove()
  try {
    for (const path of concerned) {
      const {failures} = await testPaths(model, {plan: {paths: [path], guards}})
      const [failure] = failures
      if (failure !== undefined) {
        return {chart, transition: name, killedBy: `${failure.steps.join(' → ')}: ${failure.reason}`}
      }
    }
    return {chart, transition: name, killedBy: undefined}
  } finally {
    restore()
  }
}

type Config = Record<string, unknown>

/** The product makes its actors from copies of the configuration, while the paths come from the chart as it was read. */
function removeFrom(machine: AnyStateMachine, state: AnyStateNode, transition: AnyTransitionDefinition): () => void {
  const {holder, key} = placeOf(configOf(machine, state), state, transition)
  const siblings = state.transitions.get(transition.eventType) ?? state.always ?? []
  const index = siblings.indexOf(transition)
  const before = holder[key]
  if (before === undefined) {
    throw new Error(`${nameOfTransition(transition)} is not where it was expected`)
  }
  holder[key] = Array.isArray(before) ? before.toSpliced(index, 1) : undefined
  if (holder[key] === undefined) {
    delete holder[key]
  }
  return () => {
    holder[key] = before
  }
}

function configOf(machine: AnyStateMachine, state: AnyStateNode): Config {
  return state.path.reduce<Config>(
    (config, name) => (config.states as Record<string, Config>)[name] as Config,
    machine.config as Config,
  )
}

function placeOf(
  config: Config,
  state: AnyStateNode,
  {eventType}: AnyTransitionDefinition,
): {readonly holder: Config; readonly key: string} {
  if (eventType === '') {
    return {holder: config, key: 'always'}
  }
  const [, kind, detail = ''] = /^xstate\.(after|done\.actor|error\.actor)\.(.*)$/.exec(eventType) ?? []
  if (kind === 'after') {
    return {holder: config.after as Config, key: detail.slice(0, detail.length - state.id.length - 1)}
  }
  const index = state.invoke.findIndex(({id}) => id === detail)
  if (kind !== undefined && index >= 0) {
    const invokes = [config.invoke].flat() as Config[]
    return {holder: invokes[index] as Config, key: kind === 'done.actor' ? 'onDone' : 'onError'}
  }
  return {holder: config.on as Config, key: eventType}
}
