import type {Browser} from '../browser.ts'
import {type Row, rowsOf} from '../row.ts'
import type {Sizes} from '../sizes.ts'
import {seed} from './booting.ts'
import type {Measure} from './measure.ts'

const HOT = 4
const BYTES_PER_MB = 1_000_000

/** How much memory stays taken after many workspaces were seen and a few are kept. */
export const memory: Measure = {
  name: 'memory',
  run: async (browser, sizes) => {
    const rows: Row[] = []
    for (const opened of [HOT, ...sizes.opened]) {
      const shape = {workspaces: opened, components: sizes.components}
      await seed(browser, shape)
      rows.push(
        ...rowsOf({
          measure: `heap over the empty page, ${opened} opened, ${HOT} hot`,
          unit: 'MB',
          samples: {
            raw: await grow(browser, sizes, (page) =>
              page.evaluate((given) => window.bench.openRawInTurn(given.shape, given.opened, given.hot), {
                shape,
                opened,
                hot: HOT,
              }),
            ),
            keepspace: await grow(browser, sizes, (page) =>
              page.evaluate((given) => window.bench.openInTurn(given.shape, given.opened, given.hot), {
                shape,
                opened,
                hot: HOT,
              }),
            ),
          },
          limit: 'raw',
          goals: {keepspace: {atMost: 1}},
        }),
      )
    }
    return rows
  },
}

async function grow(
  browser: Browser,
  {slowRounds}: Sizes,
  work: (page: Awaited<ReturnType<Browser['openPage']>>['page']) => Promise<void>,
): Promise<readonly number[]> {
  const grown: number[] = []
  for (let round = 0; round < Math.ceil(slowRounds / 3); round++) {
    await using bench = await browser.openPage()
    const before = await bench.heapBytes()
    await work(bench.page)
    grown.push(((await bench.heapBytes()) - before) / BYTES_PER_MB)
  }
  return grown
}
