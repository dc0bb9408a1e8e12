import {interleave} from '../interleave.ts'
import {rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const names = ['raw', 'keepspace'] as const

/** From an evicted workspace to one that can be read and edited again. */
export const restoring: Measure = {
  name: 'restoring',
  run: async (browser, {workspaces, components, rounds}) => {
    await using bench = await browser.openPage()
    const {page} = bench
    const shape = {workspaces, components}
    await page.evaluate((given) => window.bench.open(given.names, given.shape), {names, shape})
    let next = 0
    const samples = await interleave(names, rounds * 2, (name) => {
      next += 1
      const workspace = next % workspaces
      return page.evaluate((given) => window.bench.timeRestore(given.name, given.workspace), {name, workspace})
    })
    await page.evaluate(() => window.bench.closeAll())
    return rowsOf({
      measure: 'restore after eviction',
      unit: 'ms',
      samples,
      limit: 'raw',
      goals: {keepspace: {ratio: 1.3}},
    })
  },
}
