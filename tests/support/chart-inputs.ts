import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'

/** What each chart is started with, by its id. A new chart is added here. */
export const chartInputs: Readonly<Record<string, unknown>> = {
  eviction: {cap: 4},
  root: {pacing: defaultPacing, writer: defaultWriterPolicy, cap: 4},
  workspace: {workspaceId: 'w1', pacing: defaultPacing},
  writer: {policy: defaultWriterPolicy},
}
