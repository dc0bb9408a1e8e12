import {interleave} from '../interleave.ts'
import type {Shape} from '../page/shape.ts'
import {type Row, rowsOf} from '../row.ts'
import {median} from '../statistics.ts'
import type {Measure} from './measure.ts'

const names = ['map', 'raw', 'rawPut', 'keepspace'] as const

/** Rounds until the engine has compiled what it will. */
const WARM_UPS = 8

/** What one update costs the turn that makes it, and whether that depends on how much there is. */
export const hotPath: Measure = {
  name: 'hot path',
  run: async (browser, {workspaces, components, rounds, updates, flatness}) => {
    const timeAll = async (contenders: readonly (typeof names)[number][], work: Work): Promise<Samples> => {
      await using bench = await browser.openPage()
      const {page} = bench
      await page.evaluate(({contenders, shape}) => window.bench.open(contenders, shape), {contenders, ...work})
      const samples = await interleave(
        contenders,
        rounds,
        (name) => page.evaluate((given) => window.bench.timeUpdates(given), {name, ...work}),
        WARM_UPS,
      )
      await page.evaluate(() => window.bench.closeAll())
      return samples
    }
    const timeGrowth = async (few: Shape, many: Shape, isAlone: boolean) => {
      const work = {edited: few, updates: isAlone ? Math.ceil(updates / 10) : updates, isAlone}
      const small = await timeAll(['map', 'keepspace'], {...work, shape: few})
      const large = await timeAll(['map', 'keepspace'], {...work, shape: many})
      return {
        map: [median(large.map ?? []) / median(small.map ?? [])],
        keepspace: [median(large.keepspace ?? []) / median(small.keepspace ?? [])],
      }
    }

    const shape = {workspaces, components}
    const inBursts = await timeAll(names, {shape, edited: shape, updates, isAlone: false})
    const alone = await timeAll(names, {shape, edited: shape, updates: Math.ceil(updates / 10), isAlone: true})
    const rows: Row[] = [
      ...rowsOf({
        measure: 'update, in bursts, synchronous part',
        unit: 'µs',
        samples: inBursts,
        limit: 'map',
        goals: {keepspace: {ratio: 3}},
      }),
      ...rowsOf({measure: 'update, alone, with what follows in its turn', unit: 'µs', samples: alone, limit: 'map'}),
    ]
    const [fewComponents, manyComponents] = flatness.components
    const [fewHot, manyHot] = flatness.hot
    for (const isAlone of [false, true]) {
      const how = isAlone ? 'alone' : 'in bursts'
      rows.push(
        ...rowsOf({
          measure: `growth of an update ${how}, ${fewComponents} → ${manyComponents} components`,
          unit: '×',
          samples: await timeGrowth(
            {workspaces: 1, components: fewComponents},
            {workspaces: 1, components: manyComponents},
            isAlone,
          ),
          goals: {keepspace: {atMost: 1.3}},
        }),
        ...rowsOf({
          measure: `growth of an update ${how}, ${fewHot} → ${manyHot} hot workspaces`,
          unit: '×',
          samples: await timeGrowth({workspaces: fewHot, components}, {workspaces: manyHot, components}, isAlone),
          goals: {keepspace: {atMost: 1.3}},
        }),
      )
    }
    return rows
  },
}

type Samples = Partial<Record<(typeof names)[number], readonly number[]>>

type Work = {
  readonly shape: Shape
  readonly edited: Shape
  readonly updates: number
  readonly isAlone: boolean
}
