import type {AnyStateMachine} from 'xstate'
import {placesOf} from '../../../src/machines/chart-places.ts'
import type {ChartModel} from '../../../src/testing/chart-model.ts'
import {type PathPlan, type PlannedPath, planPaths, transitionsAlong} from '../../../src/testing/path-plan.ts'
import {testPaths} from '../../../src/testing/path-runner.ts'
import type {MutantsResult} from '../campaign.ts'
import {firstNotice} from '../mutants.ts'
import {type Row, rowOf, tell} from '../rows.ts'
import {demoModels} from './demo-models.ts'
import {type DrivenDemo, startDrivenDemo} from './driven-demo.ts'

type DemoModel = ChartModel<AnyStateMachine, unknown>

/** Walks just enough paths for every state and transition, by hand, through the demo in Chromium. */
export async function runInDemo(say: (line: string) => void, only?: readonly string[]): Promise<readonly Row[]> {
  await using demo = await startDrivenDemo()
  const rows: Row[] = []
  for (const model of chosen(demo, only)) {
    const report = await testPaths(model, {plan: shortPlan(model)})
    const row = rowOf(report)
    tell(say, row, `${row.chart} in the demo`, [report])
    rows.push(row)
  }
  return rows
}

/** Takes every transition away from the charts that run in the demo, one after the other. */
export async function runMutantsInDemo(say: (line: string) => void, only?: readonly string[]): Promise<MutantsResult> {
  await using demo = await startDrivenDemo()
  let mutants = 0
  let killed = 0
  for (const model of chosen(demo, only)) {
    const plan = shortPlan(model)
    const all = placesOf(model.machine).transitions
    const survivors: string[] = []
    for (const transition of all) {
      if ((await noticeWithout(demo, model, plan, transition)) === undefined) {
        survivors.push(transition)
      }
    }
    say(
      `${model.machine.id} in the demo: ${all.length - survivors.length} of ${all.length} missing transitions noticed`,
    )
    for (const transition of survivors) {
      say(`  not noticed: ${transition}`)
    }
    mutants += all.length
    killed += all.length - survivors.length
  }
  return {mutants, killed}
}

/** What the paths find when the running charts lack a transition. */
export function noticeWithout(
  demo: DrivenDemo,
  model: DemoModel,
  plan: PathPlan,
  transition: string,
): Promise<string | undefined> {
  const paths = pathsThrough(plan, transition)
  return firstNotice(model, {...plan, paths}, transition, async (alone) => {
    demo.missing = transition
    try {
      return await testPaths(model, {plan: alone})
    } finally {
      demo.missing = undefined
    }
  })
}

/** Just enough paths for every transition. */
function shortPlan(model: DemoModel): PathPlan {
  return planPaths(model as never, {isShort: true})
}

/** The paths that take a transition, the shortest first. */
export function pathsThrough({paths}: PathPlan, transition: string): readonly PlannedPath[] {
  return paths
    .filter((path) => transitionsAlong(path).includes(transition))
    .sort((a, b) => a.steps.length - b.steps.length)
}

function chosen(demo: DrivenDemo, only: readonly string[] | undefined): readonly DemoModel[] {
  return demoModels(demo).filter(({machine}) => only?.includes(machine.id) ?? true)
}
