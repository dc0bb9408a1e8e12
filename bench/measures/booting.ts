import {interleave} from '../interleave.ts'
import {type Row, rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const names = ['raw', 'keepspace'] as const
/** A browser that has just started is busy with itself. */
const SETTLE_MS = 500

/** From a newly started browser with a loaded page to one of N stored workspaces, and to the list of all of them. */
export const booting: Measure = {
  name: 'boot',
  run: async (browser, {components, boots, slowRounds}) => {
    const rows: Row[] = []
    for (const workspaces of boots) {
      const shape = {workspaces, components}
      await seed(browser, shape)
      const catalogueMs: number[] = []
      const samples = await interleave(names, slowRounds, async (name) => {
        await browser.restart()
        await using bench = await browser.openPage()
        await bench.page.waitForTimeout(SETTLE_MS)
        const workspace = Math.floor(workspaces / 2)
        const boot = await bench.page.evaluate((given) => window.bench.boot(given.name, given.shape, given.workspace), {
          name,
          shape,
          workspace,
        })
        if (boot.catalogueMs !== undefined) {
          catalogueMs.push(boot.catalogueMs)
        }
        return boot.contentMs
      })
      rows.push(
        ...rowsOf({
          measure: `boot to one of ${workspaces} workspaces`,
          unit: 'ms',
          samples: {...samples, 'keepspace, all heads': catalogueMs},
          limit: 'raw',
          goals: {keepspace: {ratio: 1.3}},
        }),
      )
    }
    return rows
  },
}

/** Fills the databases. A page of its own, so that nothing of it is warm later. */
export async function seed(
  browser: Parameters<Measure['run']>[0],
  shape: {readonly workspaces: number; readonly components: number},
): Promise<void> {
  await using bench = await browser.openPage()
  await bench.page.evaluate((given) => window.bench.seed(given), shape)
}
