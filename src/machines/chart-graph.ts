import type {AnyStateMachine, AnyStateNode, AnyTransitionDefinition} from 'xstate'
import type {ChartGraph, ChartState, ChartTransition} from '../model/inspection.ts'
import {nameOfTransition, statesOf, transitionsOf} from './chart-places.ts'

/** A chart as plain data: its states, its transitions, and its configuration without functions. */
export function graphOf(machine: AnyStateMachine): ChartGraph {
  const states = statesOf(machine.root)
  const {context: _, ...config} = machine.config
  return {
    id: machine.id,
    states: states.map(stateOf),
    transitions: states.flatMap((state) => transitionsOf(state).map((transition) => transitionOf(transition, state))),
    definition: JSON.stringify(config, (_key, value: unknown) =>
      typeof value === 'function' ? {type: value.name} : value,
    ),
  }
}

function stateOf(state: AnyStateNode): ChartState {
  return {
    id: state.id,
    key: state.key,
    parentId: state.parent?.id,
    type: state.type,
    initialIds: state.type === 'compound' ? (state.initial.target ?? []).map(({id}) => id) : [],
    invokes: state.invoke.map(({src}) => (typeof src === 'string' ? src : 'unnamed')),
    description: state.description,
  }
}

function transitionOf(transition: AnyTransitionDefinition, state: AnyStateNode): ChartTransition {
  const {guard, target, source} = transition
  return {
    name: nameOfTransition(transition),
    sourceId: source.id,
    targetIds: target?.map(({id}) => id) ?? [],
    event: triggerOf(transition.eventType, state),
    guard: guard === undefined ? undefined : nameOfGuard(guard),
  }
}

/** An event, a named delay, or how something ended that was waited for. */
function triggerOf(eventType: string, state: AnyStateNode): string {
  const [, kind, detail = ''] = /^xstate\.(after|done|error)\.(.*)$/.exec(eventType) ?? []
  if (kind === undefined) {
    return eventType
  }
  if (kind === 'after') {
    return `after ${detail.slice(0, detail.indexOf('.'))}`
  }
  const outcome = kind === 'done' ? 'done' : 'failed'
  const invoked = state.invoke.find(({id}) => detail === `actor.${id}`)
  return typeof invoked?.src === 'string' ? `${invoked.src} ${outcome}` : outcome
}

function nameOfGuard(guard: unknown): string {
  const name = typeof guard === 'object' && guard !== null && 'type' in guard ? guard.type : guard
  return typeof name === 'string' ? name : 'unnamed'
}
