import {createKeepspace} from '../../src/keepspace.ts'
import {placesOf} from '../../src/machines/chart-places.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {type PathPlan, planPaths} from '../../src/testing/path-plan.ts'
import {type PathReport, testPaths} from '../../src/testing/path-runner.ts'
import {charts} from '../../visualizations/generator/charts.ts'
import {chartModels, type ListedModel} from './models.ts'
import {type MutantResult, removableTransitions, runMutant} from './mutants.ts'

/** The last line that is printed. */
export type ModelsResult = {
  readonly charts: number
  readonly states: number
  readonly statesCovered: number
  readonly transitions: number
  readonly transitionsCovered: number
  readonly failures: number
}

export type MutantsResult = {
  readonly mutants: number
  readonly killed: number
}

type Row = ModelsResult & {readonly chart: string; readonly paths: number; readonly steps: number}

/** Of all transitions taken away one by one, at least this share must be noticed. */
export const LEAST_KILLED_SHARE = 0.95

/**
 * Walks all paths of every chart on the running system. A place counts as covered when a path that found no fault went
 * through it and the running chart was seen there. A chart without a model counts, with nothing covered.
 */
export async function runModels(say: (line: string) => void, only?: string): Promise<ModelsResult> {
  const models = chartModels({createKeepspace, newTarget: () => memoryStorage({isPersistent: true})})
  const rows: Row[] = []
  for (const {name, machine} of charts.filter((chart) => only === undefined || chart.name === only)) {
    const listed = models.find(({model}) => model.machine.id === name)
    const all = placesOf(machine)
    if (listed === undefined) {
      rows.push({...emptyRow(name), states: all.states.length, transitions: all.transitions.length})
      say(
        `${name.padEnd(10)} has no model: ${all.states.length} states, ${all.transitions.length} transitions uncovered`,
      )
      continue
    }
    rows.push(await runModel(listed, say))
  }
  return total(rows)
}

async function runModel({model, ordered, beyond}: ListedModel, say: (line: string) => void): Promise<Row> {
  const shortest = await testPaths(model, {beyond})
  const simple = await testPaths(model, {kind: 'simple', only: ordered})
  const row = rowOf(shortest, simple)
  const {chart, states, statesCovered, transitions, transitionsCovered, failures} = row
  say(
    `${chart.padEnd(10)} states ${statesCovered}/${states}, transitions ${transitionsCovered}/${transitions}, ` +
      `paths ${shortest.paths} shortest + ${simple.paths} simple, steps ${row.steps}, failures ${failures}`,
  )
  for (const place of uncovered(shortest)) {
    say(`  not covered: ${place}`)
  }
  for (const [name, {yes, no}] of Object.entries(shortest.guards)) {
    if (yes === 0 || no === 0) {
      say(`  the guard ${name} was never ${yes === 0 ? 'true' : 'false'}`)
    }
  }
  for (const {steps, state, reason} of [...shortest.failures, ...simple.failures]) {
    say(`  ${steps.join(' → ')} (${state})\n    ${reason}`)
  }
  return row
}

/** Places that the paths did not go through, or where the running chart was not seen. */
function uncovered({states, transitions, seen}: PathReport): readonly string[] {
  const isUnseen = (place: string) => seen !== undefined && !seen.states.has(place) && !seen.transitions.has(place)
  return [...states.missing, ...transitions.missing, ...[...states.reached, ...transitions.reached].filter(isUnseen)]
}

function rowOf(shortest: PathReport, simple: PathReport): Row {
  const {seen} = shortest
  return {
    chart: shortest.chart,
    charts: 1,
    states: shortest.states.total,
    statesCovered: shortest.states.reached.filter((place) => seen?.states.has(place) ?? true).length,
    transitions: shortest.transitions.total,
    transitionsCovered: shortest.transitions.reached.filter((place) => seen?.transitions.has(place) ?? true).length,
    failures: shortest.failures.length + simple.failures.length,
    paths: shortest.paths + simple.paths,
    steps: shortest.steps + simple.steps,
  }
}

function emptyRow(chart: string): Row {
  return {
    chart,
    charts: 1,
    states: 0,
    statesCovered: 0,
    transitions: 0,
    transitionsCovered: 0,
    failures: 0,
    paths: 0,
    steps: 0,
  }
}

function total(rows: readonly Row[]): ModelsResult {
  const sum = (pick: (row: Row) => number) => rows.reduce((all, row) => all + pick(row), 0)
  return {
    charts: sum(({charts: count}) => count),
    states: sum(({states}) => states),
    statesCovered: sum(({statesCovered}) => statesCovered),
    transitions: sum(({transitions}) => transitions),
    transitionsCovered: sum(({transitionsCovered}) => transitionsCovered),
    failures: sum(({failures}) => failures),
  }
}

/** Takes every transition away from the running system, one after the other, and sees whether the paths notice. */
export async function runMutants(say: (line: string) => void, only?: string): Promise<MutantsResult> {
  const models = chartModels({createKeepspace, newTarget: () => memoryStorage({isPersistent: true})})
  const results: MutantResult[] = []
  for (const {model, beyond} of models.filter(({model: {machine}}) => only === undefined || machine.id === only)) {
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
    const [crash] = crashes
    return crash === undefined ? result : {...result, killedBy: result.killedBy ?? `crash: ${String(crash)}`}
  } finally {
    process.off('uncaughtException', note)
  }
}
