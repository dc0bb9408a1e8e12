import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {Mended, StorageTarget} from '../../src/model/storage-port.ts'
import {createEmitter} from '../../src/services/emitter.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {createWorkspaces, finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const a = 'a' as WorkspaceId
const b = 'b' as WorkspaceId

/** A storage that somebody empties, or puts older records into, behind everybody's back. */
function wipeableStorage() {
  let inner = memoryStorage({isPersistent: true})
  const losses = new Set<() => void>()
  const target: StorageTarget = {
    name: 'wipeable',
    open: async () => {
      const port = async () => inner.open()
      return {
        name: 'wipeable',
        isPersistent: true,
        commit: async (groups, options) => (await port()).commit(groups, options),
        read: async (selectors) => (await port()).read(selectors),
        readPrefix: async (prefix) => (await port()).readPrefix(prefix),
        list: async (prefix) => (await port()).list(prefix),
        onLost: (listener) => {
          losses.add(listener)
          return () => void losses.delete(listener)
        },
        putNow: (records) => {
          void port().then((open) => open.putNow?.(records))
          return true
        },
        close: async () => undefined,
      }
    },
  }
  return {
    target,
    snapshot: async () => (await inner.open()).readPrefix(''),
    wipe: () => {
      inner = memoryStorage({isPersistent: true})
    },
    restore: async (records: readonly {readonly key: string; readonly value: unknown}[]) => {
      inner = memoryStorage({isPersistent: true})
      ;(await inner.open()).putNow?.(records)
    },
    tellLoss: () => {
      for (const listener of losses) {
        listener()
      }
    },
  }
}

/** Two workspaces, each with a note flushed to disk, and then a fresh page. */
async function stored() {
  const storage = wipeableStorage()
  const started = await startWithNote({target: storage.target}, ['a', 'b'])
  const {keepspace, time, component} = started
  component.set({text: 'precious'})
  await finish(time, keepspace.persist('a', 'explicit'))
  keepspace.open('b').add(note, {id: 'n1', state: {text: 'also'}})
  await finish(time, keepspace.persist('b', 'explicit'))
  await finish(time, keepspace.dispose())
  return {...started, wipeable: storage}
}

