import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type EventObject,
  fromPromise,
  transition,
} from 'xstate'
import {getShortestPaths, getSimplePaths} from 'xstate/graph'
import {watchPlaces} from '../machines/chart-places.ts'
import {type AnyModel, type PossibleStep, possibleSteps} from './chart-steps.ts'

/** One step of a path and what the chart says about it. */
export type PlannedStep = PossibleStep & {
  readonly before: AnyMachineSnapshot
  readonly after: AnyMachineSnapshot
  /** Names of the transitions that the chart takes. */
  readonly transitions: readonly string[]
  readonly states: readonly string[]
}

export type PlannedPath = {
  readonly initial: AnyMachineSnapshot
  /** What the chart goes through by itself when it starts. */
  readonly beginning: Pick<PlannedStep, 'transitions' | 'states'>
  readonly steps: readonly PlannedStep[]
}

/** How often a guard said yes and no on the paths. */
export type GuardOutcomes = Readonly<Record<string, {readonly yes: number; readonly no: number}>>

export type PathPlan = {
  readonly paths: readonly PlannedPath[]
  readonly guards: GuardOutcomes
}

export type PlanOptions = {
  /**
   * - `shortest`: the shortest way to every place, and from there every step that is possible
   * - `simple`: every way to every place that comes nowhere twice. Their number explodes with the size of the chart;
   *   give `only`.
   *
   * @defaultValue `shortest`
   */
  readonly kind?: 'shortest' | 'simple'
  /** The steps that may be in a path, by their labels. @defaultValue all */
  readonly only?: (label: string) => boolean
  /**
   * How many more steps are taken after a shortest path has come to a place that is known already. A place that only looks
   * the same is found that way.
   *
   * @defaultValue 0
   */
  readonly beyond?: number
  /** Just enough paths to go through every transition that all of them go through together. @defaultValue false */
  readonly isShort?: boolean
}

/** More places than this are numbers that grow. */
const MOST_PLACES = 5_000

type Walk = readonly EventObject[]

/** Finds the paths through the chart of a model. */
export function planPaths(
  model: AnyModel,
  {kind = 'shortest', only, beyond = 0, isShort = false}: PlanOptions = {},
): PathPlan {
  const guards: Record<string, {yes: number; no: number}> = {}
  const machine = inert(model.machine, guards)
  const found = new WeakMap<EventObject, PossibleStep>()
  const options = {
    input: model.input as never,
    limit: MOST_PLACES * 50,
    serializeState: (snapshot: AnyMachineSnapshot) => keyOf(model, snapshot),
    serializeEvent: (event: EventObject) => found.get(event)?.label ?? event.type,
    events: (snapshot: AnyMachineSnapshot) => {
      const steps = possibleSteps(model, snapshot).filter(({label}) => only?.(label) ?? true)
      for (const step of steps) {
        found.set(step.event, step)
      }
      return steps.map(({event}) => event)
    },
  }
  const walks = kind === 'simple' ? simpleWalks(machine, options) : shortestWalks(machine, options, beyond)
  for (const name of Object.keys(guards)) {
    guards[name] = {yes: 0, no: 0}
  }
  const paths = withoutBeginnings(walks, found).map((walk) => replay(machine, model, walk, found))
  return {paths: isShort ? fewestPaths(paths) : paths, guards}
}

type WalkOptions = Parameters<typeof getShortestPaths<AnyStateMachine>>[1] & {
  readonly serializeState: (snapshot: AnyMachineSnapshot) => string
  readonly events: (snapshot: AnyMachineSnapshot) => readonly EventObject[]
}

/** The shortest way to every place, and from there at least one step further in every direction. */
function shortestWalks(machine: AnyStateMachine, options: WalkOptions, beyond: number): readonly Walk[] {
  const paths = getShortestPaths(machine, options)
  const onwards = (snapshot: AnyMachineSnapshot, depth: number): readonly Walk[] =>
    options.events(snapshot).flatMap((event): readonly Walk[] => {
      const rest = depth > 0 ? onwards(transition(machine, snapshot, event)[0], depth - 1) : []
      return rest.length === 0 ? [[event]] : rest.map((walk) => [event, ...walk])
    })
  return paths.flatMap(({state, steps}) => {
    const way = eventsOf(steps)
    return [way, ...onwards(state, beyond).map((walk) => [...way, ...walk])]
  })
}

function simpleWalks(machine: AnyStateMachine, options: WalkOptions): readonly Walk[] {
  return getSimplePaths(machine, options).map(({steps}) => eventsOf(steps))
}

/** XState begins each path with `xstate.init`. */
function eventsOf(steps: readonly {readonly event: EventObject}[]): Walk {
  return steps.slice(1).map(({event}) => event)
}

