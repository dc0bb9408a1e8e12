import type {AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition, InspectionEvent} from 'xstate'
import {statesOf, transitionsOf} from '../../visualizations/generator/charts.ts'

/** Collects which states and transitions of one chart its tests went through. */
export function watchCoverage(machine: AnyStateMachine) {
  const reached = new Set<string>()
  const inspect = (inspection: InspectionEvent) => {
    if (inspection.type !== '@xstate.microstep' && inspection.type !== '@xstate.snapshot') {
      return
    }
    const snapshot = inspection.snapshot as Partial<AnyMachineSnapshot>
    if (snapshot.machine?.id !== machine.id) {
      return
    }
    for (const {id} of snapshot._nodes ?? []) {
      reached.add(id)
    }
    if (inspection.type === '@xstate.microstep') {
      for (const transition of inspection._transitions) {
        reached.add(nameOf(transition))
      }
    }
  }
  /** Every state and transition that no test reached, in the order they are written. */
  const missing = () => placesOf(machine).filter((place) => !reached.has(place))
  return {inspect, missing}
}

function placesOf(machine: AnyStateMachine): readonly string[] {
  return statesOf(machine.root).flatMap((state) => [state.id, ...transitionsOf(state).map(nameOf)])
}

/** The same for a transition of a chart and of a copy of it that was given actors. */
function nameOf(transition: AnyTransitionDefinition): string {
  const {source, eventType, target} = transition
  const siblings = source.transitions.get(eventType) ?? source.always ?? []
  const targets = target?.map(({id}) => id).join(', ') ?? 'nowhere'
  return `${source.id} on ${eventType || 'always'} [${siblings.indexOf(transition)}] to ${targets}`
}