describe('a storage that was emptied', () => {
  test('is not taken for a new one: it is told once, and nothing is written to what was there before', async () => {
    const {wipeable, again, events, log} = await stored()
    wipeable.wipe()
    log.commits.length = 0
    events.length = 0
    const keepspace = await again()
    expect(events.filter(({type}) => type === 'restore.emptied')).toEqual([
      {type: 'restore.emptied', workspaceIds: ['a', 'b'], isEverythingGone: true},
    ])
    expect(keepspace.getSnapshot().storage.restore).toEqual({
      emptied: ['a', 'b'],
      isEverythingGone: true,
      emptiedCount: 2,
      regressedCount: 0,
    })
    expect(keepspace.getStatus('a').level).toBe('unsaved')
    keepspace.open('a', {create: {title: 'A'}}).add(note, {id: 'n1', ifAbsent: true})
    await expect(keepspace.whenReady('a')).rejects.toMatchObject({code: 'storage.emptied'})
    await expect(
      keepspace.catalogue.createWorkspace({id: 'b', entryId: 'entry' as never, title: 'B'}),
    ).rejects.toThrow()
    expect(log.commits).toEqual([])
    expect(events.filter(({type}) => type === 'restore.emptied')).toHaveLength(1)
  })

  test('refuses to make a lost workspace anew through the catalogue, and makes any other', async () => {
    const {wipeable, again, time} = await stored()
    wipeable.wipe()
    const keepspace = await again()
    const entryId = await finish(time, keepspace.catalogue.createEntry({title: 'New'}))
    await expect(keepspace.catalogue.createWorkspace({id: 'a', entryId, title: 'A'})).rejects.toMatchObject({
      code: 'storage.emptied',
    })
    await finish(time, keepspace.catalogue.createWorkspace({id: 'c', entryId, title: 'C'}))
    expect(keepspace.catalogue.getSnapshot().workspaces.map(({id}) => id)).toEqual(['c'])
  })

  test('may be begun anew once a person says so, also with what was typed meanwhile', async () => {
    const {wipeable, again, time, witness} = await stored()
    wipeable.wipe()
    const keepspace = await again()
    const component = keepspace.open('a', {create: {title: 'A'}}).component(note, 'n1')
    keepspace.workspace('a').add(note, {id: 'n1', state: {text: 'typed after the loss'}})
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'loadFailed', error: {code: 'storage.emptied'}})
    await keepspace.storage.acceptEmpty()
    await time.advanceAsync(2_000)
    expect(component.getState()).toEqual({text: 'typed after the loss'})
    expect(keepspace.getSnapshot().storage.restore).toMatchObject({
      emptied: [],
      isEverythingGone: false,
      emptiedCount: 2,
    })
    expect([...witness.revisions.keys()]).toEqual(['a'])
    const third = await again()
    expect(third.getSnapshot().storage.restore.emptied).toEqual([])
  })

  test('is begun anew also where it is shown read-only, and where it was and could not leave for what was typed', async () => {
    const {wipeable, again, time} = await stored()
    wipeable.wipe()
    const keepspace = await again()
    for (const id of ['a', 'b']) {
      keepspace.open(id, {create: {title: id}}).add(note, {id: 'n1', state: {text: `typed into ${id}`}})
    }
    await time.advanceAsync(2_000)
    keepspace.workspace('a').openReadOnly()
    keepspace.workspace('b').openReadOnly()
    await finish(time, keepspace.unload('b'))
    expect([keepspace.getStatus('a').phase, keepspace.getStatus('b').phase]).toEqual(['readOnly', 'loadFailed'])
    await keepspace.storage.acceptEmpty()
    await time.advanceAsync(2_000)
    for (const id of ['a', 'b']) {
      expect(keepspace.getStatus(id)).toMatchObject({phase: 'hot', save: 'saved'})
      expect(keepspace.workspace(id).component(note, 'n1').getState()).toEqual({text: `typed into ${id}`})
    }
  })

  test('that gets its records back from elsewhere is in order again', async () => {
    const {wipeable, again, time} = await stored()
    const records = await wipeable.snapshot()
    wipeable.wipe()
    const keepspace = await again()
    await wipeable.restore(records)
    await keepspace.storage.lookAgain()
    expect(keepspace.getSnapshot().storage.restore).toMatchObject({emptied: [], isEverythingGone: false})
    await finish(time, keepspace.whenReady('a'))
    expect(keepspace.workspace('a').component(note, 'n1').getState()).toEqual({text: 'precious'})
  })

  test('together with its witness is still noticed by the third one, and no workspace is made', async () => {
    const {wipeable, again, time, witness, log} = await stored()
    wipeable.wipe()
    witness.empty({keepsTrace: true})
    log.commits.length = 0
    const keepspace = await again()
    expect(keepspace.getSnapshot().storage.restore).toMatchObject({emptied: [], isEverythingGone: true})
    keepspace.open('home', {create: {title: 'Home'}})
    await expect(keepspace.whenReady('home')).rejects.toMatchObject({code: 'storage.emptied'})
    expect(log.commits).toEqual([])
    await keepspace.storage.acceptEmpty()
    await finish(time, keepspace.whenReady('home'))
    await time.advanceAsync(2_000)
    expect(log.commits.length).toBeGreaterThan(0)
  })

  test('without any trace is a new one', async () => {
    const {wipeable, again, witness} = await stored()
    wipeable.wipe()
    witness.empty()
    const keepspace = await again()
    expect(keepspace.getSnapshot().storage.restore).toMatchObject({emptied: [], isEverythingGone: false})
  })

  test('never lets last words alone pass for the whole workspace', async () => {
    const {wipeable, again, faults, log} = await stored()
    const page = createFakePage()
    const leaving = await again({lifecycle: page.lifecycle})
    await leaving.whenReady('a')
    leaving.workspace('a').add(note, {id: 'n2', state: {text: 'last words'}})
    faults.fail('commit', new KeepspaceError('storage.unavailable', 'the page is gone'), Number.POSITIVE_INFINITY)
    page.emit('leaving')
    expect(log.leaves).toHaveLength(1)
    await wipeable.restore(log.leaves.flat())
    log.commits.length = 0
    const keepspace = await again()
    await expect(keepspace.whenReady('a')).rejects.toMatchObject({code: 'storage.emptied'})
    expect(log.commits).toEqual([])
  })
})

