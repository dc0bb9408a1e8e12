import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startKeepspace} from '../support/start-keepspace.ts'

const panel = defineComponent({
  type: 'panel',
  version: 1,
  schema: v.looseObject({text: v.string(), filter: v.string()}),
  initial: {text: '', filter: ''},
  visitKeys: ['filter'],
})

const upload = defineComponent({
  type: 'upload',
  version: 1,
  schema: v.looseObject({isOn: v.boolean()}),
  initial: {isOn: false},
  isRunning: ({isOn}) => isOn,
})

/** Two entries with two workspaces each; the first entry is active, its workspaces are hot with a ticking timer each. */
async function startInFirst(options: Parameters<typeof startKeepspace>[0] = {}) {
  const started = await startKeepspace({cap: 10, components: [note, timer, panel, upload], ...options})
  const {keepspace, time} = started
  const {catalogue} = keepspace
  await finish(
    time,
    (async () => {
      for (const entry of ['x', 'y']) {
        const entryId = await catalogue.createEntry({id: entry, title: entry})
        for (const id of [`${entry}1`, `${entry}2`]) {
          await catalogue.createWorkspace({entryId, id, title: id})
        }
      }
    })(),
  )
  await keepspace.activateEntry('x')
  const timersBefore = time.pending().length
  for (const id of ['x1', 'x2']) {
    keepspace.activate(id)
    keepspace.workspace(id).add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
    keepspace.hide(id)
  }
  await time.advanceAsync(10_000)
  const seconds = (id: string, from = keepspace) => from.workspace(id).component(timer, 't').getState()?.seconds
  const idOf = (id: string) => keepspace.workspace(id).id
  return {...started, seconds, idOf, timersBefore}
}

describe('going to another entry', () => {
  test('saves what is unsaved, stops the work and lets the workspaces go; nothing of them is left to run', async () => {
    const {keepspace, time, events, seconds, timersBefore} = await startInFirst()
    keepspace.workspace('x1').add(note, {id: 'n', state: {text: 'typed at the last moment'}})
    const switched = await finish(time, keepspace.activateEntry('y'))
    expect(switched).toEqual({status: 'switched', released: ['x1', 'x2'], kept: [], pinned: []})
    expect(keepspace.getSnapshot()).toMatchObject({hot: [], currentEntry: 'y'})
    await time.settle()
    expect(time.pending()).toHaveLength(timersBefore)
    const told = events.flatMap((event) =>
      event.type === 'entry_deactivated_evicted' || event.type === 'workspace_tracking_cleaned'
        ? `${event.type} ${event.workspaceId}`
        : [],
    )
    expect(told.toSorted()).toEqual([
      'entry_deactivated_evicted x1',
      'entry_deactivated_evicted x2',
      'workspace_tracking_cleaned x1',
      'workspace_tracking_cleaned x2',
    ])

    await time.advanceAsync(60_000)
    await finish(time, keepspace.activateEntry('x'))
    keepspace.activate('x1')
    await keepspace.whenReady('x1')
    expect(seconds('x1')).toBe(590)
    expect(keepspace.workspace('x1').component(note, 'n').getState()).toEqual({text: 'typed at the last moment'})
    await time.advanceAsync(5_000)
    expect(seconds('x1')).toBe(585)
  })

  test('leaves pinned workspaces, and all of a pinned entry, at their work', async () => {
    const {keepspace, time, events, seconds, idOf} = await startInFirst()
    await finish(time, keepspace.catalogue.setWorkspacePinned(idOf('x1'), true))
    expect(await finish(time, keepspace.activateEntry('y'))).toEqual({
      status: 'switched',
      released: ['x2'],
      kept: [],
      pinned: ['x1'],
    })
    expect(events).toContainEqual({type: 'entry_deactivated_skip_pinned', entryId: 'x', workspaceId: 'x1'})
    const before = seconds('x1') ?? 0
    await time.advanceAsync(20_000)
    expect({seconds: seconds('x1'), isPinned: keepspace.getStatus('x1').isPinned}).toEqual({
      seconds: before - 20,
      isPinned: true,
    })

    const [x] = keepspace.catalogue.getSnapshot().entries
    await finish(time, keepspace.activateEntry('x'))
    await finish(time, keepspace.catalogue.setWorkspacePinned(idOf('x1'), false))
    await finish(time, keepspace.catalogue.setEntryPinned(x?.id ?? ('' as never), true))
    keepspace.open('x2')
    await keepspace.whenReady('x2')
    expect(await finish(time, keepspace.activateEntry('y'))).toMatchObject({released: [], pinned: ['x2', 'x1']})
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot().hot).toEqual(['x2', 'x1'])
  })

  test('keeps what cannot be saved, quiet, and lets it go once storage is back', async () => {
    const {keepspace, time, faults, seconds, events} = await startInFirst()
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    keepspace.workspace('x1').add(note, {id: 'n', state: {text: 'only in memory'}})
    const switched = await finish(time, keepspace.activateEntry('y'))
    expect(switched).toMatchObject({status: 'switched', kept: ['x1', 'x2']})
    const frozenAt = seconds('x1')
    await time.advanceAsync(30_000)
    expect({seconds: seconds('x1'), hot: keepspace.getSnapshot().hot}).toEqual({seconds: frozenAt, hot: ['x1', 'x2']})

    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(2_000)
    expect(keepspace.getSnapshot().hot).toEqual([])
    expect(events.at(-1)).toMatchObject({type: 'workspace_tracking_cleaned'})
    keepspace.open('x1')
    await keepspace.whenReady('x1')
    expect(keepspace.workspace('x1').component(note, 'n').getState()).toEqual({text: 'only in memory'})
  })

  test('and back before it is saved: what was left goes on', async () => {
    const {keepspace, time, faults, seconds} = await startInFirst()
    const held = faults.delay('commit')
    const leaving = keepspace.activateEntry('y')
    await Promise.all([held.reached, time.advanceAsync(20)])
    keepspace.activate('x1')
    held.release()
    await finish(time, leaving)
    const before = seconds('x1') ?? 0
    await time.advanceAsync(10_000)
    expect({phase: keepspace.getStatus('x1').phase, seconds: seconds('x1')}).toEqual({
      phase: 'hot',
      seconds: before - 10,
    })
  })

  test('asks first when something would have to begin again', async () => {
    const {keepspace, time} = await startInFirst()
    keepspace.workspace('x1').add(upload, {id: 'u', state: {isOn: true}})
    await time.advanceAsync(10)
    const operations = [
      expect.objectContaining({workspaceId: 'x1', componentId: 'u', name: 'upload', resume: 'restart'}),
    ]
    expect(await keepspace.activateEntry('y')).toEqual({status: 'needsConsent', entryId: 'y', operations})
    expect(keepspace.getSnapshot().currentEntry).toBe('x')
    expect(await keepspace.unload('x1')).toMatchObject({status: 'refused', error: {code: 'work.running'}})
    expect(await finish(time, keepspace.activateEntry('y', {stopsWork: true}))).toMatchObject({released: ['x1', 'x2']})
  })

  test('stops no work that began after it was asked: that goes on, and its workspace goes when it ends', async () => {
    const {keepspace, time, faults} = await startInFirst()
    keepspace.workspace('x1').add(note, {id: 'n'})
    const stopped: string[] = []
    const held = faults.delay('commit')
    const leaving = keepspace.activateEntry('y')
    await Promise.all([held.reached, time.advanceAsync(20)])
    const onStop = () => void stopped.push('upload')
    const component = keepspace.workspace('x1').component(note, 'n')
    component.startOperation({name: 'upload', onStop})
    held.release()
    expect(await finish(time, leaving)).toMatchObject({released: ['x2'], kept: ['x1']})
    await time.advanceAsync(20_000)
    expect([keepspace.getSnapshot().hot, stopped]).toEqual([['x1'], []])
    component.stopOperation('upload')
    await time.advanceAsync(1_000)
    expect([keepspace.getSnapshot().hot, stopped]).toEqual([[], []])
  })

  test('resets what belongs to the visit, and never content', async () => {
    const {keepspace, time} = await startInFirst()
    const handle = keepspace.workspace('x1')
    handle.add(panel, {id: 'p', state: {text: 'content', filter: 'open only'}})
    await time.advanceAsync(500)
    await finish(time, keepspace.unload('x1'))
    keepspace.open('x1')
    await keepspace.whenReady('x1')
    expect(handle.component(panel, 'p').getState()).toEqual({text: 'content', filter: 'open only'})

    await finish(time, keepspace.activateEntry('y'))
    await finish(time, keepspace.activateEntry('x'))
    keepspace.open('x1')
    await keepspace.whenReady('x1')
    expect(handle.component(panel, 'p').getState()).toEqual({text: 'content', filter: ''})
    expect(keepspace.getStatus('x1').save).toBe('saved')
  })

  test('opening a workspace under another entry moves it there', async () => {
    const {keepspace, time, events, idOf} = await startInFirst()
    keepspace.open('x1', {entryId: 'y'})
    await time.advanceAsync(500)
    expect(keepspace.catalogue.getSnapshot().workspaces.find(({id}) => id === idOf('x1'))?.entryId).toBe('y')
    expect(events).toContainEqual({type: 'workspace_entry_updated', workspaceId: 'x1', entryId: 'y'})
    expect(await finish(time, keepspace.activateEntry('y'))).toMatchObject({released: ['x2']})
    expect(keepspace.getSnapshot().hot).toEqual(['x1'])
  })
})

