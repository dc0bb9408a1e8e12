import {join} from 'node:path'
import {expect, test} from 'vitest'
import {bundleSimulation} from './bundle.ts'
import {brokenRegressions, findAllPlanted, runCampaign, traceHashes, withFolder} from './command.ts'
import {unreached} from './sometimes.ts'

/** Changes with nothing: a failure here is the same everywhere. */
const SEED = 20_261
const HISTORIES = 10_000
/** A quiet machine with two cores takes a third of it. */
const LIMIT_MS = 300_000

test('every history that once broke something breaks nothing now', () =>
  withFolder(async (folder) => {
    expect(await brokenRegressions(await bundleSimulation(join(folder, 'plain')))).toEqual([])
  }))

test(
  '10,000 histories of tabs, faults and crashes break no promise, and reach everything',
  () =>
    withFolder(async (folder) => {
      const bundle = await bundleSimulation(join(folder, 'plain'))
      const {histories, broken, failures, counts} = await runCampaign(bundle, {histories: HISTORIES, seed: SEED})

      expect(failures.map(({violations, history}) => ({violations, history}))).toEqual([])
      expect({histories, broken}).toEqual({histories: HISTORIES, broken: 0})
      expect(unreached(counts, histories)).toEqual([])
    }),
  LIMIT_MS,
)

test('the same seed gives the same traces, also on another thread', () =>
  withFolder(async (folder) => {
    const bundle = await bundleSimulation(join(folder, 'plain'))
    const [first, second] = await Promise.all([traceHashes(bundle, SEED, 50), traceHashes(bundle, SEED, 50)])

    expect(new Set(first).size).toBeGreaterThan(40)
    expect(second).toEqual(first)
  }))

test(
  'every planted fault is found within 1,000 histories',
  () =>
    withFolder(async (folder) => {
      const found = await findAllPlanted(folder, {seed: SEED})

      expect(found.filter(({foundAfter}) => foundAfter === undefined)).toEqual([])
    }),
  LIMIT_MS,
)