describe('what is absent for another reason', () => {
  test('deleted for good by a person, is not called lost, even if the witness did not hear of it', async () => {
    const {again, time, witness} = await stored()
    const keepspace = await again()
    await finish(time, keepspace.catalogue.deleteWorkspace(a))
    await finish(time, keepspace.catalogue.emptyTrash())
    expect([...witness.revisions.keys()]).toEqual(['b'])
    witness.note(a, 7)
    const third = await again()
    expect(third.getSnapshot().storage.restore.emptied).toEqual([])
    expect([...witness.revisions.keys()]).toEqual(['b'])
  })

  test('a scope that was purged is forgotten by the witness', async () => {
    const {again, witness, time} = await stored()
    const keepspace = await again()
    await finish(time, keepspace.purge())
    expect(witness.revisions.size).toBe(0)
    const third = await again()
    expect(third.getSnapshot().storage.restore).toMatchObject({emptied: [], isEverythingGone: false})
  })

  test('memory that stands in for a missing storage is compared with nothing', async () => {
    const {again} = await stored()
    const keepspace = await again({
      storage: {name: 'broken', open: () => Promise.reject(new Error('no IndexedDB'))},
    })
    expect(keepspace.getSnapshot().storage).toMatchObject({phase: 'memoryOnly', restore: {emptied: []}})
  })

  test('what was saved into such memory is gone with the page: it is no witness, and what was stored before stays known', async () => {
    const {again, time, witness, events} = await stored()
    const known = [...witness.revisions]
    expect(known.every(([, revision]) => revision > 1)).toBe(true)
    const page = createFakePage()
    const keepspace = await again({
      storage: {name: 'broken', open: () => Promise.reject(new Error('no IndexedDB'))},
      lifecycle: page.lifecycle,
    })
    for (const id of ['a', 'new']) {
      keepspace.open(id, {create: {title: id}}).add(note, {id: 'n1'})
      await finish(time, keepspace.persist(id, 'explicit'))
      page.emit('hidden')
      await finish(time, keepspace.unload(id))
      await finish(time, keepspace.whenReady(id))
    }
    await finish(time, keepspace.catalogue.deleteWorkspace(a))
    await finish(time, keepspace.catalogue.emptyTrash())
    expect(keepspace.getSnapshot().storage.restore).toMatchObject({emptied: [], regressedCount: 0})
    expect([...witness.revisions]).toEqual(known)
    const third = await again()
    expect(third.getSnapshot().storage.restore).toMatchObject({emptied: [], isEverythingGone: false})
    expect(events.filter(({type}) => type.startsWith('restore.'))).toEqual([])
  })
})

