import type {AnyStateMachine} from 'xstate'
import {placesOf, watchPlaces} from '../../src/machines/chart-places.ts'

/** Collects which states and transitions of one chart its tests went through. */
export function watchCoverage(machine: AnyStateMachine) {
  const {inspect, states, transitions} = watchPlaces(machine.id)
  const all = placesOf(machine)
  /** Every state and transition that no test reached, in the order they are written. */
  const missing = () => [
    ...all.states.filter((state) => !states.has(state)),
    ...all.transitions.filter((transition) => !transitions.has(transition)),
  ]
  return {inspect, missing}
}
