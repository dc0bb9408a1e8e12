import {expect, test} from 'vitest'
import {runCampaign} from './campaign.ts'
import type {Engine} from './killable-browser.ts'

const limitMs = 120_000
const loadMs = [100, 700] as const

test.concurrent.each<Engine>(['leveldb', 'sqlite'])(
  'no acknowledged save is lost when Chromium with %s is killed ten times in the middle of its work',
  async (engine) => {
    const {result, faults, claims} = await runCampaign({engine, kills: 10, seed: `ten of ${engine}`, loadMs})

    expect(faults).toEqual([])
    expect(result).toEqual({
      engine,
      kills: 10,
      acknowledged: expect.any(Number),
      lost: 0,
      wipes: 0,
      wipesReported: 0,
    })
    // A quiet machine acknowledges more than a hundred; a campaign in which nothing was acknowledged would show nothing.
    expect(result.acknowledged).toBeGreaterThanOrEqual(5)
    expect(Object.keys(claims).sort()).toEqual(['event', 'outcome', 'status'])
  },
  limitMs,
)

test.concurrent(
  'a page that claims edits before they are stored is found out',
  async () => {
    const {result} = await runCampaign({engine: 'leveldb', kills: 3, seed: 'a lie', claimAt: 'edited', loadMs})

    expect(result.lost).toBeGreaterThan(0)
  },
  limitMs,
)
