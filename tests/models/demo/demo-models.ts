import type {AnyStateMachine} from 'xstate'
import type {ChartModel} from '../../../src/testing/chart-model.ts'
import type {DrivenDemo} from './driven-demo.ts'
import {evictionByHand} from './eviction.demo.ts'
import {workspaceByHand} from './workspace.demo.ts'
import {writerByHand} from './writer.demo.ts'

/** The charts whose paths are also walked by hand, in Chromium. */
export function demoModels(demo: DrivenDemo): readonly ChartModel<AnyStateMachine, unknown>[] {
  return [workspaceByHand(demo), writerByHand(demo), evictionByHand(demo)] as unknown as readonly ChartModel<
    AnyStateMachine,
    unknown
  >[]
}
