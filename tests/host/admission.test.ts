import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {entryId, workspaceId} from '../../src/model/ids.ts'
import type {MemoryMeasure} from '../../src/model/memory.ts'
import type {SimulatedTime} from '../../src/testing/simulated-time.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const blocked = {phase: 'loadFailed', error: {code: 'memory.blocked'}}

describe('when nothing in memory may go', () => {
  test('the next workspace is not let in, the person is asked, and it opens by itself once there is room', async () => {
    const {keepspace, time, events} = await startVisible(2)
    keepspace.activate('c')
    await time.advanceAsync(400)
    expect(keepspace.getStatus('c').phase).toBe('loading')
    await time.advanceAsync(700)
    expect(keepspace.getStatus('c')).toMatchObject(blocked)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['b', 'a'], isOverCap: true})
    expect(keepspace.getMemory().blocked).toEqual(['c'])
    expect(keepspace.explain('c')).toMatchObject({
      state: 'blocked',
      standing: undefined,
      sentence: 'It is stored on this device and waits: there is no room for it in memory.',
    })
    expect(events.filter(({type}) => type === 'runtime_creation_blocked')).toEqual([
      {type: 'runtime_creation_blocked', workspaceId: 'c', cause: 'capacity'},
    ])
    expect(events.filter(({type}) => type === 'no_eviction_candidates')).toHaveLength(1)
    await expect(keepspace.whenReady('c')).rejects.toMatchObject({code: 'memory.blocked'})

    keepspace.hide('a')
    await time.advanceAsync(200)
    expect(keepspace.getStatus('c').phase).toBe('hot')
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['c', 'b'], isOverCap: false})
    expect(keepspace.getMemory().blocked).toEqual([])
  })

  test('a short overlap while one view replaces the other is not a blockade', async () => {
    const {keepspace, time, events} = await startVisible(1)
    keepspace.activate('b')
    await time.advanceAsync(300)
    keepspace.hide('a')
    await time.advanceAsync(100)
    expect(keepspace.getStatus('b').phase).toBe('hot')
    expect(events.some(({type}) => type === 'runtime_creation_blocked')).toBe(false)
  })

  test('one can still be looked at, read-only, and becomes editable once there is room', async () => {
    const {keepspace, time} = await startVisible(1, async (given, clock) => {
      given.activate('b')
      await clock.advanceAsync(50)
      given.workspace('b').add(note, {id: 'n2', state: {text: 'seen'}})
      await clock.advanceAsync(1_000)
      given.hide('b')
      await Promise.all([given.unload('b'), clock.advanceAsync(100)])
    })
    keepspace.activate('b')
    await time.advanceAsync(1_100)
    keepspace.workspace('b').openReadOnly()
    await time.advanceAsync(10)
    expect(keepspace.getStatus('b').phase).toBe('readOnly')
    const shown = keepspace.workspace('b').component(note, 'n2')
    expect(shown.getState()).toEqual({text: 'seen'})
    expect(() => shown.set({text: 'changed'})).toThrow(KeepspaceError)
    keepspace.hide('a')
    await time.advanceAsync(200)
    shown.set({text: 'changed'})
    expect(keepspace.getStatus('b').phase).toBe('hot')
  })

  test('an edit is never refused: its workspace comes in and is saved', async () => {
    const {keepspace, time, again} = await startVisible(1)
    keepspace.activate('b')
    await time.advanceAsync(1_100)
    expect(keepspace.getStatus('b')).toMatchObject(blocked)
    keepspace.workspace('b').add(note, {id: 'n2', state: {text: 'must not be lost'}})
    await time.advanceAsync(2_000)
    const second = await again({cap: 5})
    await second.whenReady('b')
    expect(second.workspace('b').component(note, 'n2').getState()).toEqual({text: 'must not be lost'})
  })

  test('a storage that fails lets the cap be exceeded, and says so', async () => {
    const {keepspace, time, component, faults} = await startWithNote({cap: 1}, ids)
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    component.set({text: 'stays in memory'})
    keepspace.activate('b')
    keepspace.hide('a')
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('b').phase).toBe('hot')
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['b', 'a'], isOverCap: true})
    expect(component.getState()).toEqual({text: 'stays in memory'})
    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(70_000)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['b'], isOverCap: false})
  })

  test('a callback that refuses again and again lifts no bound: whoever finds no room is asked about it', async () => {
    const many = Array.from({length: 40}, (_, index) => `w${index}`)
    const {keepspace, time} = await startWithNote({cap: 4}, many)
    const stop = keepspace.beforeEviction(() => Promise.reject(new Error('not now')))
    let before = 'w0'
    for (const id of many) {
      keepspace.activate(id)
      keepspace.hide(before)
      before = id
      await time.advanceAsync(2_000)
    }
    expect(keepspace.getMemory()).toMatchObject({isDegraded: true})
    expect(keepspace.getSnapshot().hot).toHaveLength(4)
    expect(keepspace.getStatus('w39')).toMatchObject(blocked)
    stop()
    await time.advanceAsync(120_000)
    expect(keepspace.getMemory()).toMatchObject({isDegraded: false})
    expect(keepspace.getStatus('w39').phase).toBe('hot')
  })

  test('a storage that fails lifts the cap and no other bound: not the 25, and an edit comes in all the same', async () => {
    const many = Array.from({length: 40}, (_, index) => `w${index}`)
    const {keepspace, time, component, faults} = await startWithNote({cap: 4}, many)
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    component.set({text: 'stays in memory'})
    await time.advanceAsync(2_000)
    for (const id of many) {
      keepspace.activate(id)
      await time.advanceAsync(20)
    }
    await time.advanceAsync(2_000)
    expect(keepspace.getSnapshot()).toMatchObject({isOverCap: true})
    expect(keepspace.getSnapshot().hot).toHaveLength(25)
    keepspace.workspace('w39').add(note, {id: 'n2', state: {text: 'must not be lost'}})
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('w39').phase).toBe('hot')
    for (const id of many) {
      keepspace.hide(id)
    }
    await time.advanceAsync(70_000)
    expect(keepspace.getSnapshot().hot).toHaveLength(4)
    expect(keepspace.getSnapshot().hot).toEqual(expect.arrayContaining(['w0', 'w39']))
  })
})

