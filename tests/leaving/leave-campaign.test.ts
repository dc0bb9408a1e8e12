import {expect, test} from 'vitest'
import type {Engine} from '../kill/killable-browser.ts'
import {runLeaveCampaign} from './campaign.ts'

test.each<Engine>(['leveldb', 'sqlite'])(
  'what was typed right before a page with %s is left is there again, whichever way it was left',
  async (engine) => {
    const {result, faults, unsavedBefore} = await runLeaveCampaign({engine, trials: 2, seed: `two of ${engine}`})

    expect(faults).toEqual([])
    expect(result).toEqual({engine, trials: 2, kept: {close: 2, sameSite: 2, crossSite: 2, reload: 2}, lost: 0})
    expect(unsavedBefore).toBe(8)
  },
)

test.each<Engine>(['leveldb', 'sqlite'])(
  'with %s, work that nobody stored in time is found missing',
  async (engine) => {
    const {result, unsavedBefore} = await runLeaveCampaign({engine, trials: 1, seed: `deaf ${engine}`, isDeaf: true})

    expect(unsavedBefore).toBe(4)
    // A slow machine may give the usual save its time now and then.
    expect(result.lost).toBeGreaterThan(1)
  },
)
