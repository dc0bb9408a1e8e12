import {interleave} from '../interleave.ts'
import {rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const names = ['map', 'raw', 'rawPut', 'keepspace'] as const
const UPDATES_PER_TASK = 100
/** Every component is changed several times before it is saved. */
const UPDATES_PER_COMPONENT = 10

/** Processor time of the main thread for each update, everything included: charts, serialising, writing. */
export const mainThread: Measure = {
  name: 'main thread',
  run: async (browser, {workspaces, components, slowRounds, updates}) => {
    await using bench = await browser.openPage()
    const {page} = bench
    const shape = {workspaces, components}
    const flushEvery = workspaces * components * UPDATES_PER_COMPONENT
    const work = {shape, updates: Math.max(updates, flushEvery * 2), perTask: UPDATES_PER_TASK, flushEvery}
    await page.evaluate((given) => window.bench.open(given.names, given.shape), {names, shape})
    const samples = await interleave(names, slowRounds, async (name) => {
      const before = await bench.mainThreadMs()
      await page.evaluate((given) => window.bench.churn(given), {...work, name})
      return (((await bench.mainThreadMs()) - before) * 1_000) / work.updates
    })
    await page.evaluate(() => window.bench.closeAll())
    return rowsOf({
      measure: 'processor time per update, saving included',
      unit: 'µs',
      samples,
      limit: 'raw',
      goals: {keepspace: {ratio: 1.5}},
    })
  },
}