describe('many workspaces asked for at once', () => {
  test('come in one after the other as others leave: never more than the cap are in memory', async () => {
    const {keepspace, time} = await startWithNote({cap: 2}, ids)
    keepspace.hide('a')
    for (const id of ids) {
      keepspace.open(id)
    }
    let peak = 0
    for (let step = 0; step < 200; step += 1) {
      peak = Math.max(peak, keepspace.getSnapshot().hot.length)
      await time.advanceAsync(5)
    }
    expect(peak).toBe(2)
    expect(keepspace.getSnapshot().isOverCap).toBe(false)
    expect(ids.map((id) => keepspace.getStatus(id).phase).filter((phase) => phase === 'hot')).toHaveLength(2)
  })

  test('are never more than 25, whatever the cap says', async () => {
    const many = Array.from({length: 30}, (_, index) => `w${index}`)
    const {keepspace, time} = await startWithNote({absoluteCap: 25}, many)
    keepspace.setCap(1_000)
    for (const id of many) {
      keepspace.activate(id)
    }
    await time.advanceAsync(2_000)
    expect(keepspace.getSnapshot()).toMatchObject({isOverCap: true})
    expect(keepspace.getSnapshot().hot).toHaveLength(25)
    expect(keepspace.getMemory().blocked).toHaveLength(5)
  })
})

