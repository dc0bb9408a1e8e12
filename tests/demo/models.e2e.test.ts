import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {testPaths} from '../../src/testing/path-runner.ts'
import {failureWithout, pathsThrough, shortPlan} from '../models/demo/campaign.ts'
import {demoModels} from '../models/demo/demo-models.ts'
import {type DrivenDemo, startDrivenDemo} from '../models/demo/driven-demo.ts'

let demo: DrivenDemo
beforeAll(async () => {
  demo = await startDrivenDemo()
})
afterAll(() => demo?.[Symbol.asyncDispose]())

/** One way through each chart that a person walks by hand. All of them: `npm run models -- --browser`. */
const samples = [
  ['workspace', 'workspace.hot.conflicted on mine.requested [0] to workspace.hot.saving'],
  ['writer', 'writer.stuck on retry.requested [0] to writer.idle'],
  ['eviction', 'eviction.persisting on xstate.done.actor.0.eviction.persisting [1] to eviction.counting'],
] as const

describe.each(samples)('the demo and the %s chart', (chart, transition) => {
  const sampleOf = () => {
    const model = demoModels(demo).find(({machine}) => machine.id === chart)
    if (model === undefined) {
      throw new Error(`There is no model of the chart ${chart}`)
    }
    const plan = shortPlan(model)
    return {model, plan: {...plan, paths: pathsThrough(plan, transition).slice(0, 1)}}
  }

  test('agree on a path that is walked by hand', async () => {
    const {model, plan} = sampleOf()
    const {failures, paths} = await testPaths(model, {plan})
    expect({failures, paths}).toEqual({failures: [], paths: 1})
  })

  test('disagree as soon as the chart that runs there lacks a transition', async () => {
    const {model, plan} = sampleOf()
    expect(await failureWithout(demo, model, plan, transition)).toEqual(expect.any(String))
  })
})
