import type {Contender} from './contender.ts'
import {type CardState, cardState, type Place, type Shape} from './shape.ts'

/** Everything in one Map, by number, and nothing stored. */
export function createMapContender(): Contender {
  const states = new Map<string, CardState>()
  return {
    name: 'map',
    open: async (shape) => fillStates(states, shape),
    update: (place, count) => {
      updateState(states, stateKey(place), count)
    },
    flush: async () => {},
    evict: async () => {},
    restore: async () => 0,
    close: async () => states.clear(),
  }
}

export const stateKey = ({workspace, component}: Place): string => `c/${workspace}/${component}`

/** Replaces a state by one in which one key is new. */
export function updateState(states: Map<string, CardState>, key: string, count: number): void {
  states.set(key, {...(states.get(key) as CardState), count})
}

export function fillStates(states: Map<string, CardState>, {workspaces, components, bodyBytes}: Shape): void {
  for (let workspace = 0; workspace < workspaces; workspace++) {
    for (let component = 0; component < components; component++) {
      states.set(stateKey({workspace, component}), cardState({workspace, component}, bodyBytes))
    }
  }
}