describe('a pin', () => {
  test('makes room at once when it is set, and takes it at once when it is taken away', async () => {
    const {keepspace, time} = await startVisible(1)
    keepspace.activate('b')
    await time.advanceAsync(1_100)
    expect(keepspace.getStatus('b')).toMatchObject(blocked)
    await finish(time, keepspace.catalogue.setWorkspacePinned(workspaceId('a'), true))
    await time.advanceAsync(20)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['b', 'a'], isOverCap: false})
    keepspace.hide('a')
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot().hot).toEqual(['b', 'a'])
    await finish(time, keepspace.catalogue.setWorkspacePinned(workspaceId('a'), false))
    await time.advanceAsync(100)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['b'], isOverCap: false})
  })

  test('of a whole entry counts for each of its workspaces at once', async () => {
    const {keepspace, time} = await startVisible(1)
    keepspace.activate('b')
    await time.advanceAsync(1_100)
    await finish(time, keepspace.catalogue.setEntryPinned(entryId('entry'), true))
    await time.advanceAsync(20)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['b', 'a'], isOverCap: false})
  })
})

describe('memory pressure', () => {
  test('is not measured before it is switched on', async () => {
    const {keepspace, time, measured} = await startMeasured(90)
    await time.advanceAsync(60_000)
    expect({status: keepspace.getMemory(), measured: measured()}).toEqual({
      status: {
        isOn: false,
        level: 'low',
        decision: {warns: false, evicts: false, blocks: false},
        isDegraded: false,
        reading: undefined,
        blocked: [],
      },
      measured: 0,
    })
  })

  test.each([
    ['elevated', 70, ['c', 'b', 'a']],
    ['high', 80, ['c', 'b']],
    ['critical', 90, ['c']],
  ] as const)('%s leaves in memory what it should', async (level, percent, hot) => {
    const {keepspace, time, events} = await startMeasured(percent)
    await keepspace.setFlags({memoryAwareEviction: true})
    await time.advanceAsync(500)
    expect(keepspace.getMemory()).toMatchObject({isOn: true, level, reading: {source: 'heap', runtimeCount: 3}})
    expect(keepspace.getSnapshot().hot).toEqual(hot)
    expect(events.filter(({type}) => type === 'runtime_evicted_memory_pressure')).toHaveLength(3 - hot.length)
    expect(events).toContainEqual({type: 'memory_pressure_changed', from: 'low', to: level, source: 'heap'})
  })

  test('goes on taking one after the other while it stays high', async () => {
    const {keepspace, time} = await startMeasured(80)
    await keepspace.setFlags({memoryAwareEviction: true})
    await time.advanceAsync(30_000)
    expect(keepspace.getSnapshot().hot).toEqual(['c'])
  })

  test('that is critical lets nothing more in, at once, until it is over', async () => {
    const {keepspace, time, events, use} = await startMeasured(90)
    await keepspace.setFlags({memoryAwareEviction: true})
    await time.advanceAsync(500)
    keepspace.activate('d')
    await time.advanceAsync(20)
    expect(keepspace.getStatus('d')).toMatchObject(blocked)
    expect(events).toContainEqual({type: 'runtime_creation_blocked', workspaceId: 'd', cause: 'memoryPressure'})
    use(40)
    keepspace.measureMemory()
    await time.advanceAsync(20)
    expect(keepspace.getStatus('d').phase).toBe('hot')
    expect(keepspace.getMemory()).toMatchObject({level: 'low', blocked: []})
  })

  test('that is critical lets nothing more in while storage fails either', async () => {
    const {keepspace, time, component, faults} = await startMeasured(90)
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    component.set({text: 'stays in memory'})
    await time.advanceAsync(2_000)
    await keepspace.setFlags({memoryAwareEviction: true})
    await time.advanceAsync(500)
    keepspace.activate('d')
    await time.advanceAsync(20)
    expect(keepspace.getStatus('d')).toMatchObject(blocked)
  })

  test('that stays critical lets nobody in by itself, whatever leaves; one comes in if a person asks', async () => {
    const {keepspace, time, events} = await startMeasured(90)
    await keepspace.setFlags({memoryAwareEviction: true})
    await time.advanceAsync(500)
    keepspace.activate('d')
    keepspace.hide('c')
    await time.advanceAsync(60_000)
    expect(keepspace.getSnapshot().hot).toEqual([])
    expect(keepspace.getStatus('d')).toMatchObject(blocked)
    expect(events.filter(({type}) => type === 'runtime_creation_blocked')).toHaveLength(1)
    keepspace.workspace('d').openReadOnly()
    await time.advanceAsync(60_000)
    expect(keepspace.getStatus('d').phase).toBe('readOnly')

    keepspace.workspace('d').retryLoad()
    await time.advanceAsync(20)
    expect(keepspace.getStatus('d').phase).toBe('hot')
    keepspace.activate('e')
    await time.advanceAsync(60_000)
    keepspace.workspace('e').retryLoad()
    await time.advanceAsync(20)
    expect(keepspace.getStatus('e')).toMatchObject(blocked)
  })

  test('is asked of the main process of Electron where the page itself can measure nothing', async () => {
    const {keepspace, time} = await startWithNote(
      {
        cap: 10,
        memoryProbes: [],
        electronMemory: async () => ({usedBytes: 90, limitBytes: 100}),
        flags: {memoryAwareEviction: true},
      },
      ids,
    )
    await time.advanceAsync(500)
    expect(keepspace.getMemory()).toMatchObject({
      level: 'critical',
      reading: {source: 'electron', usedBytes: 90, limitBytes: 100},
    })
  })

  test('is measured at once when a person closes a workspace for one that was refused', async () => {
    const {keepspace, time, use} = await startMeasured(90)
    await keepspace.setFlags({memoryAwareEviction: true})
    await time.advanceAsync(500)
    keepspace.activate('d')
    await time.advanceAsync(20)
    keepspace.hide('c')
    use(40)
    await Promise.all([keepspace.unload('c'), time.advanceAsync(100)])
    expect(keepspace.getMemory().level).toBe('low')
    expect(keepspace.getStatus('d').phase).toBe('hot')
  })

  test('is forgotten when it is switched off', async () => {
    const {keepspace, time} = await startMeasured(90)
    await keepspace.setFlags({memoryAwareEviction: true})
    await time.advanceAsync(500)
    keepspace.activate('d')
    await time.advanceAsync(20)
    await keepspace.setFlags({memoryAwareEviction: false})
    await time.advanceAsync(20)
    expect(keepspace.getMemory()).toMatchObject({isOn: false, level: 'low', blocked: []})
    expect(keepspace.getStatus('d').phase).toBe('hot')
  })
})

