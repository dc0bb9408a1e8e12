import {afterEach, describe, expect, test} from 'vitest'
import {createActor, fromCallback} from 'xstate'
import {leaseMachine} from '../../src/machines/lease/lease.machine.ts'
import {defaultLease} from '../../src/machines/lease/lease.policy.ts'
import type {LeaseEmitted, LeaseEvent, LockRequest} from '../../src/machines/lease/lease.setup.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const {askWaitMs, stealWaitMs, handOverMs, idleMs, doubtMs, answerMs} = defaultLease
const coverage = watchCoverage(leaseMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('beginning to edit', () => {
  test('where nobody else does takes the lock at once', () => {
    const lease = start()
    lease.send('edit.recorded')
    expect(lease.now()).toEqual({tags: ['waiting'], asked: ['free'], emitted: []})
    lease.send('lock.granted')
    expect(lease.now()).toEqual({tags: ['here'], asked: ['free'], emitted: ['lease.taken']})
  })

  test('where another tab does asks it to hand over', () => {
    const lease = start()
    lease.send('holder.seen')
    expect(lease.now()).toEqual({tags: ['elsewhere'], asked: [], emitted: []})
    lease.send('edit.recorded')
    lease.send('lock.refused')
    expect(lease.now()).toEqual({tags: ['waiting', 'elsewhere'], asked: ['free', 'wait'], emitted: ['lease.wanted']})
    lease.send('holder.left')
    lease.send('lock.granted')
    expect(lease.now()).toMatchObject({tags: ['here'], emitted: ['lease.wanted', 'lease.taken']})
  })

  test('takes over from a tab that does not answer within the bound, however far the asking got', () => {
    for (const isRefused of [true, false]) {
      const lease = start()
      lease.send('edit.recorded')
      if (isRefused) {
        lease.time.advance(askWaitMs - 1)
        lease.send('lock.refused')
        expect(lease.now().tags).toContain('waiting')
        lease.time.advance(1)
      } else {
        lease.time.advance(askWaitMs)
      }
      expect(lease.now()).toMatchObject({tags: ['elsewhere'], asked: expect.arrayContaining(['steal'])})
      lease.send('lock.granted')
      expect(lease.now().tags).toEqual(['here'])
    }
  })

  test('goes on without a lock where locks do not answer, fail or cannot be used', () => {
    const silent = start()
    silent.send('edit.recorded')
    silent.time.advance(askWaitMs + stealWaitMs)
    const failing = start()
    failing.send('edit.recorded')
    failing.send('lock.failed')
    const throwing = start({isThrowing: true})
    throwing.send('edit.recorded')
    for (const {now, value} of [silent, failing, throwing]) {
      expect(now()).toMatchObject({tags: ['here'], emitted: ['lease.taken']})
      expect(value()).toEqual({active: {unlocked: 'using'}})
    }
  })
})

describe.each([
  ['with the lock', 'lock.granted'],
  ['without one', 'lock.failed'],
] as const)('editing %s', (_, answer) => {
  test('ends after a while without an edit', () => {
    const lease = startEditing(answer)
    lease.time.advance(idleMs - 1)
    lease.send('edit.recorded')
    lease.time.advance(idleMs - 1)
    expect(lease.now().tags).toEqual(['here'])
    lease.time.advance(1)
    expect(lease.now()).toMatchObject({tags: [], emitted: ['lease.taken', 'lease.given']})
    expect(lease.ends()).toBe(1)
  })

  test('ends when the page is hidden or goes', () => {
    const lease = startEditing(answer)
    lease.send('release.requested')
    expect(lease.now()).toMatchObject({tags: [], emitted: ['lease.taken', 'lease.given']})
    expect(lease.ends()).toBe(1)
  })

  test('is handed over once what is unsaved is saved', async () => {
    const lease = startEditing(answer)
    lease.send('handover.requested')
    expect(lease.now().tags).toEqual(['here'])
    lease.handOvers[0]?.resolve()
    await settle()
    expect(lease.now()).toMatchObject({tags: ['elsewhere'], emitted: ['lease.taken', 'lease.given']})
    expect(lease.ends()).toBe(1)
  })

  test('is lost when a commit shows that another tab has taken over', () => {
    const lease = startEditing(answer)
    lease.send('fence.passed')
    expect(lease.now()).toMatchObject({tags: ['elsewhere'], emitted: ['lease.taken', 'lease.lost']})
    expect(lease.ends()).toBe(1)
  })
})

describe('handing over', () => {
  test('waits for the last save within a bound, and a failed one holds nobody up', async () => {
    const slow = startEditing('lock.granted')
    slow.send('handover.requested')
    slow.time.advance(handOverMs)
    const failed = startEditing('lock.granted')
    failed.send('handover.requested')
    failed.handOvers[0]?.reject(new Error('full'))
    await settle()
    for (const {now} of [slow, failed]) {
      expect(now()).toMatchObject({tags: ['elsewhere'], emitted: ['lease.taken', 'lease.given']})
    }
  })

  test('is over when the other tab takes it meanwhile', () => {
    const lease = startEditing('lock.granted')
    lease.send('handover.requested')
    lease.send('lock.lost')
    expect(lease.now()).toMatchObject({tags: ['elsewhere'], emitted: ['lease.taken', 'lease.lost']})
  })
})

test('a lock that was stolen ends the editing here', () => {
  const lease = startEditing('lock.granted')
  lease.send('lock.lost')
  expect(lease.now()).toMatchObject({tags: ['elsewhere'], emitted: ['lease.taken', 'lease.lost']})
})

describe('following', () => {
  test('ends when the other tab gives it up', () => {
    const lease = start()
    lease.send('holder.seen')
    lease.send('holder.left')
    expect(lease.now().tags).toEqual([])
  })

  test('doubts a tab that is silent, and forgets one that does not answer', () => {
    const lease = start()
    lease.send('holder.seen')
    lease.time.advance(doubtMs)
    expect(lease.now()).toEqual({tags: ['elsewhere'], asked: [], emitted: ['lease.doubted']})
    lease.send('holder.seen')
    lease.time.advance(doubtMs + answerMs - 1)
    expect(lease.now().tags).toEqual(['elsewhere'])
    lease.time.advance(1)
    expect(lease.now().tags).toEqual([])
  })
})

test('what comes too late changes nothing', () => {
  const late: readonly LeaseEvent['type'][] = [
    'handover.requested',
    'release.requested',
    'holder.left',
    'fence.passed',
    'lock.granted',
    'lock.refused',
    'lock.failed',
    'lock.lost',
  ]
  const lease = start()
  for (const type of late) {
    lease.send(type)
  }
  expect(lease.value()).toBe('free')
  const editing = start()
  editing.send('edit.recorded')
  editing.send('edit.recorded')
  editing.send('holder.seen')
  expect(editing.value()).toEqual({active: {waiting: 'trying'}})
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start({isThrowing = false} = {}) {
  const time = createSimulatedTime()
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const asked: string[] = []
  let ends = 0
  const lock = fromCallback<LockRequest, {workspaceId: WorkspaceId}>(({receive}) => {
    if (isThrowing) {
      throw new Error('no locks')
    }
    receive(({mode}) => void asked.push(mode))
    return () => {
      ends += 1
    }
  })
  const {calls: handOvers, logic: handOver} = scripted<void, {workspaceId: WorkspaceId}>()
  const actor = createActor(leaseMachine.provide({actors: {lock, handOver}}), {
    clock: time,
    input: {workspaceId: 'w1' as WorkspaceId, policy: defaultLease},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: LeaseEmitted['type'][] = []
  actor.on('*', ({type}) => void emitted.push(type))
  actor.start()
  return {
    time,
    handOvers,
    send: (type: LeaseEvent['type']) => actor.send({type}),
    value: () => actor.getSnapshot().value,
    ends: () => ends,
    /** Everything that is seen from outside. */
    now: () => ({tags: [...actor.getSnapshot().tags], asked, emitted}),
  }
}

function startEditing(answer: 'lock.granted' | 'lock.failed') {
  const lease = start()
  lease.send('edit.recorded')
  lease.send(answer)
  return lease
}
