import type {World} from '../start-system.ts'

const nothingRuns = () => {
  throw new Error('here paths are only planned')
}

/** Enough of a world to plan paths in: what runs is the demo. */
export const planningWorld: World = {createKeepspace: nothingRuns, newTarget: nothingRuns}
