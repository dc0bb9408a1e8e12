import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type PathPlan, planPaths} from '../../src/testing/path-plan.ts'
import {testPaths} from '../../src/testing/path-runner.ts'
import {noticeWithout, pathsThrough} from '../models/demo/campaign.ts'
import {demoModels} from '../models/demo/demo-models.ts'
import {type DrivenDemo, startDrivenDemo} from '../models/demo/driven-demo.ts'

let demo: DrivenDemo
beforeAll(async () => {
  demo = await startDrivenDemo()
})
afterAll(() => demo?.[Symbol.asyncDispose]())

/** One way through each chart that a person walks by hand, and its steps. All ways: `npm run models -- --browser`. */
const samples = [
  [
    'workspace',
    'workspace.hot.failed on retry.due [0] to workspace.hot.saving',
    /^(open\.requested|done load|edit\.recorded.*true|failed save.*unavailable|retry\.due)/,
  ],
  [
    'writer',
    'writer.stuck on retry.requested [0] to writer.idle',
    /^(work\.arrived.*true|failed commit.*quota|retry\.requested)/,
  ],
  [
    'eviction',
    'eviction.persisting on xstate.done.actor.0.eviction.persisting [1] to eviction.counting',
    /^(census\.taken "instead"|done persistVictim.*false|done takeCensus)/,
  ],
] as const

describe.each(samples)('the demo and the %s chart', (chart, transition, steps) => {
  let model: ReturnType<typeof demoModels>[number]
  let plan: PathPlan
  beforeAll(() => {
    const found = demoModels(demo).find(({machine}) => machine.id === chart)
    if (found === undefined) {
      throw new Error(`There is no model of the chart ${chart}`)
    }
    model = found
    const {paths, guards} = planPaths(model as never, {only: (label) => steps.test(label)})
    plan = {guards, paths: pathsThrough({paths, guards}, transition).slice(0, 1)}
  })

  test('agree on a path that is walked by hand', async () => {
    const {failures, paths} = await testPaths(model, {plan})
    expect({failures, paths}).toEqual({failures: [], paths: 1})
  })

  test('disagree as soon as the chart that runs there lacks a transition', async () => {
    expect(await noticeWithout(demo, model, plan, transition)).toEqual(expect.any(String))
  })
})
