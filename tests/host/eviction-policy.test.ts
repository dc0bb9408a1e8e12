import {describe, expect, test} from 'vitest'
import {cautious} from '../../src/host/eviction-policy.ts'
import {smartPolicy} from '../../src/machines/eviction/ranking.policy.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {candidate} from '../support/eviction-candidate.ts'
import {catchHostErrors} from '../support/host-errors.ts'
import {startWithNote} from '../support/start-keepspace.ts'

test('a policy of the host application that throws is passed over, and the host hears of it', () => {
  const reported = catchHostErrors()
  const fault = new Error('a fault of the host')
  const policy = cautious(() => {
    throw fault
  })
  const request = {strength: 'urgent', refused: new Set<WorkspaceId>()} as const
  const candidates = [candidate('a'), candidate('b', {componentCount: 0})]
  expect(policy(candidates, request)).toEqual(smartPolicy(candidates, request))
  expect(reported).toEqual([fault])
})

describe('a policy of the host application that answers', () => {
  const request = {strength: 'urgent', refused: new Set<WorkspaceId>()} as const
  const candidates = [candidate('a'), candidate('b', {componentCount: 0})]
  const builtIn = smartPolicy(candidates, request)

  test.each([
    ['with a promise', Promise.resolve([])],
    ['with an object', {}],
    ['with a text', 'a'],
  ])('%s is passed over, and the host hears of it', (_, answer) => {
    const reported = catchHostErrors()
    expect(cautious(() => answer as never)(candidates, request)).toEqual(builtIn)
    expect(reported).toMatchObject([{code: 'usage'}])
  })

  test('with rows that lack something, or that are of nobody, is completed', () => {
    const answer = [null, {id: 'z'}, {id: 'a', reason: 'mayGo'}, {id: 'a', reason: 'pinned'}] as never
    const [b, a] = builtIn
    expect(cautious(() => answer)(candidates, request)).toEqual([{...a, reason: 'mayGo'}, b])
  })

  test('with anything at all ends no chart: the cap is kept', async () => {
    catchHostErrors()
    const {keepspace, time} = await startWithNote({cap: 2, evictionPolicy: (async () => []) as never}, ['a', 'b', 'c'])
    for (const [id, before] of [
      ['b', 'a'],
      ['c', 'b'],
    ] as const) {
      keepspace.activate(id)
      keepspace.hide(before)
      await time.advanceAsync(2_000)
    }
    expect([keepspace.getSnapshot().hot, keepspace.getStatus('c').phase]).toEqual([['c', 'b'], 'hot'])
  })
})
