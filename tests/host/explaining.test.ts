import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {SimulatedTime} from '../../src/testing/simulated-time.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const ids = ['a', 'b', 'c', 'd']

describe('an explanation', () => {
  test('says why a workspace was let go, and what else was weighed', async () => {
    const {keepspace, time} = await startWithNote({cap: 2}, ids)
    await show(keepspace, time, 'b', 'c')
    expect(keepspace.explain('b')).toMatchObject({
      state: 'evicted',
      standing: undefined,
      decision: {
        cause: 'capacity',
        outcome: 'released',
        ranking: [{id: 'b', tier: 'empty'}, {id: 'a', tier: 'default'}, {id: 'c'}],
      },
      sentence:
        'It was let go because no more workspaces fit in memory. It is empty. It was stored first and opens as it was.',
    })
  })

  test('tells why it left last, not why it left some time before', async () => {
    const {keepspace, time} = await startWithNote({cap: 2}, ids)
    await show(keepspace, time, 'b', 'c', 'b')
    await time.advanceAsync(1_000)
    expect(keepspace.explain('b').decision?.outcome).not.toBe('released')
    keepspace.hide('b')
    await finish(time, keepspace.unload('b'))
    expect(keepspace.explain('b')).toMatchObject({
      state: 'cold',
      decision: undefined,
      sentence: 'It was closed. It is stored on this device and not in memory.',
    })
    keepspace.activate('b')
    await time.advanceAsync(100)
    await finish(time, keepspace.catalogue.createEntry({id: 'other', title: 'Other'}))
    await finish(time, keepspace.activateEntry('other'))
    expect(keepspace.explain('b')).toMatchObject({
      state: 'cold',
      sentence: 'Its entry was left. It is stored on this device and not in memory.',
    })
  })

  test('says what keeps a workspace, which one goes next, and which after it', async () => {
    const {keepspace, time} = await startWithNote({cap: 4}, ids)
    await show(keepspace, time, 'b', 'c')
    keepspace.workspace('b').add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
    await time.advanceAsync(3_000)
    await show(keepspace, time, 'd')
    expect(ids.map((id) => ({...keepspace.explain(id), standing: undefined}))).toMatchObject([
      {
        state: 'mayGo',
        place: 2,
        sentence:
          'It may be let go when room is needed, after one other. It is the first one of its entry, so those with less reason to stay go before it.',
      },
      {state: 'mayGo', place: 3},
      {state: 'goesNext', place: 1, sentence: 'It is stored and let go first when room is needed. It is empty.'},
      {state: 'kept', place: 4, sentence: 'It stays because you see it.'},
    ])
    expect(keepspace.explain('b').standing).toMatchObject({tier: 'running', protections: ['running', 'recentlySeen']})
  })

  test('says of one that never was in memory that it is stored', async () => {
    const {keepspace} = await startWithNote({}, ids)
    expect(keepspace.explain('d')).toMatchObject({state: 'cold', decision: undefined})
  })

  test('remembers an eviction that did not work, and its reason', async () => {
    const {keepspace, time, faults} = await startWithNote({cap: 1}, ids)
    await time.advanceAsync(2_000)
    faults.fail('commit', new KeepspaceError('storage.quota'))
    await show(keepspace, time, 'b')
    expect(keepspace.getDecisions()[0]).toMatchObject({
      victimId: 'a',
      outcome: 'refused',
      error: {code: 'storage.quota'},
    })
  })

  test('is made from a bounded number of decisions', async () => {
    const {keepspace, time} = await startWithNote({cap: 1}, ids)
    for (let step = 0; step < 50; step += 1) {
      await show(keepspace, time, ids[step % ids.length] as string)
    }
    expect(keepspace.getDecisions()).toHaveLength(32)
    expect(keepspace.getDecisions().every(({outcome}) => outcome === 'released')).toBe(true)
  })
})

describe('memory that is asked back', () => {
  test('takes what nothing protects, oldest first, and leaves the rest', async () => {
    const {keepspace, time, events} = await startWithNote({cap: 4}, ids)
    await show(keepspace, time, 'b', 'c', 'd')
    keepspace.freeMemory()
    await time.advanceAsync(500)
    expect(keepspace.getSnapshot().hot).toHaveLength(4)
    await time.advanceAsync(11 * 60_000)
    keepspace.freeMemory()
    await time.advanceAsync(500)
    expect(keepspace.getSnapshot().hot).toEqual(['d'])
    expect(events.filter(({type}) => type === 'runtime_evicted_memory_pressure')).toMatchObject([
      {workspaceId: 'b', cause: 'request'},
      {workspaceId: 'c', cause: 'request'},
      {workspaceId: 'a', cause: 'request'},
    ])
  })

  test('stops once so many bytes are free', async () => {
    const {keepspace, time} = await startWithNote({cap: 4}, ids)
    await show(keepspace, time, 'b', 'c', 'd')
    keepspace.freeMemory({strength: 'urgent', bytes: 40_000})
    await time.advanceAsync(500)
    expect(keepspace.getSnapshot().hot).toEqual(['d', 'a'])
  })
})

describe('feature flags', () => {
  test('switch smart eviction at run time', async () => {
    const {keepspace, time, events} = await startWithNote({cap: 2}, ids)
    await keepspace.setFlags({smartEviction: false})
    await show(keepspace, time, 'b', 'c')
    expect(keepspace.getSnapshot().hot).toEqual(['c', 'b'])
    expect(keepspace.getFlags()).toEqual({liveState: true, smartEviction: false, memoryAwareEviction: false})
    expect(events).toContainEqual({type: 'flags_changed', flags: keepspace.getFlags()})
  })

  test('live state switched off saves everything once, then only what somebody asks for', async () => {
    const {keepspace, time, component, log, again} = await startWithNote({}, ids)
    component.set({text: 'before'})
    const switched = keepspace.setFlags({liveState: false})
    await time.advanceAsync(50)
    await switched
    const {length} = log.commits
    component.set({text: 'after'})
    await show(keepspace, time, 'b')
    await time.advanceAsync(60_000)
    expect({saves: log.commits.length, status: keepspace.getStatus('a').save}).toEqual({
      saves: length,
      status: 'unsaved',
    })
    const crashed = await again()
    await crashed.whenReady('a')
    expect(crashed.workspace('a').component(note, 'n1').getState()).toEqual({text: 'before'})

    const saved = keepspace.workspace('a').save()
    await time.advanceAsync(50)
    expect((await saved).status).toBe('saved')
    component.set({text: 'alive again'})
    await keepspace.setFlags({liveState: true})
    await time.advanceAsync(1_000)
    expect(keepspace.getStatus('a').save).toBe('saved')
  })

  test('what is unsaved while live state is off is never let go', async () => {
    const {keepspace, time, component} = await startWithNote({cap: 2, flags: {liveState: false}}, ids)
    component.set({text: 'unsaved'})
    await show(keepspace, time, 'b', 'c')
    expect(keepspace.getSnapshot().hot).toEqual(['c', 'a'])
    expect(keepspace.explain('a')).toMatchObject({state: 'kept', standing: {reason: 'notDurable'}})
  })
})

/** Shows one workspace after the other, as a person switching tabs does. */
async function show(keepspace: Keepspace, time: SimulatedTime, ...order: readonly string[]) {
  for (const id of order) {
    const before = keepspace.getSnapshot().current
    keepspace.activate(id)
    if (before !== undefined && before !== id) {
      keepspace.hide(before)
    }
    await time.advanceAsync(50)
  }
}