test('a workspace that is just moving to the entry a person goes to moves with them', async () => {
  const {keepspace, time, events, seconds} = await startInFirst()
  keepspace.activate('x1', {entryId: 'y'})
  const switched = await finish(time, keepspace.activateEntry('y'))
  expect(switched).toMatchObject({released: ['x2'], kept: []})
  const before = seconds('x1') ?? 0
  await time.advanceAsync(10_000)
  expect({phase: keepspace.getStatus('x1').phase, seconds: seconds('x1')}).toEqual({
    phase: 'hot',
    seconds: before - 10,
  })
  expect(events).toContainEqual({type: 'workspace_entry_updated', workspaceId: 'x1', entryId: 'y'})
})

test('pins and defaults are there after a reload', async () => {
  const {keepspace, time, again, idOf} = await startInFirst()
  const [x] = keepspace.catalogue.getSnapshot().entries
  await finish(time, keepspace.catalogue.setWorkspacePinned(idOf('x2'), true))
  await finish(time, keepspace.catalogue.setWorkspacePinned(idOf('y1'), true))
  await finish(time, keepspace.catalogue.setEntryPinned(x?.id ?? ('' as never), true))
  await finish(time, keepspace.catalogue.setDefaultWorkspace(idOf('x2')))
  const second = await again()
  const {workspaces, entries} = second.catalogue.getSnapshot()
  expect(workspaces.map(({id, isPinned, isDefault}) => [id, isPinned, isDefault])).toEqual([
    ['x1', false, false],
    ['x2', true, true],
    ['y1', true, true],
    ['y2', false, false],
  ])
  expect(entries.map(({isPinned}) => isPinned)).toEqual([true, false])
  expect(['x1', 'x2', 'y2'].map((id) => second.getStatus(id).isPinned)).toEqual([true, true, false])
})