/** The first `cap` workspaces visible, each saved. */
async function startVisible(cap: number, before?: (keepspace: Keepspace, time: SimulatedTime) => Promise<void>) {
  const started = await startWithNote({cap: Math.max(cap, 2)}, ids)
  await before?.(started.keepspace, started.time)
  started.keepspace.setCap(cap)
  for (const id of ids.slice(1, cap)) {
    started.keepspace.activate(id)
    await started.time.advanceAsync(50)
  }
  await started.time.advanceAsync(1_000)
  return started
}

/** Three workspaces in memory, the last one visible, and a heap that is so full. */
async function startMeasured(percent: number) {
  let used: MemoryMeasure = {usedBytes: percent, limitBytes: 100}
  let count = 0
  const measure = async () => {
    count += 1
    return used
  }
  const started = await startWithNote(
    {cap: 10, memoryProbes: [{source: 'heap', measure}], flags: {smartEviction: false}},
    ids,
  )
  const {keepspace, time} = started
  for (const id of ['b', 'c']) {
    keepspace.activate(id)
    keepspace.hide(id === 'b' ? 'a' : 'b')
    await time.advanceAsync(500)
  }
  return {
    ...started,
    measured: () => count,
    use: (next: number) => {
      used = {usedBytes: next, limitBytes: 100}
    },
  }
}
