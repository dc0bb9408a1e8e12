import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

describe('saving a workspace', () => {
  test('an edit is saved after a quiet moment and survives a reload', async () => {
    const {keepspace, time, component, again} = await startWithNote()

    component.set({text: 'hello'})
    await time.settle()
    expect(keepspace.getStatus('a')).toMatchObject({save: 'unsaved', level: 'unsaved'})
    await time.advanceAsync(299)
    expect(keepspace.getStatus('a').save).toBe('unsaved')
    await time.advanceAsync(10)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved', level: 'onDevice'})

    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'hello'})
  })

  test('the work at risk in the whole app is counted, and nothing is when it is saved', async () => {
    const {keepspace, time, component} = await startWithNote()
    const at = time.now()
    component.set({text: 'one'})
    await time.advanceAsync(100)
    component.set({text: 'two'})
    await time.settle()
    expect(keepspace.getWorkAtRisk()).toEqual({workspaces: 1, edits: 2, since: at})
    await time.advanceAsync(400)
    expect(keepspace.getWorkAtRisk()).toEqual({workspaces: 0, edits: 0, since: undefined})
  })

  test('one small edit among 20 components is one transaction of its record and the head, under 4 KB', async () => {
    const {keepspace, time, log} = await startWithNote()
    const workspace = keepspace.workspace('a')
    for (let index = 0; index < 20; index += 1) {
      workspace.add(note, {id: `big${index}`, state: {text: 'x'.repeat(2_600)}})
    }
    await time.advanceAsync(50)
    log.commits.length = 0

    workspace.component(note, 'big7').set({text: 'y'.repeat(2_600)})
    await time.advanceAsync(400)

    expect(log.commits).toHaveLength(1)
    const groups = log.commits[0]?.groups ?? []
    expect(groups).toHaveLength(1)
    expect(groups[0]?.puts.map(({key}) => key)).toEqual([
      'scope/test%2Flocal/head/a',
      'scope/test%2Flocal/c/a/big7/state',
    ])
    expect(groups[0]?.deletes).toEqual([])
    expect(JSON.stringify(groups).length).toBeLessThan(4_096)
  })

  test('a burst over 25 workspaces is one transaction', async () => {
    const ids = Array.from({length: 25}, (_, index) => `w${index}`)
    const {keepspace, time, log} = await startWithNote({cap: 30}, ids)
    for (const id of ids) {
      keepspace.open(id)
    }
    await time.advanceAsync(100)
    for (const id of ids) {
      keepspace.workspace(id).add(note, {id: 'n'})
    }
    await time.advanceAsync(100)
    log.commits.length = 0

    for (const id of ids) {
      keepspace.workspace(id).component(note, 'n').set({text: id})
    }
    await time.advanceAsync(500)
    expect(log.commits.map(({groups}) => groups.length)).toEqual([25])
  })

  test('a change each second for 60 seconds is saved at least every longest wait', async () => {
    const {time, component, log} = await startWithNote()
    log.commits.length = 0
    const savedAt: number[] = []
    let seen = 0
    for (let step = 0; step < 600; step += 1) {
      component.set({text: `step ${step}`})
      await time.advanceAsync(100)
      if (log.commits.length > seen) {
        seen = log.commits.length
        savedAt.push(time.now())
      }
    }
    const gaps = savedAt.slice(1).map((at, index) => at - (savedAt[index] ?? 0))
    expect(savedAt.length).toBeGreaterThanOrEqual(54)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_100)
  })

  test('an edit during a save stays unsaved and is saved next', async () => {
    const {keepspace, time, component, faults, again} = await startWithNote()
    const held = faults.delay('commit')
    component.set({text: 'first'})
    await time.advanceAsync(310)
    await held.reached
    component.set({text: 'second'})
    await time.settle()
    expect(keepspace.getStatus('a').save).toBe('saving')

    held.release()
    await time.settle()
    expect(keepspace.getStatus('a')).toMatchObject({save: 'unsaved', level: 'unsaved'})
    await time.advanceAsync(400)
    expect(keepspace.getStatus('a').save).toBe('saved')

    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'second'})
  })

  test('a save acknowledges the version it carried, also when an edit came after the capture', async () => {
    const {keepspace, time, component, faults} = await startWithNote()
    const held = faults.delayAnswer('commit')
    component.set({text: 'carried'})
    const outcome = keepspace.persist('a', 'explicit')
    await time.settle()
    await held.reached
    component.set({text: 'newer'})
    held.release()
    expect(await outcome).toMatchObject({status: 'saved', hasNewerPending: true})
    expect(keepspace.getStatus('a').save).toBe('unsaved')
  })

  test('what is typed at the very moment a workspace leaves memory is unsaved, and is saved after it came back', async () => {
    const {keepspace, time, component, again} = await startWithNote()
    component.set({text: 'saved before it left'})
    const seen: string[] = []
    keepspace.on('workspace_runtime_evicted', () => {
      component.set({text: 'typed while it left'})
      seen.push(keepspace.getStatus('a').save)
    })
    await keepspace.unload('a')
    expect(seen).toEqual(['unsaved'])
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('a').save).toBe('saved')
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'typed while it left'})
  })

  test('a workspace of which nothing is stored is nowhere called saved on this device', async () => {
    const {keepspace, time} = await startWithNote()
    expect([keepspace.getStatus('a').level, keepspace.getStatus('never').level]).toEqual(['onDevice', 'unsaved'])
    await finish(time, keepspace.unload('a'))
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'cold', level: 'onDevice'})
    await finish(time, keepspace.catalogue.deleteWorkspace('a' as never))
    await finish(time, keepspace.catalogue.emptyTrash())
    expect(keepspace.getStatus('a').level).toBe('unsaved')
  })

  test('an edit undone by hand writes nothing', async () => {
    const {keepspace, time, component, log, events} = await startWithNote()
    component.set({text: 'saved'})
    await time.advanceAsync(400)
    log.commits.length = 0
    component.set({text: 'other'})
    component.set({text: 'saved'})
    await time.advanceAsync(400)
    expect(log.commits).toEqual([])
    expect(keepspace.getStatus('a').save).toBe('saved')
    expect(events.at(-1)).toMatchObject({type: 'save_skip_unchanged'})
  })

  test('the second of two changes in one throttle window is stored without another change', async () => {
    const {keepspace, time, again} = await startWithNote()
    const workspace = keepspace.workspace('a')
    workspace.add(timer, {id: 't'})
    await time.advanceAsync(50)
    const component = workspace.component(timer, 't')
    component.set({seconds: 599})
    await time.advanceAsync(500)
    component.set({seconds: 598})
    component.set({seconds: 597})
    await time.advanceAsync(3_000)

    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(timer, 't').getState()?.seconds).toBe(597)
  })

  test('an explicit save takes what waits for its throttle, and flushes it to disk', async () => {
    const {keepspace, time, log} = await startWithNote()
    const workspace = keepspace.workspace('a')
    workspace.add(timer, {id: 't'})
    await time.advanceAsync(50)
    workspace.component(timer, 't').set({seconds: 599})
    workspace.component(timer, 't').set({seconds: 598})
    const saved = workspace.save()
    await time.settle()
    expect(await saved).toMatchObject({status: 'saved', durability: 'strict', hasNewerPending: false})
    expect(log.commits.at(-1)?.durability).toBe('strict')
    expect(keepspace.getStatus('a').level).toBe('flushed')
  })

  test('a transient change is shown, not stored, and goes with the next lasting one', async () => {
    const {keepspace, time, log} = await startWithNote()
    log.commits.length = 0
    keepspace.workspace('a').setLayout('n1', {x: 50}, {transient: true})
    await time.advanceAsync(2_000)
    expect(log.commits).toEqual([])
    expect(keepspace.workspace('a').getComponents()[0]?.layout.x).toBe(50)
    keepspace.workspace('a').setLayout('n1', {y: 60})
    await time.advanceAsync(400)
    expect(log.commits[0]?.groups[0]?.puts.at(-1)?.value).toMatchObject({layout: {x: 50, y: 60}})
  })

  test('the visible workspace is saved by persistCurrent', async () => {
    const {keepspace, time, component} = await startWithNote()
    component.set({text: 'now'})
    const saved = keepspace.persistCurrent('app:button')
    await time.advanceAsync(10)
    expect(await saved).toMatchObject({status: 'saved', target: 'a', reason: 'app:button', isBackground: false})
  })

  test('a capture waits for components that are not ready, up to its bound, and says so', async () => {
    const {keepspace, time, component} = await startWithNote()
    component.set({text: 'composing'})
    const release = keepspace.workspace('a').holdCapture('composing')
    const waited = keepspace.persist('a', 'explicit')
    await time.advanceAsync(1_000)
    release()
    await time.settle()
    expect(await waited).toMatchObject({status: 'saved', readiness: 'waited'})

    keepspace.workspace('a').holdCapture('stuck')
    component.set({text: 'again'})
    const late = keepspace.persist('a', 'explicit')
    await time.advanceAsync(2_000)
    expect(await late).toMatchObject({status: 'saved', readiness: 'timedOut'})

    component.set({text: 'third'})
    const skipped = keepspace.persist('a', 'explicit', {skipReadinessCheck: true})
    await time.settle()
    expect(await skipped).toMatchObject({status: 'saved', readiness: 'skipped'})
  })
})

