import {expect, test} from 'vitest'
import {runServerCampaign} from './campaign.ts'

test('a server killed in the middle of writes loses nothing it answered, tears nothing and doubles nothing', async () => {
  const {acknowledged, killsInWrites, landedUnanswered, ...result} = await runServerCampaign({kills: 4, seed: 'test'})
  expect(result).toEqual({kills: 4, lost: 0, torn: 0, doubled: 0})
  expect(acknowledged).toBeGreaterThan(0)
  expect(killsInWrites).toBeGreaterThan(0)
}, 120_000)
