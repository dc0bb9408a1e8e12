import {describe, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {planPaths} from '../../src/testing/path-plan.ts'
import {testPaths} from '../../src/testing/path-runner.ts'
import {chartModels} from './models.ts'
import {removableTransitions, runMutant} from './mutants.ts'

const world = {createKeepspace, newTarget: () => memoryStorage({isPersistent: true})}

describe.each(chartModels(world))('the running system and the $model.machine.id chart', ({model}) => {
  test('agree on paths through every state and transition', async () => {
    const {failures, states, transitions} = await testPaths(model, {isShort: true})
    expect({failures, missing: [...states.missing, ...transitions.missing]}).toEqual({failures: [], missing: []})
  })

  test('disagree as soon as the system lacks a transition', async () => {
    const plan = planPaths(model as never)
    const sample = removableTransitions(model.machine).find(({name}) => name.includes(' on xstate.done.actor'))
    if (sample === undefined) {
      throw new Error('The chart waits for nothing')
    }
    expect(await runMutant(model, plan, sample)).toMatchObject({killedBy: expect.any(String)})
  })
})
