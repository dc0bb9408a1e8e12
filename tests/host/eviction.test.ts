import {describe, expect, test} from 'vitest'
import {smartPolicy} from '../../src/machines/eviction/ranking.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EvictionPolicy} from '../../src/model/eviction.ts'
import {entryId} from '../../src/model/ids.ts'
import {pause} from '../../src/services/time/pause.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const ids = ['a', 'b', 'c', 'd', 'e']

type Started = Awaited<ReturnType<typeof startWithNote>>
/** Who goes is decided by who was seen longest ago alone. */
const plain = {flags: {smartEviction: false}}

/** Shows one workspace after the other, as a person switching tabs does. */
async function visit(
  keepspace: Awaited<ReturnType<typeof startWithNote>>['keepspace'],
  time: {advanceAsync(ms: number): Promise<void>},
  ...order: readonly string[]
) {
  for (const id of order) {
    const before = keepspace.getSnapshot().current
    keepspace.activate(id)
    if (before !== undefined && before !== id) {
      keepspace.hide(before)
    }
    await time.advanceAsync(20)
  }
}

describe('eviction', () => {
  test('an empty workspace leaves before the default one with content, and the decision says why', async () => {
    const {keepspace, time, component, events} = await startWithNote({}, ids)
    component.set({text: 'here to stay'})
    await visit(keepspace, time, 'b', 'c', 'd', 'e')
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['e', 'd', 'c', 'a'], isOverCap: false})
    expect(events.find(({type}) => type === 'eviction_candidate_selected')).toMatchObject({
      workspaceId: 'b',
      cause: 'capacity',
      strength: 'urgent',
      ranking: [
        {id: 'b', reason: 'chosen', tier: 'empty', protections: ['recentlySeen']},
        {id: 'c', reason: 'mayGo', tier: 'empty'},
        {id: 'd', reason: 'mayGo', tier: 'empty'},
        {id: 'a', reason: 'mayGo', tier: 'default'},
        {id: 'e', reason: 'visible', tier: 'never'},
      ],
    })
  })

  test('a workspace whose load failed under its edits stays, and keeps nobody else in memory', async () => {
    const {keepspace, time, component, faults} = await startWithNote({cap: 1}, ids)
    faults.fail('read', new KeepspaceError('storage.unavailable', 'unreadable'), Number.POSITIVE_INFINITY)
    keepspace.workspace('b').add(note, {id: 'typed', state: {text: 'before it was there'}})
    await time.advanceAsync(100)
    expect(keepspace.getStatus('b').phase).toBe('loadFailed')
    component.set({text: 'saved'})
    await time.advanceAsync(20_000)
    keepspace.hide('a')
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('a workspace that stayed for work which could not go on later leaves when the work ends', async () => {
    const {keepspace, time, component} = await startWithNote({cap: 2}, ids)
    const other = keepspace.workspace('b')
    other.add(note, {id: 'n1'})
    await time.advanceAsync(100)
    component.startOperation({name: 'upload'})
    other.component(note, 'n1').startOperation({name: 'upload'})
    keepspace.hide('a')
    keepspace.setCap(1)
    await time.advanceAsync(20_000)
    expect(keepspace.getSnapshot().hot).toHaveLength(2)
    component.stopOperation('upload')
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('a policy of the host application decides', async () => {
    const newestFirst: EvictionPolicy = (candidates, request) => smartPolicy(candidates, request).toReversed()
    const {keepspace, time} = await startWithNote({evictionPolicy: newestFirst}, ids)
    await visit(keepspace, time, 'b', 'c', 'd', 'e')
    expect(keepspace.getSnapshot().hot).toEqual(['e', 'd', 'c', 'b'])
  })

  test('with smart eviction off the policy of the host application is off too', async () => {
    const nobody: EvictionPolicy = (candidates, request) =>
      smartPolicy(candidates, request).map((row) => ({...row, reason: 'oftenRevisited'}))
    const {keepspace, time} = await startWithNote({evictionPolicy: nobody, ...plain}, ids)
    await visit(keepspace, time, 'b', 'c', 'd', 'e')
    expect(keepspace.getSnapshot().hot).toEqual(['e', 'd', 'c', 'b'])
  })

  test('with smart eviction off the least recently seen workspace leaves, saved first', async () => {
    const {keepspace, time, component, events, log} = await startWithNote(plain, ids)
    component.set({text: 'unsaved when it had to go'})
    await visit(keepspace, time, 'b', 'c', 'd', 'e')
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['e', 'd', 'c', 'b'], isOverCap: false})
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'cold', save: 'saved'})
    expect(log.commits.at(-1)?.durability).toBe('strict')
    expect(events.filter(({type}) => type.includes('evict'))).toMatchObject([
      {type: 'eviction_score_calculated', cause: 'capacity', strength: 'urgent'},
      {
        type: 'eviction_candidate_selected',
        workspaceId: 'a',
        ranking: [{id: 'a', reason: 'chosen'}, {id: 'b'}, {id: 'c'}, {id: 'd'}, {id: 'e', reason: 'visible'}],
      },
      {type: 'pre_eviction_persist_start', workspaceId: 'a'},
      {type: 'pre_eviction_persist_complete', workspaceId: 'a', isSaved: true},
      {type: 'workspace_runtime_evicted', workspaceId: 'a', reason: 'evict'},
      {type: 'runtime_evicted_for_capacity', workspaceId: 'a', cause: 'capacity'},
    ])
    await visit(keepspace, time, 'a')
    expect(component.getState()).toEqual({text: 'unsaved when it had to go'})
  })

  test('what is only looked at leaves as it came: nothing is written, whether storage works or not', async () => {
    const {keepspace, time, component, again, faults, log} = await startWithNote({}, ids)
    component.set({text: 'typed once'})
    await time.advanceAsync(1_000)
    await finish(time, keepspace.dispose())
    const second = await again({cap: 1})
    const before = second.catalogue.getSnapshot().workspaces
    const {length} = log.commits
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    await time.advanceAsync(60_000)
    await visit(second, time, 'a', 'b', 'c', 'a', 'b', 'c')
    await time.advanceAsync(1_000)
    expect(second.getSnapshot()).toMatchObject({hot: ['c'], isOverCap: false})
    expect(log.commits).toHaveLength(length)
    expect(second.catalogue.getSnapshot().workspaces).toEqual(before)
    second.hide('c')
    expect(await finish(time, second.unload('c'))).toEqual({status: 'released'})
    await finish(time, second.dispose())
    expect(log.commits).toHaveLength(length)
  })

  test('a timer at 08:00 comes back at about 08:00 after its workspace was evicted, and after a reload', async () => {
    const {keepspace, time, again} = await startWithNote(plain, ids)
    const workspace = keepspace.workspace('a')
    workspace.add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
    await time.advanceAsync(120_000)
    expect(workspace.component(timer, 't').getState()?.seconds).toBe(480)
    await visit(keepspace, time, 'b', 'c', 'd', 'e')
    expect(keepspace.getStatus('a').phase).toBe('cold')
    await time.advanceAsync(60_000)
    await visit(keepspace, time, 'a')
    expect(workspace.component(timer, 't').getState()?.seconds).toBeGreaterThanOrEqual(478)
    expect(workspace.component(timer, 't').getState()?.seconds).toBeLessThanOrEqual(480)
    await time.advanceAsync(10_000)

    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(timer, 't').getState()?.seconds).toBeLessThanOrEqual(471)
    expect(second.workspace('a').component(timer, 't').getState()?.seconds).toBeGreaterThanOrEqual(467)
  })

  test('a timer goes on while its workspace is in memory but not visible', async () => {
    const {keepspace, time} = await startWithNote({}, ids)
    keepspace.workspace('a').add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
    await visit(keepspace, time, 'b')
    await time.advanceAsync(30_000)
    expect(keepspace.workspace('a').component(timer, 't').getState()?.seconds).toBe(570)
    expect(keepspace.getStatus('a').runningCount).toBe(1)
  })

  test('a workspace that cannot be saved stays, one without edits goes instead, and the person is told', async () => {
    const {keepspace, time, component, faults} = await startWithNote({cap: 2}, ids)
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    component.set({text: 'must not be lost'})
    await visit(keepspace, time, 'b', 'c')
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['c', 'a'], isOverCap: false})
    keepspace.workspace('c').add(note, {id: 'n1', state: {text: 'nor this'}})
    await visit(keepspace, time, 'e')
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['e', 'c', 'a'], isOverCap: true})
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'failed', level: 'unsaved'})
    expect(component.getState()).toEqual({text: 'must not be lost'})

    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(100)
    await visit(keepspace, time, 'd')
    expect(keepspace.getSnapshot().isOverCap).toBe(false)
    expect(keepspace.getSnapshot().hot).toHaveLength(2)
  })

  test('a workspace opened again while it is being evicted stays', async () => {
    const {keepspace, time, component, faults} = await startWithNote({cap: 1}, ids)
    const held = faults.delay('commit')
    await visit(keepspace, time, 'b')
    await held.reached
    expect(keepspace.getStatus('a').phase).toBe('evicting')
    keepspace.activate('a')
    component.set({text: 'here'})
    held.release()
    await time.advanceAsync(1_000)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'saved'})
    expect(component.getState()).toEqual({text: 'here'})
  })

  test('a workspace pinned while it is being evicted stays', async () => {
    const {keepspace, time, component, faults} = await startWithNote({cap: 1}, ids)
    keepspace.hide('a')
    await time.advanceAsync(1_000)
    const held = faults.delayAnswer('commit')
    component.set({text: 'first'})
    const pinned = keepspace.catalogue.setWorkspacePinned('a' as never, true)
    keepspace.activate('b')
    await time.advanceAsync(1_000)
    await held.reached
    held.release()
    await time.advanceAsync(1_000)
    await pinned
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'saved', isPinned: true})
  })

  test.each([
    [
      'work that would be lost',
      ({component}: Started, stopped: string[]) =>
        void component.startOperation({name: 'upload', onStop: () => void stopped.push('upload')}),
      ({component}: Started) => component.stopOperation('upload'),
    ],
    [
      'a pin of its entry',
      ({keepspace}: Started) => void keepspace.catalogue.setEntryPinned(entryId('entry'), true),
      ({keepspace}: Started) => void keepspace.catalogue.setEntryPinned(entryId('entry'), false),
    ],
  ])('%s that begins during a callback keeps the workspace, and is no failure', async (_, begin, end) => {
    const started = await startWithNote({cap: 1}, ids)
    const {keepspace, time, component, events} = started
    const stopped: string[] = []
    const stop = keepspace.beforeEviction(() => pause(time, 1_000))
    await visit(keepspace, time, 'b')
    begin(started, stopped)
    await time.advanceAsync(30_000)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'saved'})
    expect([stopped, events.filter(({type}) => type === 'eviction_degraded')]).toEqual([[], []])
    expect(component.getState()).toEqual({text: ''})
    stop()
    end(started)
    await time.advanceAsync(70_000)
    expect(keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('an edit during the last save of an eviction is saved before memory is released', async () => {
    const {keepspace, time, component, faults} = await startWithNote({}, ids)
    component.set({text: 'first'})
    const held = faults.delayAnswer('commit')
    const unloaded = keepspace.unload('a')
    await time.settle()
    await held.reached
    component.set({text: 'last moment'})
    held.release()
    await time.advanceAsync(100)
    const outcome = await unloaded
    expect(outcome.status).toBe('refused')
    await time.advanceAsync(1_000)
    expect(await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])).toMatchObject([
      {status: 'released'},
      undefined,
    ])
    await keepspace.whenReady('a')
    expect(component.getState()).toEqual({text: 'last moment'})
  })

  test('an edit of a cold workspace opens it and is merged into what is stored', async () => {
    const {keepspace, time, component} = await startWithNote({}, ids)
    component.set({text: 'stored'})
    await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])
    expect(component.getState()).toBeUndefined()
    component.set((before) => ({text: `${before.text} and more`}))
    await time.advanceAsync(500)
    expect(component.getState()).toEqual({text: 'stored and more'})
    expect(keepspace.getStatus('a').save).toBe('saved')
  })

  test('callbacks run before an eviction and before an unload, and may refuse', async () => {
    const {keepspace, time} = await startWithNote({}, ids)
    const asked: string[] = []
    const stop = keepspace.beforeEviction(async (id) => {
      asked.push(id)
      throw new Error('not now')
    })
    expect(await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])).toMatchObject([
      {status: 'refused', error: {code: 'usage'}},
      undefined,
    ])
    stop()
    expect(await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])).toMatchObject([
      {status: 'released'},
      undefined,
    ])
    expect(asked).toEqual(['a'])
  })

  test('three failures in a row are told, nothing leaves, and it heals by itself once one works', async () => {
    const {keepspace, time, events} = await startWithNote(plain, ids)
    await visit(keepspace, time, 'b', 'c', 'd')
    const stop = keepspace.beforeEviction(() => Promise.reject(new Error('not now')))
    keepspace.setCap(1)
    await time.advanceAsync(1_000)
    expect(keepspace.getMemory()).toMatchObject({isDegraded: true})
    expect(keepspace.getSnapshot()).toMatchObject({isOverCap: true, hot: ['d', 'c', 'b', 'a']})
    expect(events.filter(({type}) => type === 'eviction_refused')).toHaveLength(3)
    expect(events).toContainEqual({type: 'eviction_degraded', error: expect.objectContaining({code: 'usage'})})
    stop()
    await time.advanceAsync(10_000)
    expect(keepspace.getMemory()).toMatchObject({isDegraded: false})
    expect(keepspace.getSnapshot()).toMatchObject({isOverCap: false, hot: ['d']})
    expect(events.filter(({type}) => type === 'eviction_healed')).toHaveLength(1)
  })

  test('evictions that failed for storage are tried again as soon as storage takes something', async () => {
    const {keepspace, time, faults} = await startWithNote(plain, ids)
    await visit(keepspace, time, 'b', 'c', 'd')
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    for (const id of ['a', 'b', 'c']) {
      keepspace.workspace(id).add(note, {id: 'n2'})
    }
    keepspace.setCap(1)
    await time.advanceAsync(100)
    expect(keepspace.getSnapshot()).toMatchObject({isOverCap: true, hot: ['d', 'c', 'b', 'a']})
    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(100)
    expect(keepspace.getSnapshot()).toMatchObject({isOverCap: false, hot: ['d']})
  })

  test('whoever refuses is asked after a while and then less and less often, however much else is saved', async () => {
    const {keepspace, time} = await startWithNote(plain, ids)
    await visit(keepspace, time, 'b', 'c', 'd')
    keepspace.workspace('d').add(note, {id: 'n2'})
    await time.advanceAsync(1_000)
    const askedAtSeconds: number[] = []
    const startedAt = time.elapsed()
    keepspace.beforeEviction(() => {
      askedAtSeconds.push(Math.floor((time.elapsed() - startedAt) / 1_000))
      return Promise.reject(new Error('not now'))
    })
    keepspace.setCap(1)
    for (let typed = 0; typed < 120; typed += 1) {
      keepspace
        .workspace('d')
        .component(note, 'n2')
        .set({text: `typed ${typed}`})
      await time.advanceAsync(500)
    }
    expect(askedAtSeconds).toEqual([0, 0, 0, 5, 15, 35])
  })

  test('a component that cannot be saved keeps its workspace in memory', async () => {
    const {keepspace, time, component} = await startWithNote({isDevelopment: false}, ids)
    component.set({text: (() => undefined) as never})
    await time.advanceAsync(500)
    expect(keepspace.getStatus('a')).toMatchObject({
      save: 'unsaved',
      level: 'unsaved',
      problems: [{componentId: 'n1', kind: 'setAside', error: {code: 'value.notJson'}}],
    })
    expect(await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])).toMatchObject([
      {status: 'refused'},
      undefined,
    ])
    component.set({text: 'fine again'})
    await time.advanceAsync(500)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved', problems: []})
  })

  test('a lower cap lets workspaces go at once', async () => {
    const {keepspace, time} = await startWithNote(plain, ids)
    await visit(keepspace, time, 'b', 'c', 'd')
    keepspace.setCap(2)
    await time.advanceAsync(100)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['d', 'c'], cap: 2})
  })

  test('in 500 random switches with edits memory never exceeds cap and visible, and nothing is lost', async () => {
    const many = Array.from({length: 12}, (_, index) => `w${index}`)
    const {keepspace, time, again} = await startWithNote({}, many)
    const expected = new Map<string, string>()
    let random = 42
    for (let step = 0; step < 500; step += 1) {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
      const id = many[random % many.length] as string
      await visit(keepspace, time, id)
      expected.set(id, `step ${step}`)
      keepspace.workspace(id).add(note, {id: 'n1', ifAbsent: true})
      keepspace
        .workspace(id)
        .component(note, 'n1')
        .set({text: `step ${step}`})
      expect(keepspace.getSnapshot().hot.length).toBeLessThanOrEqual(5)
    }
    await time.advanceAsync(2_000)
    const second = await again({cap: 20})
    for (const [id, text] of expected) {
      await second.whenReady(id)
      expect(second.workspace(id).component(note, 'n1').getState()).toEqual({text})
    }
  })
})

describe('running work and eviction', () => {
  test('a timer that ticks faster than storage answers does not keep its workspace in memory', async () => {
    const {keepspace, time, workspace, faults} = await startWithNote({cap: 1}, ids)
    workspace.add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
    await time.advanceAsync(5_000)
    const slow = [faults.delayAnswer('commit'), faults.delayAnswer('commit')]
    await visit(keepspace, time, 'b')
    for (const held of slow) {
      await time.advanceAsync(1_500)
      held.release()
    }
    await time.advanceAsync(100)
    expect(keepspace.getStatus('a').phase).toBe('cold')
    expect(keepspace.getSnapshot().isOverCap).toBe(false)
  })

  test('work that stood still for an eviction that was refused goes on', async () => {
    const {keepspace, time, workspace, faults} = await startWithNote({}, ids)
    workspace.add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
    await time.advanceAsync(5_000)
    faults.fail('commit', new KeepspaceError('storage.unavailable'))
    const [outcome] = await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])
    expect(outcome.status).toBe('refused')
    const before = workspace.component(timer, 't').getState()?.seconds ?? 0
    await time.advanceAsync(10_000)
    expect(workspace.component(timer, 't').getState()?.seconds).toBe(before - 10)
  })
})