describe('a storage emptied under a running page', () => {
  test('gets everything in memory back with the next save, and the page is told', async () => {
    const storage = wipeableStorage()
    const {keepspace, time, component, workspace, events, again} = await startWithNote({target: storage.target})
    workspace.add(timer, {id: 't', state: {seconds: 77}})
    workspace.remove(workspace.add(note, {id: 'deleted'}))
    component.set({text: 'before'})
    await finish(time, keepspace.persist('a', 'explicit'))
    const revision = keepspace.getStatus('a').revision
    storage.wipe()
    component.set({text: 'after'})
    expect(await finish(time, keepspace.persist('a', 'explicit'))).toMatchObject({status: 'saved'})
    await time.advanceAsync(1_000)
    expect(events.filter(({type}) => type.startsWith('restore.'))).toEqual([
      {type: 'restore.emptied', workspaceIds: ['a'], isEverythingGone: false},
      {type: 'restore.resaved', workspaceIds: ['a']},
    ])
    expect(keepspace.getStatus('a').revision).toBeGreaterThan(revision)
    const second = await again()
    await second.whenReady('a')
    expect(second.catalogue.getSnapshot()).toMatchObject({entries: [{id: 'entry'}], workspaces: [{id: 'a'}]})
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'after'})
    expect(second.workspace('a').component(timer, 't').getState()).toMatchObject({seconds: 77})
    expect(
      second
        .workspace('a')
        .getComponents()
        .map(({id}) => id),
    ).toEqual(['n1', 't'])
    expect(second.getSnapshot().storage.restore).toMatchObject({emptied: [], regressedCount: 0})
  })

  test('gets it back at once when the connection was lost, without any edit; what was not in memory is named', async () => {
    const storage = wipeableStorage()
    const {keepspace, time, component, again} = await startWithNote({target: storage.target}, ['a', 'b'])
    component.set({text: 'clean and saved'})
    await finish(time, keepspace.persist('a', 'explicit'))
    await finish(time, keepspace.settings.set('lastWorkspace', 'a'))
    storage.wipe()
    storage.tellLoss()
    await time.advanceAsync(3_000)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved'})
    expect(keepspace.getSnapshot().storage.restore.emptied).toEqual(['b'])
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'clean and saved'})
    expect(second.settings.get('lastWorkspace')).toBe('a')
    expect(second.getSnapshot().storage.restore.emptied).toEqual(['b'])
  })

  test('by two tabs that hold the same workspace is filled once, and neither loses an edit', async () => {
    const storage = wipeableStorage()
    const {keepspace, time, component, again} = await startWithNote({target: storage.target})
    const other = await again()
    await other.whenReady('a')
    component.set({text: 'one'})
    await finish(time, keepspace.persist('a', 'explicit'))
    storage.wipe()
    other.workspace('a').add(note, {id: 'n2', state: {text: 'two'}})
    component.set({text: 'one more'})
    await time.advanceAsync(5_000)
    const third = await again()
    await third.whenReady('a')
    const texts = ['n1', 'n2'].map((id) => third.workspace('a').component(note, id).getState()?.text)
    const isAsked = [keepspace, other].some((tab) => tab.getStatus('a').save === 'conflict')
    expect(isAsked || texts.join() === 'one more,two').toBe(true)
  })

  test('but deleted for good in another tab is not brought back', async () => {
    const storage = wipeableStorage()
    const {keepspace, time, component, again} = await startWithNote({target: storage.target})
    const other = await again()
    await finish(time, other.catalogue.deleteWorkspace(a))
    await finish(time, other.catalogue.emptyTrash())
    component.set({text: 'too late'})
    expect(await finish(time, keepspace.persist('a', 'explicit'))).toMatchObject({status: 'conflict'})
    expect((await storage.snapshot()).some(({key}) => key.endsWith('head/a'))).toBe(false)
  })
})

describe('a workspace older than the witness knows', () => {
  test('is told with both numbers, counted, and told once', async () => {
    const {wipeable, again, time, events} = await stored()
    const old = await wipeable.snapshot()
    const keepspace = await again()
    await keepspace.whenReady('b')
    keepspace.workspace('b').component(note, 'n1').set({text: 'newer'})
    const {revision} = await finish(time, keepspace.persist('b', 'explicit'))
    await wipeable.restore(old)
    const third = await again()
    await third.whenReady('b')
    expect(events.filter(({type}) => type === 'restore.regressed')).toEqual([
      {type: 'restore.regressed', workspaceId: b, foundRevision: revision - 1, knownRevision: revision},
    ])
    expect(third.getSnapshot().storage.restore.regressedCount).toBe(1)
    const fourth = await again()
    expect(fourth.getSnapshot().storage.restore.regressedCount).toBe(0)
  })

  test('is not what another tab saves while this one looks', async () => {
    const {again, time, storage, events} = await stored()
    const first = await again()
    await first.whenReady('a')
    const held = storage.faults.delayAnswer('read')
    const looking = first.storage.lookAgain()
    await held.reached
    const second = await again()
    await second.whenReady('a')
    second.workspace('a').component(note, 'n1').set({text: 'newer'})
    await finish(time, second.persist('a', 'explicit'))
    held.release()
    await looking
    expect(events.filter(({type}) => type.startsWith('restore.'))).toEqual([])
  })
})

describe('the witness', () => {
  test('hears of creation, of saves flushed to disk, and of everything in memory when the page is hidden', async () => {
    const page = createFakePage()
    const {keepspace, time, component, witness} = await startWithNote({lifecycle: page.lifecycle})
    const afterCreation = witness.revisions.get(a)
    expect(afterCreation).toBe(1)
    component.set({text: 'one'})
    await time.advanceAsync(2_000)
    expect(witness.revisions.get(a)).toBe(1)
    page.emit('hidden')
    expect(witness.revisions.get(a)).toBe(keepspace.getStatus('a').revision)
    component.set({text: 'two'})
    await finish(time, keepspace.persist('a', 'explicit'))
    expect(witness.revisions.get(a)).toBe(keepspace.getStatus('a').revision)
  })
})

