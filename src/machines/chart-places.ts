import type {AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition, InspectionEvent} from 'xstate'

/** Every state and every transition of a chart by a name that is the same in a copy which was given other actors. */
export type ChartPlaces = {
  readonly states: readonly string[]
  readonly transitions: readonly string[]
}

/** A state and all states inside it, in the order they are written. */
export function statesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(statesOf)]
}

/** Every transition of a state itself: on events, at once, after a delay, when what it invoked ends. */
export function transitionsOf(state: AnyStateNode): readonly AnyTransitionDefinition[] {
  return [...[...state.transitions.values()].flat(), ...(state.always ?? [])]
}

/** Everything there is to cover in a chart. */
export function placesOf({root}: AnyStateMachine): ChartPlaces {
  const states = statesOf(root)
  return {states: states.map(({id}) => id), transitions: states.flatMap(transitionsOf).map(nameOfTransition)}
}

/** Source, event, place among those of the same event, and targets. */
export function nameOfTransition(transition: AnyTransitionDefinition): string {
  const {source, eventType, target} = transition
  const siblings = source.transitions.get(eventType) ?? source.always ?? []
  const targets = target?.map(({id}) => id).join(', ') ?? 'nowhere'
  return `${source.id} on ${eventType || 'always'} [${siblings.indexOf(transition)}] to ${targets}`
}

/** Notes which places of the chart with this id running actors go through. */
export function watchPlaces(chartId: string) {
  const states = new Set<string>()
  const transitions = new Set<string>()
  const inspect = (inspection: InspectionEvent) => {
    if (inspection.type !== '@xstate.microstep' && inspection.type !== '@xstate.snapshot') {
      return
    }
    const snapshot = inspection.snapshot as Partial<AnyMachineSnapshot>
    if (snapshot.machine?.id !== chartId) {
      return
    }
    for (const {id} of snapshot._nodes ?? []) {
      states.add(id)
    }
    if (inspection.type === '@xstate.microstep') {
      for (const transition of inspection._transitions) {
        transitions.add(nameOfTransition(transition))
      }
    }
  }
  return {inspect, states, transitions}
}
