import {describe, expect, test} from 'vitest'
import type {Keepspace} from '../../src/model/handles.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import type {TabBus} from '../../src/model/tab-bus.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakeBuses, createFakePage} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {createWorkspaces, finish, startWithNote} from '../support/start-keepspace.ts'

const MARKER = 'scope/test%2Flocal/purged'

describe('everything deleted in one tab, for sign-out', () => {
  test('ends the other ones: what they hold, saved or not, is not written again, and people are told why', async () => {
    const {first, second, time, keys, events} = await twoTabs({hears: true})
    second.workspace('a').component(note, 'n1').set({text: 'unsaved and private'})
    void second.settings.set('theme', 'dark').catch(() => undefined)
    const creating = second.catalogue.createEntry({title: 'Private'}).catch(({code}) => code)
    await finish(time, first.purge())
    await time.advanceAsync(5_000)
    expect(await keys()).toEqual([MARKER])
    expect(await creating).toBe('scope.purged')
    expect(events.filter(({type}) => type === 'purged_elsewhere')).toEqual([{type: 'purged_elsewhere'}])
    expect(second.getSnapshot().storage).toMatchObject({
      phase: 'closed',
      error: {code: 'scope.purged', sentence: expect.stringMatching(/^You signed out in another window/)},
    })
    expect(() => second.open('b')).toThrow(expect.objectContaining({code: 'scope.purged'}))
    expect(await second.shutdown()).toMatchObject({status: 'closed', unsaved: []})
    await second.purge()
    expect(await keys()).toEqual([MARKER])
  })

  test('ends another one at once, also while nobody does anything in it', async () => {
    const {first, second, time} = await twoTabs({hears: true})
    await finish(time, first.purge())
    await time.advanceAsync(10)
    expect(second.getSnapshot().storage.error?.code).toBe('scope.purged')
  })

  test.each<[string, (tab: Keepspace, page: ReturnType<typeof createFakePage>) => unknown]>([
    ['is seen again', (_, page) => page.emit('visible')],
    ['is edited in', (tab) => tab.workspace('a').component(note, 'n1').set({text: 'more'})],
    ['sets a setting', (tab) => void tab.settings.set('theme', 'dark').catch(() => undefined)],
    ['makes a workspace', (tab) => tab.open('new', {create: {title: 'Private'}}).add(note, {id: 'n'})],
    ['is asked to look', (tab) => tab.storage.lookAgain()],
  ])('ends a tab that did not hear of it as soon as it %s', async (_, act) => {
    const {first, second, page, time, keys, events} = await twoTabs({hears: false})
    await finish(time, first.purge())
    await time.advanceAsync(5_000)
    expect(second.getSnapshot().storage.phase).toBe('ready')
    await act(second, page)
    await time.advanceAsync(5_000)
    expect(second.getSnapshot().storage.error?.code).toBe('scope.purged')
    page.emit('leaving')
    await time.advanceAsync(1_000)
    expect(await keys()).toEqual([MARKER])
    expect(events.filter(({type}) => type.startsWith('restore.'))).toEqual([])
  })

  test('never reaches what is begun anew under the same ids, from a tab that was frozen all the time', async () => {
    const {first, second, page, time, again} = await twoTabs({hears: false})
    page.emit('hidden')
    page.emit('frozen')
    await finish(time, first.purge())

    const next = await again()
    await createWorkspaces(next, ['a'], time)
    const {revision} = second.getStatus('a')
    next.activate('a').add(note, {id: 'n1', state: {text: 'theirs'}})
    await time.advanceAsync(2_000)
    while (next.getStatus('a').revision < revision) {
      next
        .workspace('a')
        .component(note, 'n1')
        .set({text: `theirs ${next.getStatus('a').revision}`})
      await finish(time, next.persist('a', 'explicit'))
    }
    expect([next.getStatus('a').revision, next.getSnapshot().storage.phase]).toEqual([revision, 'ready'])

    page.emit('resumed')
    second.workspace('a').component(note, 'n1').set({text: 'more'})
    await time.advanceAsync(5_000)
    expect(second.getSnapshot().storage.error?.code).toBe('scope.purged')
    const last = await again()
    await last.whenReady('a')
    expect(last.workspace('a').component(note, 'n1').getState()?.text).toMatch(/^theirs/)
  })

  test('is only what storage says: a message made up by a script ends nothing', async () => {
    const {second, buses, time, events} = await twoTabs({hears: true})
    buses().post({type: 'purged'})
    await time.advanceAsync(1_000)
    expect(second.getSnapshot().storage.phase).toBe('ready')
    expect(events.filter(({type}) => type === 'purged_elsewhere')).toEqual([])
  })

  test('may happen twice at once, and again in a later life', async () => {
    const {first, second, time, keys, again} = await twoTabs({hears: false})
    await finish(time, Promise.all([first.purge(), second.purge()]))
    const third = await again()
    await createWorkspaces(third, ['a'], time)
    expect(third.getSnapshot().storage.restore).toMatchObject({emptied: [], isEverythingGone: false})
    await finish(time, third.purge())
    expect(await keys()).toEqual([MARKER])
  })
})

/** Two tabs with the same workspace in memory; with `hears` the second one gets the messages of the first. */
async function twoTabs({hears}: {readonly hears: boolean}) {
  const target: StorageTarget = memoryStorage({isPersistent: true})
  const buses: () => TabBus = createFakeBuses()
  const page = createFakePage()
  const started = await startWithNote({target, bus: buses()})
  const {keepspace: first, time, again, events} = started
  started.component.set({text: 'private'})
  await time.advanceAsync(2_000)
  const second = await again({bus: hears ? buses() : createFakeBuses()(), lifecycle: page.lifecycle})
  second.activate('a')
  await second.whenReady('a')
  await time.advanceAsync(1_000)
  const keys = async () => (await target.open()).list('')
  return {first, second, page, time, again, events, buses, keys}
}