describe('a save that fails', () => {
  const unavailable = new KeepspaceError('storage.unavailable', 'disk busy')

  test('keeps the work, names the error and is tried again until it succeeds', async () => {
    const {keepspace, time, component, faults, again} = await startWithNote()
    faults.fail('commit', unavailable, 2)
    component.set({text: 'precious'})
    await time.advanceAsync(320)
    expect(keepspace.getStatus('a')).toMatchObject({
      save: 'failed',
      level: 'unsaved',
      error: {code: 'storage.unavailable', sentence: 'Storage on this device cannot be used right now.'},
    })
    expect(keepspace.getSnapshot().storage.phase).toBe('backingOff')

    await time.advanceAsync(500)
    expect(keepspace.getStatus('a').save).toBe('failed')
    await time.advanceAsync(1_100)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved', error: undefined})
    expect(keepspace.getSnapshot().storage).toMatchObject({phase: 'ready', error: undefined})

    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'precious'})
  })

  test('answers an explicit save at once, with the error', async () => {
    const {keepspace, time, component, faults} = await startWithNote()
    faults.fail('commit', unavailable)
    component.set({text: 'precious'})
    const outcome = keepspace.persist('a', 'explicit')
    await time.settle()
    expect(await outcome).toMatchObject({status: 'failed', error: {code: 'storage.unavailable'}, hasNewerPending: true})
  })

  test('on a full disk waits for room, and an explicit save tries at once', async () => {
    const {keepspace, time, component, faults} = await startWithNote()
    faults.fail('commit', new KeepspaceError('storage.quota'))
    component.set({text: 'precious'})
    await time.advanceAsync(400)
    expect(keepspace.getSnapshot().storage.phase).toBe('stuck')
    expect(keepspace.getStatus('a')).toMatchObject({save: 'failed', error: {code: 'storage.quota'}})
    const outcome = keepspace.persist('a', 'explicit')
    await time.settle()
    expect(await outcome).toMatchObject({status: 'saved'})
    expect(keepspace.getSnapshot().storage.phase).toBe('ready')
  })

  test('whose answer was lost is recognised by its own commit id and nothing is written twice or as a conflict', async () => {
    const {keepspace, time, component, faults, again} = await startWithNote()
    faults.loseAnswer()
    component.set({text: 'landed'})
    await time.advanceAsync(320)
    expect(keepspace.getStatus('a').save).toBe('failed')
    component.set({text: 'newer'})
    await time.advanceAsync(1_000)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved', error: undefined})
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'newer'})
  })
})