describe('the promise of the browser to keep storage', () => {
  test('is asked for once, after the first real content is stored', async () => {
    let asked = 0
    const askToKeep = async () => {
      asked += 1
      return true
    }
    const {keepspace, time} = await startKeepspace({askToKeep})
    await createWorkspaces(keepspace, ['a'], time)
    await time.advanceAsync(2_000)
    expect([asked, keepspace.getSnapshot().storage.isKept]).toEqual([0, undefined])
    keepspace.open('a').add(note, {id: 'n1'})
    await time.advanceAsync(2_000)
    keepspace.workspace('a').component(note, 'n1').set({text: 'more'})
    await time.advanceAsync(2_000)
    expect([asked, keepspace.getSnapshot().storage.isKept]).toEqual([1, true])
  })
})

describe('a storage that mends itself', () => {
  test('lets nothing count as safe at its start before it is done', async () => {
    const inner = memoryStorage({isPersistent: true})
    let mended: () => void = () => undefined
    const healed = new Promise<void>((resolve) => {
      mended = resolve
    })
    const target = {name: 'healing', open: async () => ({...(await inner.open()), healed})}
    const {keepspace, time, component} = await startWithNote({target}, ['a', 'b'])
    component.set({text: 'saved while it heals'})
    await finish(time, keepspace.persist('a', 'explicit'))
    const levels = () => ['a', 'b'].map((id) => keepspace.getStatus(id).level)
    expect(keepspace.getStatus('a').save).toBe('saved')
    expect(levels()).toEqual(['unsaved', 'unsaved'])
    let told = 0
    keepspace.subscribeStatus('a', () => {
      told += 1
    })
    keepspace.getStatus('a')
    mended()
    await time.settle()
    expect(levels()).toEqual(['flushed', 'onDevice'])
    expect(told).toBe(1)
  })

  test('lets nothing count as safe while it is in doubt, and what failed is saved as soon as that is over', async () => {
    const {target, doubt} = await doubtfulStorage()
    const {keepspace, time, component, faults} = await startWithNote({target}, ['a', 'b'])
    const states = () => ['a', 'b'].map((id) => [keepspace.getStatus(id).save, keepspace.getStatus(id).level])
    expect(states()).toEqual([
      ['saved', 'onDevice'],
      ['saved', 'onDevice'],
    ])
    faults.fail('commit', new KeepspaceError('storage.quota'), 1)
    component.set({text: 'there was no room'})
    await time.advanceAsync(400)
    const end = doubt()
    expect(states()).toEqual([
      ['failed', 'unsaved'],
      ['saved', 'unsaved'],
    ])
    expect(keepspace.getHealth().state).toBe('quota')

    end('afterTrouble')
    await time.advanceAsync(10)
    expect(states()).toEqual([
      ['saved', 'onDevice'],
      ['saved', 'onDevice'],
    ])
  })

  test('asks nobody to save again where storage could be used all the time: that would never end', async () => {
    const {target, doubt} = await doubtfulStorage()
    const {keepspace, time, component, faults, log} = await startWithNote({target})
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    component.set({text: 'no room for this site'})
    await time.advanceAsync(400)
    const before = log.commits.length
    doubt()('atOnce')
    await time.advanceAsync(10)
    expect(log.commits).toHaveLength(before)
    expect(keepspace.getStatus('a').save).toBe('failed')
    faults.clear()
  })
})

/** A storage that can be doubted; the doubt is ended by what that returns. */
async function doubtfulStorage() {
  const inner = await memoryStorage({isPersistent: true}).open()
  const doubted = createEmitter<[Promise<Mended>]>()
  const doubt = () => {
    let end: (mended: Mended) => void = () => undefined
    doubted.emit(
      new Promise((resolve) => {
        end = resolve
      }),
    )
    return end
  }
  return {target: {name: 'doubtful', open: async () => ({...inner, onDoubted: doubted.add})}, doubt}
}
