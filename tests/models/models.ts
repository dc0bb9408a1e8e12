import type {AnyStateMachine} from 'xstate'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import type {World} from './start-system.ts'
import {writerModel} from './writer.model.ts'

/** The models of all charts, each with what is started anew for every path. */
export function chartModels(world: World): readonly ChartModel<AnyStateMachine, unknown>[] {
  return [writerModel(world)].map((model) => model as unknown as ChartModel<AnyStateMachine, unknown>)
}