describe('another tab that saved first', () => {
  async function twoTabs() {
    const started = await startWithNote()
    const other = await started.again()
    await other.whenReady('a')
    other.workspace('a').component(note, 'n1').set({text: 'theirs'})
    await started.time.advanceAsync(400)
    started.component.set({text: 'mine'})
    await started.time.advanceAsync(400)
    return {...started, other}
  }

  test('is a conflict: nothing is overwritten and saving rests', async () => {
    const {keepspace, time, component, again} = await twoTabs()
    expect(keepspace.getStatus('a')).toMatchObject({save: 'conflict', error: {code: 'revision.conflict'}})
    component.set({text: 'still mine'})
    await time.advanceAsync(60_000)
    expect(await keepspace.persist('a', 'explicit')).toMatchObject({status: 'conflict'})
    const third = await again()
    await third.whenReady('a')
    expect(third.workspace('a').component(note, 'n1').getState()).toEqual({text: 'theirs'})
  })

  test('can be written over on purpose', async () => {
    const {keepspace, time, again} = await twoTabs()
    keepspace.workspace('a').resolveConflict('mine')
    await time.advanceAsync(10)
    expect(keepspace.getStatus('a').save).toBe('saved')
    const third = await again()
    await third.whenReady('a')
    expect(third.workspace('a').component(note, 'n1').getState()).toEqual({text: 'mine'})
  })

  test('can be taken over on purpose', async () => {
    const {keepspace, time, component} = await twoTabs()
    keepspace.workspace('a').resolveConflict('theirs')
    await time.advanceAsync(10)
    expect(component.getState()).toEqual({text: 'theirs'})
    await time.advanceAsync(1_000)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved', error: undefined})
  })
})
