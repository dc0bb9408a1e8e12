import {interleave} from '../interleave.ts'
import type {Shape} from '../page/shape.ts'
import {type Row, rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const names = ['map', 'raw', 'keepspace'] as const
const EDITS_PER_SECOND = 60

/** How busy the main thread is while somebody edits a large workspace without a pause. */
export const steadyEditing: Measure = {
  name: 'steady editing',
  run: async (browser, {steadyMs, slowRounds, large}) => {
    const cases: readonly {readonly what: string; readonly shape: Shape}[] = [
      {what: `${large.components} components`, shape: {workspaces: 1, components: large.components}},
      {what: 'one component', shape: {workspaces: 1, components: 1, bodyBytes: large.bodyBytes}},
    ]
    const rows: Row[] = []
    for (const {what, shape} of cases) {
      await using bench = await browser.openPage()
      const {page} = bench
      const longTasks: Record<string, number[]> = {map: [], raw: [], keepspace: []}
      await page.evaluate((given) => window.bench.open(given.names, given.shape), {names, shape})
      const samples = await interleave(names, Math.ceil(slowRounds / 3), async (name) => {
        const startedAt = performance.now()
        const before = await bench.mainThreadMs()
        const work = {name, shape, perSecond: EDITS_PER_SECOND, durationMs: steadyMs}
        const done = await page.evaluate((given) => window.bench.editSteadily(given), work)
        longTasks[name]?.push(done.longTasks)
        return (((await bench.mainThreadMs()) - before) / (performance.now() - startedAt)) * 100
      })
      await page.evaluate(() => window.bench.closeAll())
      const measure = `${EDITS_PER_SECOND} edits/s in ${what}`
      rows.push(
        ...rowsOf({
          measure: `${measure}: main thread busy`,
          unit: '%',
          samples,
          limit: 'map',
          goals: {keepspace: {ratio: 1.3}},
        }),
        ...rowsOf({
          measure: `${measure}: long tasks`,
          unit: 'tasks',
          samples: longTasks,
          goals: {keepspace: {atMost: 0}},
        }),
      )
    }
    return rows
  },
}
