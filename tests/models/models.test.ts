import {beforeAll, describe, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {fewestPaths, type PathPlan, planPaths} from '../../src/testing/path-plan.ts'
import {testPaths} from '../../src/testing/path-runner.ts'
import {chartModels} from './models.ts'
import {removableTransitions, runMutant} from './mutants.ts'
import {uncovered} from './rows.ts'

const world = {createKeepspace, newTarget: () => memoryStorage({isPersistent: true})}

/** For a busy machine; on a quiet one a chart takes a few seconds. */
const LIMIT_MS = 120_000

describe.each(chartModels(world))('the running system and the $model.machine.id chart', ({model}) => {
  let plan: PathPlan

  beforeAll(() => {
    plan = planPaths(model as never)
  }, LIMIT_MS)

  test(
    'agree on paths through every state and transition',
    async () => {
      const short = {...plan, paths: fewestPaths(plan.paths)}
      const report = await testPaths(model, {plan: short})
      expect({failures: report.failures, uncovered: uncovered(report)}).toEqual({failures: [], uncovered: []})
    },
    LIMIT_MS,
  )

  test(
    'disagree as soon as the system lacks a transition',
    async () => {
      const all = removableTransitions(model.machine)
      const sample = all.findLast(({name}) => name.includes(' on xstate.done.actor.0')) ?? all[0]
      if (sample === undefined) {
        throw new Error('The chart has no transition')
      }
      expect(await runMutant(model, plan, sample)).toMatchObject({killedBy: expect.any(String)})
    },
    LIMIT_MS,
  )
})
