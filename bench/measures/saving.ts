import type {Durability} from '../../src/model/storage-port.ts'
import type {BenchPage} from '../browser.ts'
import {interleave} from '../interleave.ts'
import type {Shape} from '../page/shape.ts'
import type {Writes} from '../page/writes.ts'
import {type Row, rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const names = ['raw', 'rawChecked', 'keepspace'] as const

type Case = {
  readonly measure: string
  readonly goalRatio: number
  readonly rounds: number
  /** Flushes in each round. */
  readonly times: number
  readonly edits: {readonly edited: Shape; readonly durability: Durability}
}

/** From edits to durable: how long it takes, what it costs the main thread, and what is written. */
export const saving: Measure = {
  name: 'saving',
  run: async (browser, {workspaces, components, rounds, slowRounds, durableEdits}) => {
    const all = {workspaces, components}
    const few = {workspaces, components: Math.min(2, components)}
    const one = {rounds, times: durableEdits, goalRatio: 1.2}
    const single = {workspaces: 1, components: 1}
    const bursts = {rounds: slowRounds, times: 3}
    const cases: readonly Case[] = [
      {measure: 'one edit, durable', ...one, edits: {edited: single, durability: 'relaxed'}},
      {measure: 'one edit, durable, strict', ...one, edits: {edited: single, durability: 'strict'}},
      {measure: 'everything dirty, flushed', ...bursts, goalRatio: 1.2, edits: {edited: all, durability: 'relaxed'}},
      {
        measure: '2 dirty per workspace, flushed',
        ...bursts,
        goalRatio: 1.3,
        edits: {edited: few, durability: 'relaxed'},
      },
    ]
    await using bench = await browser.openPage()
    const {page} = bench
    await page.evaluate((given) => window.bench.open(given.names, given.all), {names, all})
    const rows: Row[] = []
    for (const work of cases) {
      rows.push(...(await timeCase(bench, all, work)), ...(await countCase(bench, all, work)))
    }
    await page.evaluate(() => window.bench.closeAll())
    return rows
  },
}

async function timeCase({page, mainThreadMs}: BenchPage, shape: Shape, work: Case): Promise<readonly Row[]> {
  const {measure, goalRatio, rounds, times, edits} = work
  const busy: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  const samples = await interleave(names, rounds, async (name) => {
    const before = await mainThreadMs()
    const passed = await page.evaluate((given) => window.bench.timeFlushes(given), {name, shape, times, ...edits})
    busy[name]?.push(((await mainThreadMs()) - before) / times)
    return passed
  })
  const limited = {unit: 'ms', limit: 'raw', goals: {keepspace: {ratio: goalRatio}}} as const
  return [
    ...rowsOf({...limited, measure, samples}),
    ...rowsOf({...limited, measure: `${measure}: main thread`, samples: busy}),
  ]
}

async function countCase({page}: BenchPage, shape: Shape, {measure, edits}: Case): Promise<readonly Row[]> {
  const written: [name: string, writes: Writes][] = []
  for (const name of names) {
    written.push([name, await page.evaluate((given) => window.bench.countFlush(given), {name, shape, ...edits})])
  }
  const samplesOf = (field: keyof Writes) =>
    Object.fromEntries(written.map(([name, writes]) => [name, [writes[field]]] as const))
  return [
    ...rowsOf({
      measure: `${measure}: written`,
      unit: 'bytes',
      samples: samplesOf('bytes'),
      limit: 'raw',
      goals: {keepspace: {ratio: 1.1}},
    }),
    ...rowsOf({
      measure: `${measure}: transactions`,
      unit: 'transactions',
      samples: samplesOf('transactions'),
      goals: {keepspace: {atMost: edits.edited.workspaces}},
    }),
  ]
}
