import type {Durability} from '../../src/model/storage-port.ts'
import {interleave} from '../interleave.ts'
import type {Shape} from '../page/shape.ts'
import {type Row, rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const names = ['raw', 'rawChecked', 'keepspace'] as const
const SMALLEST: Shape = {workspaces: 1, components: 1}

type Case = {
  readonly measure: string
  readonly edited: Shape
  readonly durability: Durability
  readonly goalRatio: number
  readonly isSlow: boolean
}

/** From edits to durable: how long it takes, and what is written. */
export const saving: Measure = {
  name: 'saving',
  run: async (browser, {workspaces, components, rounds, slowRounds, durableEdits}) => {
    const all = {workspaces, components}
    const few = {workspaces, components: 2}
    const cases: readonly Case[] = [
      {measure: 'one edit, durable', edited: SMALLEST, durability: 'relaxed', goalRatio: 1.2, isSlow: false},
      {measure: 'one edit, durable, strict', edited: SMALLEST, durability: 'strict', goalRatio: 1.2, isSlow: false},
      {measure: 'everything dirty, flushed', edited: all, durability: 'relaxed', goalRatio: 1.2, isSlow: true},
      {measure: 'everything dirty, flushed, strict', edited: all, durability: 'strict', goalRatio: 1.2, isSlow: true},
      {measure: '2 dirty per workspace, flushed', edited: few, durability: 'relaxed', goalRatio: 1.3, isSlow: true},
    ]
    await using bench = await browser.openPage()
    const {page} = bench
    await page.evaluate((given) => window.bench.open(given.names, given.all), {names, all})
    const rows: Row[] = []
    for (const {measure, goalRatio, isSlow, ...edits} of cases) {
      const times = isSlow ? 1 : durableEdits
      const samples = await interleave(names, isSlow ? slowRounds * 3 : rounds, (name) =>
        page.evaluate((given) => window.bench.timeFlushes(given), {name, shape: all, times, ...edits}),
      )
      const goals = {keepspace: {ratio: goalRatio}}
      rows.push(...rowsOf({measure, unit: 'ms', samples, limit: 'raw', goals}))
    }
    for (const {measure, isSlow: _, goalRatio: __, ...edits} of cases.filter(
      ({durability}) => durability === 'relaxed',
    )) {
      const written = new Map<string, {transactions: number; bytes: number}>()
      for (const name of names) {
        written.set(name, await page.evaluate((given) => window.bench.countFlush(given), {name, shape: all, ...edits}))
      }
      rows.push(...writtenRows(measure, written, edits.edited.workspaces))
    }
    await page.evaluate(() => window.bench.closeAll())
    return rows
  },
}

function writtenRows(
  measure: string,
  written: ReadonlyMap<string, {readonly transactions: number; readonly bytes: number}>,
  workspaces: number,
): readonly Row[] {
  const samplesOf = (field: 'transactions' | 'bytes') =>
    Object.fromEntries([...written].map(([name, writes]) => [name, [writes[field]]]))
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
      goals: {keepspace: {atMost: workspaces}},
    }),
  ]
}
