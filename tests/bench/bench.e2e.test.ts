import {expect, test} from 'vitest'
import {runBench} from '../../bench/run.ts'

test('every measure runs to its end in a real browser, and what it counts is exact', async () => {
  const {rows, environment} = await runBench({sizes: 'tiny'})

  expect(rows.filter(({median}) => !Number.isFinite(median))).toEqual([])
  expect(environment.packages.xstate).toMatch(/^5\./)
  expect([...new Set(rows.map(({contender}) => contender))].sort()).toEqual([
    'keepspace',
    'keepspace, all heads',
    'map',
    'raw',
    'rawChecked',
    'rawPut',
  ])
  const transactions = rows.filter(({unit, contender}) => unit === 'transactions' && contender === 'keepspace')
  expect(transactions.map(({measure, median}) => [measure, median])).toEqual([
    ['one edit, durable: transactions', 1],
    ['one edit, durable, strict: transactions', 1],
    ['everything dirty, flushed: transactions', 1],
    ['2 dirty per workspace, flushed: transactions', 1],
  ])
})

test('one edit writes one component and one head, whatever else the workspaces hold', async () => {
  const {rows} = await runBench({sizes: 'tiny', only: 'saving'})
  const bytesOf = (contender: string) =>
    rows.find((row) => row.contender === contender && row.measure === 'one edit, durable: written')?.median ?? 0

  const besidesTheState = bytesOf('keepspace') - bytesOf('raw')
  expect(besidesTheState).toBeGreaterThan(0)
  expect(besidesTheState).toBeLessThan(600)
})
