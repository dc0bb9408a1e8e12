import type {AnyStateMachine, AnyStateNode, AnyTransitionDefinition} from 'xstate'
import {statesOf, transitionsOf} from '../../src/machines/chart-places.ts'

/** A rule that every chart keeps: what breaks it, as a list of places that a person can find. */
export type HouseRule = (machine: AnyStateMachine) => readonly string[]

export const statesWithoutDescription: HouseRule = (machine) =>
  statesOf(machine.root)
    .filter(({description}) => !description)
    .map(({id}) => id)

/** Events taken without doing anything are ignored on purpose: the chart says why. */
export const eventsIgnoredWithoutReason: HouseRule = (machine) =>
  transitionsWhere(machine, ({target, actions, description}) => !target && actions.length === 0 && !description)

/** Functions and numbers written into a chart instead of a name from `setup()`: diagrams cannot show them. */
export const anonymousBehaviour: HouseRule = (machine) =>
  statesOf(machine.root).flatMap((state) =>
    behavioursOf(state)
      .filter(({value}) => !isNamed(value))
      .map(({place}) => `${state.id} ${place}`),
  )

export const invokesWithoutOnError: HouseRule = (machine) =>
  statesOf(machine.root).flatMap((state) =>
    state.invoke
      .filter(({id}) => !state.transitions.has(`xstate.error.actor.${id}`))
      .map(({src}) => `${state.id} ${src}`),
  )

/** Events are facts (`edit.recorded`) or wishes (`save.requested`). */
export const misnamedEvents: HouseRule = (machine) =>
  machine.events.filter((type) => !type.startsWith('xstate.') && !/^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/.test(type))

/** States that no way through the chart enters, whatever its guards say. */
export const statesNothingLeadsTo: HouseRule = (machine) => {
  const visited = new Set<AnyStateNode>()
  visitWithInitial(machine.root, visited)
  return statesOf(machine.root)
    .filter((state) => !visited.has(state))
    .map(({id}) => id)
}

/** Paths into a context that hold anything but numbers, flags, short words and plain groups of them. */
export function unfitForContext(value: unknown, path = 'context'): readonly string[] {
  if (value === undefined || typeof value === 'boolean' || Number.isFinite(value)) {
    return []
  }
  if (typeof value === 'string') {
    return value.length <= 100 ? [] : [path]
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : [path]
  }
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.entries(value).flatMap(([key, inner]) => unfitForContext(inner, `${path}.${key}`))
  }
  return [path]
}

function transitionsWhere(machine: AnyStateMachine, matches: (transition: AnyTransitionDefinition) => boolean) {
  return statesOf(machine.root).flatMap((state) =>
    transitionsOf(state)
      .filter(matches)
      .map(({eventType}) => `${state.id} ${eventType || 'always'}`),
  )
}

/** Adds a state, what is around it, and everywhere its transitions lead. */
function visit(state: AnyStateNode, visited: Set<AnyStateNode>) {
  if (visited.has(state)) {
    return
  }
  visited.add(state)
  if (state.parent) {
    visit(state.parent, visited)
  }
  const targets = transitionsOf(state).flatMap(({target}) => target ?? [])
  const regions = state.type === 'parallel' ? Object.values(state.states) : []
  for (const entered of [...targets, ...regions]) {
    visitWithInitial(entered, visited)
  }
}

function visitWithInitial(state: AnyStateNode, visited: Set<AnyStateNode>) {
  const initial = state.initial.target.filter((inner) => !visited.has(inner))
  visit(state, visited)
  for (const inner of initial) {
    visitWithInitial(inner, visited)
  }
}

type Behaviour = {readonly place: string; readonly value: unknown}

function behavioursOf(state: AnyStateNode): readonly Behaviour[] {
  // Entry and exit as written: XState adds functions of its own that arm and cancel `after` timers.
  const {entry, exit, invoke, after} = state.config
  return [
    ...listOf(entry).map((value) => ({place: 'entry', value})),
    ...listOf(exit).map((value) => ({place: 'exit', value})),
    ...listOf(invoke).map(({src}) => ({place: 'invoke', value: src})),
    ...Object.keys(after ?? {}).map((delay) => ({place: 'after', value: /^\d/.test(delay) ? Number(delay) : delay})),
    ...transitionsOf(state).flatMap(({eventType, guard, actions}) =>
      [...listOf(guard), ...actions].map((value) => ({place: eventType || 'always', value})),
    ),
  ]
}

function isNamed(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && 'type' in value)
}

function listOf<Item>(items: Item | readonly Item[] | undefined): readonly Item[] {
  return items === undefined ? [] : Array.isArray(items) ? items : [items as Item]
}
