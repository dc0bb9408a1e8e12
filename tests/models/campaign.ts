import {createKeepspace} from '../../src/keepspace.ts'
import {placesOf} from '../../src/machines/chart-places.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {type PathPlan, planPaths} from '../../src/testing/path-plan.ts'
import {testPaths} from '../../src/testing/path-runner.ts'
import {charts} from '../../visualizations/generator/charts.ts'
import {chartModels, type ListedModel} from './models.ts'
import {type MutantResult, removableTransitions, runMutant} from './mutants.ts'
import {emptyRow, type Row, rowOf, tell} from './rows.ts'

export type MutantsResult = {
  readonly mutants: number
  readonly killed: number
}

/** Of all transitions taken away one by one, at least this share must be noticed. */
export const LEAST_KILLED_SHARE = 0.95

/**
 * Walks all paths of every chart on the running system. A place counts as covered when a path that found no fault went
 * through it and the running chart was seen there. A chart without a model counts, with nothing covered.
 *
 * @param only - names of charts; all of them without
 */
export async function runModels(say: (line: string) => void, only?: readonly string[]): Promise<readonly Row[]> {
  const models = chartModels({createKeepspace, newTarget: () => memoryStorage({isPersistent: true})})
  const rows: Row[] = []
  for (const {name, machine} of charts.filter((chart) => only?.includes(chart.name) ?? true)) {
    const listed = models.find(({model}) => model.machine.id === name)
    if (listed === undefined) {
      const {states, transitions} = placesOf(machine)
      rows.push(emptyRow(name, states.length, transitions.length))
      say(`${name.padEnd(10)} has no model: ${states.length} states, ${transitions.length} transitions uncovered`)
      continue
    }
    rows.push(await runModel(listed, say))
  }
  return rows
}

async function runModel({model, ordered, beyond}: ListedModel, say: (line: string) => void): Promise<Row> {
  const shortest = await testPaths(model, {beyond})
  const simple = await testPaths(model, {kind: 'simple', only: ordered})
  const row = rowOf(shortest, simple)
  tell(say, row, row.chart, [shortest, simple])
  for (const [name, {yes, no}] of Object.entries(shortest.guards)) {
    if (yes === 0 || no === 0) {
      say(`  the guard ${name} was never ${yes === 0 ? 'true' : 'false'}`)
    }
  }
  return row
}

/** Takes every transition away from the running system, one after the other, and sees whether the paths notice. */
export async function runMutants(say: (line: string) => void, only?: readonly string[]): Promise<MutantsResult> {
  const models = chartModels({createKeepspace, newTarget: () => memoryStorage({isPersistent: true})})
  const results: MutantResult[] = []
  for (const {model, beyond} of models.filter(({model: {machine}}) => only?.includes(machine.id) ?? true)) {
    const plan = planPaths(model as never, {beyond})
    const found = await runMutantsOf(model, plan)
    const survivors = found.filter(({killedBy}) => killedBy === undefined)
    say(
      `${model.machine.id.padEnd(10)} ${found.length - survivors.length} of ${found.length} missing transitions noticed`,
    )
    for (const {transition} of survivors) {
      say(`  not noticed: ${transition}`)
    }
    results.push(...found)
  }
  return {mutants: results.length, killed: results.filter(({killedBy}) => killedBy !== undefined).length}
}

async function runMutantsOf(model: ListedModel['model'], plan: PathPlan): Promise<readonly MutantResult[]> {
  const results: MutantResult[] = []
  // What is stored before is made by a product that lacks nothing.
  await testPaths(model, {plan: {...plan, paths: plan.paths.slice(0, 1)}})
  for (const transition of removableTransitions(model.machine)) {
    results.push(await noticingCrashes(() => runMutant(model, plan, transition)))
  }
  return results
}

/** A chart that ends by a fault of its own is heard by the whole process. */
async function noticingCrashes(run: () => Promise<MutantResult>): Promise<MutantResult> {
  const crashes: unknown[] = []
  const note = (error: unknown) => void crashes.push(error)
  process.on('uncaughtException', note)
  try {
    const result = await run()
    // XState throws what nobody takes on a turn of its own: it belongs to this transition, not to the next one.
    await new Promise((resolve) => setTimeout(resolve))
    const [crash] = crashes
    return crash === undefined ? result : {...result, killedBy: result.killedBy ?? `crash: ${String(crash)}`}
  } finally {
    process.off('uncaughtException', note)
  }
}
