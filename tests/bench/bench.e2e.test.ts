import {expect, test} from 'vitest'
import {startBrowser} from '../../bench/browser.ts'
import {memory} from '../../bench/measures/memory.ts'
import {servePage} from '../../bench/page-server.ts'
import type {Row} from '../../bench/row.ts'
import {runBench} from '../../bench/run.ts'
import {sizes} from '../../bench/sizes.ts'

test('every measure runs to its end in a real browser, and what it counts is exact', {timeout: 180_000}, async () => {
  const {rows, environment} = await runBench({sizes: 'tiny'})
  const counted = (unit: Row['unit'], contender: string) =>
    rows.filter((row) => row.unit === unit && row.contender === contender).map(({measure, median}) => [measure, median])

  expect(rows.filter(({median}) => !Number.isFinite(median))).toEqual([])
  expect(environment.packages.xstate).toMatch(/^5\./)
  expect([...new Set(rows.map(({contender}) => contender))].sort()).toEqual([
    'counted edit',
    'keepspace',
    'keepspace, all heads',
    'map',
    'raw',
    'rawChecked',
    'rawPut',
    'recorded event',
  ])
  expect(counted('transactions', 'keepspace')).toEqual([
    ['one edit, durable: transactions', 1],
    ['one edit, durable, strict: transactions', 1],
    ['everything dirty, flushed: transactions', 1],
    ['2 dirty per workspace, flushed: transactions', 1],
  ])
  const besidesTheState = Number(counted('bytes', 'keepspace')[0]?.[1]) - Number(counted('bytes', 'raw')[0]?.[1])
  expect(besidesTheState, 'one edit writes one component and one head').toBeGreaterThan(0)
  expect(besidesTheState, 'one edit writes one component and one head').toBeLessThan(600)
})

test('an evicted workspace leaves nothing of its content in memory', async () => {
  await using server = await servePage()
  await using browser = await startBrowser(server.url)
  const rows = await memory.run(browser, {...sizes.tiny, components: 20, opened: [60]})
  const megabytesAfter = (opened: number) =>
    rows.find(({contender, measure}) => contender === 'keepspace' && measure.includes(`, ${opened} opened`))?.median ??
    Number.NaN

  // The content of the 56 that were evicted is 3 MB, and twice that with what it is compared by.
  expect(megabytesAfter(60) - megabytesAfter(4)).toBeLessThan(1.5)
})
