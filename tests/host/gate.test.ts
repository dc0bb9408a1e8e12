import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note, timer} from '../support/definitions.ts'
import {startKeepspace, startWithNote} from '../support/start-keepspace.ts'

/** A second life over storage in which workspace `a` holds a timer at 180 seconds. */
async function reloaded() {
  const target = memoryStorage({isPersistent: true})
  const first = await startWithNote({target})
  first.keepspace.workspace('a').add(timer, {id: 't', state: {seconds: 180}})
  await first.time.advanceAsync(100)
  return startKeepspace({target})
}

describe('the restore gate', () => {
  test('a component that mounts with its default during a slow load never overwrites what is stored', async () => {
    const {keepspace, time, faults, log} = await reloaded()
    const held = faults.delay('read')
    const workspace = keepspace.activate('a')
    workspace.add(timer, {id: 't', ifAbsent: true})
    expect(workspace.component(timer, 't').getState()).toBeUndefined()
    await time.advanceAsync(5_000)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'loading', isSlow: true})
    expect(log.commits).toEqual([])

    held.release()
    await time.advanceAsync(2_000)
    expect(workspace.component(timer, 't').getState()).toEqual({seconds: 180, isTicking: false})
    expect(log.commits).toEqual([])
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'saved'})
  })

  test('edits made while loading are merged into what is loaded, functions never see defaults', async () => {
    const {keepspace, time, faults, again} = await reloaded()
    const held = faults.delay('read')
    const component = keepspace.activate('a').component(timer, 't')
    component.set((before) => ({seconds: before.seconds - 1}))
    component.set({isTicking: false})
    await time.advanceAsync(100)
    held.release()
    await time.advanceAsync(2_000)
    expect(component.getState()?.seconds).toBe(179)
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(timer, 't').getState()?.seconds).toBe(179)
  })

  test('a failed load writes nothing, keeps the edits, and a retry brings both together', async () => {
    const {keepspace, time, faults, log} = await reloaded()
    faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'), Number.POSITIVE_INFINITY)
    const workspace = keepspace.activate('a')
    const component = workspace.component(note, 'n1')
    component.set({text: 'typed meanwhile'})
    await time.advanceAsync(60_000)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'loadFailed', error: {code: 'load.failed'}})
    await expect(keepspace.whenReady('a')).rejects.toMatchObject({code: 'load.failed'})
    expect(await keepspace.persist('a', 'explicit')).toMatchObject({status: 'refused', error: {code: 'load.failed'}})
    expect(await keepspace.unload('a')).toMatchObject({status: 'refused'})
    expect(log.commits).toEqual([])

    faults.clear()
    workspace.retryLoad()
    await time.advanceAsync(400)
    expect(component.getState()).toEqual({text: 'typed meanwhile'})
    expect(workspace.component(timer, 't').getState()?.seconds).toBe(180)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'saved', error: undefined})
  })

  test('a load that failed for the moment is tried again by itself while a person looks at it', async () => {
    const {keepspace, time, faults} = await reloaded()
    faults.fail('read', new KeepspaceError('storage.timeout'))
    const workspace = keepspace.activate('a')
    await time.advanceAsync(50)
    expect(keepspace.getStatus('a').phase).toBe('loadFailed')
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('a').phase).toBe('hot')
    expect(workspace.component(note, 'n1').getState()).toBeDefined()
  })

  test('a load that failed for good waits for somebody to ask', async () => {
    const {keepspace, time, faults} = await reloaded()
    faults.fail('read', new KeepspaceError('record.corrupt'))
    keepspace.activate('a')
    await time.advanceAsync(120_000)
    expect(keepspace.getStatus('a').phase).toBe('loadFailed')
  })

  test('an edit and an unload in the same turn after a failed load keep the edit', async () => {
    const {keepspace, time, faults} = await reloaded()
    faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'))
    const workspace = keepspace.activate('a')
    await time.settle()
    workspace.add(note, {id: 'late', state: {text: 'kept'}})
    const unloaded = keepspace.unload('a')
    await time.settle()
    expect(await unloaded).toMatchObject({status: 'refused'})
    workspace.retryLoad()
    await time.advanceAsync(400)
    expect(workspace.component(note, 'late').getState()).toEqual({text: 'kept'})
  })

  test('after a failed load a read-only view refuses every edit and writes nothing', async () => {
    const {keepspace, time, faults, log} = await reloaded()
    faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'))
    const workspace = keepspace.activate('a')
    await time.settle()
    workspace.openReadOnly()
    await time.settle()
    expect(keepspace.getStatus('a').phase).toBe('readOnly')
    expect(() => workspace.add(note)).toThrow(expect.objectContaining({code: 'component.readOnly'}))
    expect(() => workspace.component(note, 'n1').set({text: 'x'})).toThrow(
      expect.objectContaining({code: 'component.readOnly'}),
    )
    await time.advanceAsync(60_000)
    expect(log.commits).toEqual([])
    workspace.retryLoad()
    await time.settle()
    expect(keepspace.getStatus('a').phase).toBe('hot')
  })

  test('a workspace that does not exist is not made by opening it', async () => {
    const {keepspace, time, log} = await startKeepspace()
    await expect(keepspace.whenReady('nowhere')).rejects.toMatchObject({code: 'notFound'})
    await time.advanceAsync(10_000)
    expect(log.commits).toEqual([])
  })

  test('a workspace made by opening it is durable with its entry', async () => {
    const {keepspace, time, again} = await startKeepspace()
    const workspace = keepspace.open('home', {create: {title: 'Home'}})
    workspace.add(note, {id: 'n1', state: {text: 'first'}})
    await time.advanceAsync(1_500)
    const second = await again()
    await second.whenReady('home')
    expect(second.workspace('home').component(note, 'n1').getState()).toEqual({text: 'first'})
    expect(second.catalogue.getSnapshot().workspaces).toMatchObject([{id: 'home', title: 'Home', entryId: 'main'}])
  })

  test('opening a workspace reads that workspace and nothing else', async () => {
    const {keepspace, time, log} = await reloaded()
    log.reads.length = 0
    keepspace.open('a')
    await time.settle()
    expect(log.reads).toEqual([
      [
        {key: 'scope/test%2Flocal/head/a'},
        {prefix: 'scope/test%2Flocal/c/a/'},
        {prefix: 'scope/test%2Flocal/leave/a/'},
      ],
    ])
  })

  test('a damaged head is never overwritten, and what can be read is shown read-only', async () => {
    const target = memoryStorage({isPersistent: true})
    const first = await startWithNote({target})
    first.component.set({text: 'kept'})
    await first.time.advanceAsync(500)
    const port = await target.open()
    const key = 'scope/test%2Flocal/head/a'
    const [[head]] = (await port.read([{key}])) as unknown as [[{value: {revision: number}}]]
    await port.commit(
      [
        {
          commitId: 'x' as never,
          expect: {key, revision: head.value.revision},
          puts: [{key, value: {revision: head.value.revision, title: 7}}],
          deletes: [],
        },
      ],
      {durability: 'relaxed'},
    )
    const {keepspace, time, log} = await startKeepspace({target})
    const workspace = keepspace.activate('a')
    await time.settle()
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'loadFailed', error: {code: 'record.corrupt'}})
    expect(keepspace.catalogue.getSnapshot().unreadable).toEqual(['head/a'])
    workspace.openReadOnly()
    await time.settle()
    expect(workspace.component(note, 'n1').getState()).toEqual({text: 'kept'})
    await time.advanceAsync(60_000)
    const groups = log.commits.flatMap((commit) => commit.groups)
    const written = groups.flatMap(({puts, deletes}) => [...puts.map((put) => put.key), ...deletes])
    expect(written.filter((writtenKey) => !writtenKey.includes('/quarantine/'))).toEqual([])
  })
})
