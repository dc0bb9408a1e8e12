import {useSyncExternalStore} from 'react'
import {type Experiment, getExperiment, subscribeExperiment} from './experiment.ts'

/** The experiment as it stands. It runs while a view uses this. */
export function useExperiment(): Experiment {
  return useSyncExternalStore(subscribeExperiment, getExperiment)
}
