import {join} from 'node:path'
import {expect, test} from 'vitest'
import {bundleSimulation} from './bundle.ts'
import {brokenRegressions, findAllPlanted, runCampaign, traceHashes, withFolder} from './command.ts'
import {plantedFaults} from './planted-faults.ts'

/** Changes with nothing: a failure here is the same everywhere. */
const SEED = 20_261
/** As many of these as the time has room for; `npm run simulate` runs as many as it is asked for. */
const HISTORIES = 10_000
const CAMPAIGN_MS = 40_000
const FEWEST_HISTORIES = 200
const LIMIT_MS = 400_000
/** A sample of what `npm run simulate` plants: one for each promise that an edit could fall through. */
const SAMPLED = [
  'no compare-and-set: a refused commit is repeated over what is stored',
  'memory is given back before the answer',
  'a conflict is overwritten',
  'edits that wait for a load are lost',
  'too many in memory are never let go',
]

test('every history that once broke something breaks nothing now', () =>
  withFolder(async (folder) => {
    expect(await brokenRegressions(await bundleSimulation(join(folder, 'plain')))).toEqual([])
  }))

test(
  'histories of tabs, faults and crashes break no promise',
  () =>
    withFolder(async (folder) => {
      const bundle = await bundleSimulation(join(folder, 'plain'))
      const options = {histories: HISTORIES, seed: SEED, limitMs: CAMPAIGN_MS}
      const {histories, failures} = await runCampaign(bundle, options)

      expect(failures.map(({violations, history}) => ({violations, history}))).toEqual([])
      expect(histories).toBeGreaterThanOrEqual(FEWEST_HISTORIES)
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
  'a planted fault is found within 1,000 histories',
  () =>
    withFolder(async (folder) => {
      const sampled = plantedFaults.filter(({name}) => SAMPLED.includes(name))
      const found = await findAllPlanted(folder, {seed: SEED}, sampled)

      expect(found.length).toBe(SAMPLED.length)
      expect(found.filter(({foundAfter}) => foundAfter === undefined)).toEqual([])
    }),
  LIMIT_MS,
)
