import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note, timer} from '../support/definitions.ts'
import {createWorkspaces, finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

describe('storage that cannot be opened', () => {
  test('everything works in memory, and says loudly that it is not durable', async () => {
    const {keepspace, time, events} = await startKeepspace({
      target: {name: 'broken', open: () => Promise.reject(new KeepspaceError('storage.unavailable', 'no IndexedDB'))},
    })
    await keepspace.whenStarted()
    await createWorkspaces(keepspace, ['a'], time)
    const workspace = keepspace.activate('a')
    workspace.add(note, {id: 'n1', state: {text: 'in memory'}})
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot().storage).toMatchObject({
      phase: 'memoryOnly',
      isPersistent: false,
      error: {code: 'storage.unavailable', detail: 'no IndexedDB'},
    })
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'saved', level: 'unsaved', isPersistent: false})
    expect(workspace.component(note, 'n1').getState()).toEqual({text: 'in memory'})
    expect(events[0]).toMatchObject({type: 'storage_changed', phase: 'memoryOnly'})
  })
})

describe('scopes', () => {
  test('two users of one browser never see each other', async () => {
    const target = memoryStorage({isPersistent: true})
    const first = await startWithNote({target, scope: 'ada'})
    first.component.set({text: 'private'})
    await first.time.advanceAsync(500)
    const second = await startKeepspace({target, scope: 'grace'})
    expect(second.keepspace.catalogue.getSnapshot()).toMatchObject({phase: 'ready', entries: [], workspaces: []})
    await expect(second.keepspace.whenReady('a')).rejects.toMatchObject({code: 'notFound'})
  })

  test('purge removes everything of one scope, all but the count of it, and nothing of another', async () => {
    const target = memoryStorage({isPersistent: true})
    const ada = await startWithNote({target, scope: 'ada'})
    const grace = await startWithNote({target, scope: 'grace'})
    grace.component.set({text: 'stays'})
    await grace.time.advanceAsync(500)
    await ada.keepspace.purge()
    expect(await (await target.open()).list('scope/test%2Fada')).toEqual(['scope/test%2Fada/purged'])
    expect((await (await target.open()).list('scope/test%2Fgrace')).length).toBeGreaterThan(2)
    expect(() => ada.keepspace.open('a')).toThrow(expect.objectContaining({code: 'disposed'}))
  })
})

describe('dispose', () => {
  test('saves everything first and reports it', async () => {
    const {keepspace, component, time, again} = await startWithNote()
    component.set({text: 'last words'})
    const [report] = await Promise.all([keepspace.dispose(), time.advanceAsync(100)])
    expect(report).toMatchObject({outcomes: [{status: 'saved', target: 'a', reason: 'shutdown'}], unsaved: []})
    expect(() => component.set({text: 'too late'})).toThrow(expect.objectContaining({code: 'disposed'}))
    expect(keepspace.getSnapshot().storage.phase).toBe('closed')
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'last words'})
  })

  test('names what could not be saved, and runs nothing afterwards', async () => {
    const {keepspace, workspace, component, time, faults} = await startWithNote()
    workspace.add(timer, {id: 't', state: {isTicking: true}})
    await time.advanceAsync(500)
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    component.set({text: 'no room'})
    const [report] = await Promise.all([keepspace.dispose(), time.advanceAsync(100)])
    expect(report).toMatchObject({outcomes: [{status: 'failed', error: {code: 'storage.quota'}}], unsaved: ['a']})
    expect(time.pending()).toEqual([])
  })

  test('ends within its bound when storage never answers, and names what has no answer', async () => {
    const {keepspace, component, time, faults} = await startWithNote()
    faults.hang('commit')
    component.set({text: 'on its way'})
    const startedAt = time.now()
    const report = finish(time, keepspace.dispose({timeoutMs: 1_000}))
    expect(await report).toMatchObject({outcomes: [], unsaved: ['a']})
    expect(time.now() - startedAt).toBeLessThanOrEqual(1_050)
  })

  test('names a workspace whose edits still wait for its load', async () => {
    const {keepspace, time, faults} = await startWithNote({}, ['a', 'b'])
    faults.hang('read')
    keepspace.workspace('b').add(note, {id: 'early'})
    const report = await finish(time, keepspace.dispose({timeoutMs: 1_000}))
    expect(report.unsaved).toEqual(['b'])
  })

  test('a second call answers with the same report', async () => {
    const {keepspace, time} = await startWithNote()
    const [first, second] = await Promise.all([keepspace.dispose(), keepspace.dispose(), time.advanceAsync(100)])
    expect(second).toBe(first)
  })
})

