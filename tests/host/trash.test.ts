import {describe, expect, test} from 'vitest'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

describe('a workspace in the trash', () => {
  test('is not opened for editing: it says where it is, can be looked at, and comes back by restoring it', async () => {
    const {keepspace, time, workspace, component} = await startWithNote()
    component.set({text: 'thrown away'})
    await finish(time, keepspace.catalogue.deleteWorkspace(workspace.id))
    keepspace.activate('a')
    await time.advanceAsync(50)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'loadFailed', error: {code: 'workspace.trashed'}})
    await expect(keepspace.whenReady('a')).rejects.toMatchObject({code: 'workspace.trashed'})

    workspace.openReadOnly()
    expect(keepspace.getStatus('a').phase).toBe('readOnly')
    expect(component.getState()).toEqual({text: 'thrown away'})
    expect(() => component.set({text: 'no'})).toThrowError(expect.objectContaining({code: 'component.readOnly'}))

    await finish(time, keepspace.catalogue.restoreWorkspace(workspace.id))
    await time.advanceAsync(50)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', error: undefined})
    component.set({text: 'edited again'})
    expect(await finish(time, workspace.save())).toMatchObject({status: 'saved'})
  })

  test('with its whole entry is the same, until the entry is restored', async () => {
    const {keepspace, time, workspace, component} = await startWithNote()
    const [entry] = keepspace.catalogue.getSnapshot().entries
    await finish(time, keepspace.catalogue.deleteEntry(entry?.id ?? ('' as never)))
    keepspace.open('a')
    await time.advanceAsync(50)
    expect(keepspace.getStatus('a').error?.code).toBe('workspace.trashed')
    await finish(time, keepspace.catalogue.restoreEntry(entry?.id ?? ('' as never)))
    await time.advanceAsync(50)
    expect([keepspace.getStatus('a').phase, component.getState()]).toEqual(['hot', {text: ''}])
    expect(keepspace.catalogue.isTrashed(workspace.id)).toBe(false)
  })

  test('that another tab put there is saved and let go here', async () => {
    const newBus = createFakeBuses()
    const {keepspace, time, workspace, component, again} = await startWithNote({bus: newBus()})
    const second = await again({bus: newBus()})
    component.set({text: 'typed meanwhile'})
    await finish(time, second.catalogue.deleteWorkspace(workspace.id))
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('a').phase).toBe('cold')
    await finish(time, keepspace.catalogue.restoreWorkspace(workspace.id))
    keepspace.open('a')
    await keepspace.whenReady('a')
    expect(component.getState()).toEqual({text: 'typed meanwhile'})
  })

  test('after a pin in the same breath: it goes there, although the answer of the pin is lost', async () => {
    const {keepspace, time, faults} = await startWithNote({}, ['b', 'a'])
    const {catalogue} = keepspace
    const {id} = keepspace.workspace('a')
    faults.loseAnswer('storage.lost')
    const pinned = expect(catalogue.setWorkspacePinned(id, true)).rejects.toMatchObject({code: 'storage.lost'})
    let isTrashed = false
    void catalogue.deleteWorkspace(id).then(() => {
      isTrashed = true
    })
    await time.advanceAsync(60_000)
    expect(isTrashed).toBe(true)
    await pinned
    expect(catalogue.getSnapshot().trashedWorkspaces).toMatchObject([{id: 'a', isPinned: true}])
  })

  test('that cannot go from two tabs, for parts that cannot be saved, is not saved by them in turns for ever', async () => {
    const newBus = createFakeBuses()
    const options = {isDevelopment: false, maxRecordBytes: 100}
    const {keepspace, time, workspace, again, log} = await startWithNote({...options, bus: newBus()})
    const second = await again({bus: newBus()})
    const third = await again({bus: newBus()})
    second.activate('a')
    await time.advanceAsync(1_000)
    for (const tab of [keepspace, second]) {
      tab
        .workspace('a')
        .component(note, 'n1')
        .set({text: 'x'.repeat(200)})
    }
    await time.advanceAsync(5_000)
    for (const tab of [keepspace, second]) {
      // Each takes over what the other one saved, while something unsaved stays here.
      tab.workspace('a').setLayout('n1', {x: tab === second ? 2 : 1})
      await time.advanceAsync(5_000)
    }
    await finish(time, third.catalogue.deleteWorkspace(workspace.id))
    const before = log.commits.length
    await time.advanceAsync(20_000)
    expect(log.commits.length - before).toBeLessThan(5)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'unsaved'})
  })

  test('is not destroyed by emptying the trash while it is open for editing here', async () => {
    const {keepspace, time, workspace, component, again} = await startWithNote()
    const second = await again()
    await finish(time, second.catalogue.deleteWorkspace(workspace.id))
    component.set({text: 'typed meanwhile'})
    await finish(time, keepspace.catalogue.emptyTrash())
    await time.advanceAsync(2_000)
    expect(keepspace.catalogue.getSnapshot().trashedWorkspaces).toMatchObject([{id: 'a'}])
    await finish(time, keepspace.catalogue.restoreWorkspace(workspace.id))
    keepspace.open('a')
    await keepspace.whenReady('a')
    expect(component.getState()).toEqual({text: 'typed meanwhile'})

    await finish(time, keepspace.catalogue.deleteWorkspace(workspace.id))
    await finish(time, keepspace.catalogue.emptyTrash())
    expect(keepspace.catalogue.getSnapshot().trashedWorkspaces).toEqual([])
  })
})
