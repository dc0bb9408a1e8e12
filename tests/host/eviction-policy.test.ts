import {expect, test} from 'vitest'
import {cautious} from '../../src/host/eviction-policy.ts'
import {smartPolicy} from '../../src/machines/eviction/ranking.policy.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {candidate} from '../support/eviction-candidate.ts'
import {catchHostErrors} from '../support/host-errors.ts'

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