describe('the catalogue of hot workspaces', () => {
  test('a hot workspace is renamed and moved through its own save, and its edits go with it', async () => {
    const {keepspace, component, time, again, events} = await startWithNote()
    const entryId = await finish(time, keepspace.catalogue.createEntry({title: 'Other', id: 'other'}))
    component.set({text: 'edited'})
    await finish(time, keepspace.catalogue.renameWorkspace(keepspace.workspace('a').id, 'New name'))
    await finish(time, keepspace.catalogue.moveWorkspace(keepspace.workspace('a').id, entryId))
    await time.settle()
    expect(keepspace.catalogue.getSnapshot().workspaces).toMatchObject([{id: 'a', title: 'New name', entryId: 'other'}])
    expect(events).toContainEqual({type: 'workspace_entry_updated', workspaceId: 'a', entryId: 'other'})
    const second = await again()
    await second.whenReady('a')
    expect(second.catalogue.getSnapshot().workspaces).toMatchObject([{title: 'New name', entryId: 'other'}])
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'edited'})
  })

  test('a deleted workspace leaves memory, lies in the trash with its last edit, and comes back with it', async () => {
    const {keepspace, component, time} = await startWithNote()
    const {id} = keepspace.workspace('a')
    component.set({text: 'kept in the trash'})
    await Promise.all([keepspace.catalogue.deleteWorkspace(id), time.advanceAsync(50)])
    expect(keepspace.getSnapshot().hot).toEqual([])
    expect(keepspace.catalogue.getSnapshot()).toMatchObject({workspaces: [], trashedWorkspaces: [{id: 'a'}]})
    await Promise.all([keepspace.catalogue.restoreWorkspace(id), time.advanceAsync(50)])
    await keepspace.whenReady('a')
    expect(component.getState()).toEqual({text: 'kept in the trash'})
  })

  test('a duplicate of a hot workspace holds its newest edits', async () => {
    const {keepspace, component, time} = await startWithNote()
    component.set({text: 'newest'})
    const [copy] = await Promise.all([
      keepspace.catalogue.duplicateWorkspace(keepspace.workspace('a').id),
      time.advanceAsync(50),
    ])
    await keepspace.whenReady(copy)
    expect(keepspace.workspace(copy).component(note, 'n1').getState()).toEqual({text: 'newest'})
    expect(keepspace.catalogue.getSnapshot().workspaces.map(({title}) => title)).toEqual(['a', 'a copy'])
  })

  test('thousands of cold workspaces are listed without opening one', async () => {
    const target = memoryStorage({isPersistent: true})
    const {keepspace, time} = await startKeepspace({target})
    const entryId = await finish(time, keepspace.catalogue.createEntry({title: 'Many'}))
    const titles = Array.from({length: 2_000}, (_, index) => `Workspace ${index}`)
    await finish(time, Promise.all(titles.map((title) => keepspace.catalogue.createWorkspace({entryId, title}))))
    const second = await startKeepspace({target})
    expect(second.keepspace.catalogue.getSnapshot().workspaces).toHaveLength(2_000)
    expect(second.log.reads).toEqual([
      [{key: 'scope/test%2Flocal/purged'}],
      [{prefix: 'scope/test%2Flocal/head/'}, {prefix: 'scope/test%2Flocal/entry/'}],
      [{prefix: 'scope/test%2Flocal/setting/'}],
      [{key: 'scope/test%2Flocal/audit'}],
      [{prefix: 'scope/test%2Flocal/alarm/'}],
      [{prefix: 'scope/test%2Flocal/leave/'}],
    ])
    expect(second.keepspace.getSnapshot().hot).toEqual([])
  })
})

describe('presets and settings', () => {
  test('a preset holds an arrangement and is placed into another workspace with new ids', async () => {
    const {keepspace, component, time} = await startWithNote({}, ['a', 'b'])
    component.set({text: 'part of a preset'})
    const [result] = await Promise.all([
      keepspace.presets.save(keepspace.workspace('a').id, 'Standard'),
      time.advanceAsync(50),
    ])
    expect(result).toMatchObject({targetKind: 'preset', reason: 'explicit', durability: 'strict', revision: 1})
    expect(await keepspace.presets.list()).toMatchObject([{title: 'Standard', componentCount: 1}])
    const [outcome] = await Promise.all([
      keepspace.presets.load(result.presetId, keepspace.workspace('b').id),
      time.advanceAsync(50),
    ])
    expect(outcome).toMatchObject({status: 'saved', target: 'b'})
    const placed = keepspace.workspace('b').getComponents()[0]
    expect(placed).toMatchObject({type: 'note', layout: {x: 24, y: 24}})
    expect(placed?.id).not.toBe('n1')
    await Promise.all([keepspace.presets.delete(result.presetId), time.advanceAsync(50)])
    expect(await keepspace.presets.list()).toEqual([])
  })

  test('changes of one setting within the quiet time become one write, the newest wins, and a reload finds it', async () => {
    const {keepspace, time, log, again} = await startKeepspace()
    log.commits.length = 0
    void keepspace.settings.set('theme', 'light')
    const saved = keepspace.settings.set('theme', 'dark')
    expect(keepspace.settings.get('theme')).toBe('dark')
    await time.advanceAsync(400)
    expect(await saved).toMatchObject({targetKind: 'setting', target: 'theme', revision: 1})
    expect(log.commits).toHaveLength(1)
    const second = await again()
    await second.whenStarted()
    expect(second.settings.get('theme')).toBe('dark')
  })

  test('a setting that could not be written is written when storage recovers', async () => {
    const {keepspace, time, faults, again} = await startKeepspace()
    faults.fail('commit', new KeepspaceError('storage.unavailable'))
    const saved = keepspace.settings.set('theme', 'dark')
    await Promise.all([expect(saved).rejects.toMatchObject({code: 'storage.unavailable'}), time.advanceAsync(400)])
    await time.advanceAsync(2_000)
    const second = await again()
    await second.whenStarted()
    expect(second.settings.get('theme')).toBe('dark')
  })

  test('of two tabs that set the same setting the later one wins, without a conflict', async () => {
    const {keepspace, time, again} = await startKeepspace()
    const other = await again()
    const first = keepspace.settings.set('theme', 'light')
    await time.advanceAsync(400)
    const second = other.settings.set('theme', 'dark')
    await time.advanceAsync(400)
    expect([await first, await second]).toMatchObject([{revision: 1}, {revision: 2}])
  })
})