/** A path that another one begins with is not walked by itself. */
function withoutBeginnings(walks: readonly Walk[], found: WeakMap<EventObject, PossibleStep>): readonly Walk[] {
  const labels = walks.map((walk) => walk.map((event) => found.get(event)?.label ?? event.type))
  const beginnings = new Set(labels.flatMap((path) => path.map((_, length) => path.slice(0, length).join('\n'))))
  const taken = new Set<string>()
  return walks.filter((_, index) => {
    const key = (labels[index] ?? []).join('\n')
    const isNew = !taken.has(key) && !beginnings.has(key)
    taken.add(key)
    return isNew
  })
}

/** Walks a path through the chart alone, to see which transitions it takes. */
function replay(
  machine: AnyStateMachine,
  model: AnyModel,
  walk: Walk,
  found: WeakMap<EventObject, PossibleStep>,
): PlannedPath {
  let watch = watchPlaces(machine.id)
  const clock = {setTimeout: () => 0, clearTimeout: () => undefined}
  const actor = createActor(machine, {input: model.input, clock, inspect: (event) => watch.inspect(event)})
  actor.start()
  const initial = actor.getSnapshot()
  const beginning = {transitions: [...watch.transitions], states: [...watch.states]}
  const take = (step: PossibleStep): PlannedStep => {
    const before = actor.getSnapshot()
    watch = watchPlaces(machine.id)
    actor.send(step.event)
    return {...step, before, after: actor.getSnapshot(), transitions: [...watch.transitions], states: [...watch.states]}
  }
  const steps: PlannedStep[] = []
  for (const event of walk) {
    // What happens is the same; versions and times in it are those of this very walk.
    const key = found.get(event)?.key
    const step = possibleSteps(model, actor.getSnapshot()).find((possible) => possible.key === key)
    if (step === undefined) {
      break
    }
    steps.push(take(step))
  }
  // The real system does not stop where an answer comes at once.
  for (let more = immediateStep(model, actor.getSnapshot()); more; more = immediateStep(model, actor.getSnapshot())) {
    steps.push(take(more))
  }
  actor.stop()
  return {initial, beginning, steps}
}

function immediateStep(model: AnyModel, snapshot: AnyMachineSnapshot): PossibleStep | undefined {
  return possibleSteps(model, snapshot).find(({isImmediate}) => isImmediate)
}

/** Names of the transitions that a path takes, from the start of the chart on. */
export function transitionsAlong({beginning, steps}: PlannedPath): readonly string[] {
  return [...beginning.transitions, ...steps.flatMap(({transitions}) => transitions)]
}

/** Takes the path that adds most, until no path adds a transition. */
export function fewestPaths(paths: readonly PlannedPath[]): readonly PlannedPath[] {
  const rest = paths.map((path) => ({path, places: new Set(transitionsAlong(path))}))
  const covered = new Set<string>()
  const chosen: PlannedPath[] = []
  for (;;) {
    const gain = (places: ReadonlySet<string>) => [...places].filter((place) => !covered.has(place)).length
    const best = rest.toSorted(
      (a, b) => gain(b.places) - gain(a.places) || a.path.steps.length - b.path.steps.length,
    )[0]
    if (best === undefined || gain(best.places) === 0) {
      return chosen
    }
    chosen.push(best.path)
    for (const place of best.places) {
      covered.add(place)
    }
  }
}

function keyOf(model: AnyModel, snapshot: AnyMachineSnapshot): string {
  const place = model.place === undefined ? snapshot.context : model.place(snapshot as never)
  return JSON.stringify([snapshot.value, snapshot.status, place])
}

/** The chart with actors that never end and guards that are counted. */
function inert(machine: AnyStateMachine, guards: Record<string, {yes: number; no: number}>): AnyStateMachine {
  const {actors, guards: known} = machine.implementations
  const endless = fromPromise(() => new Promise<never>(() => undefined))
  const counted = Object.entries(known).flatMap(([name, guard]) => {
    // Guards made of others are objects with a `check` of their own.
    if (typeof guard !== 'function' || 'check' in guard) {
      return []
    }
    guards[name] = {yes: 0, no: 0}
    const count = (args: never, params: never) => {
      const isTrue = (guard as (args: never, params: never) => boolean)(args, params)
      const outcomes = guards[name] ?? {yes: 0, no: 0}
      guards[name] = isTrue ? {...outcomes, yes: outcomes.yes + 1} : {...outcomes, no: outcomes.no + 1}
      return isTrue
    }
    return [[name, count] as const]
  })
  return machine.provide({
    actors: Object.fromEntries(Object.keys(actors).map((name) => [name, endless])),
    guards: Object.fromEntries(counted),
  } as never)
}
