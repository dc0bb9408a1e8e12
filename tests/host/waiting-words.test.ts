import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import type {KeepspaceOptions} from '../../src/host/options.ts'
import {defineComponent} from '../../src/model/component-definition.ts'
import type {PageLifecycle} from '../../src/model/page-lifecycle.ts'
import type {StoragePort, StorageTarget} from '../../src/model/storage-port.ts'
import {createFakeBuses, createFakePage} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

type Started = Awaited<ReturnType<typeof startHanging>>
type Tab = Started['keepspace']

/** `n1` and `n2` are saved; the next page reads them for ever, until `load` is released, and can be left. */
async function startHanging(options: Partial<KeepspaceOptions> = {}) {
  const started = await startWithNote({lifecycle: createFakePage().lifecycle})
  const {time, again, storage, workspace} = started
  workspace.component(note, 'n1').set({text: 'stored'})
  workspace.add(note, {id: 'n2'})
  await time.advanceAsync(2_000)
  const page = createFakePage()
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const openHanging = async (lifecycle: PageLifecycle) => {
    const tab = await again({lifecycle, storage: readingAfter(gate, storage.target), ...options})
    tab.activate('a')
    await time.advanceAsync(10)
    return tab
  }
  return {
    ...started,
    hanging: await openHanging(page.lifecycle),
    openHanging,
    page,
    load: {release},
    open: async (more: Partial<KeepspaceOptions> = {}) => {
      const tab = await again({lifecycle: createFakePage().lifecycle, ...more})
      tab.activate('a')
      await tab.whenReady('a')
      await time.advanceAsync(1_000)
      return tab
    },
    leaves: async () => (await storage.target.open()).list('scope/test%2Flocal/leave/'),
  }
}

/** A storage that answers no read of a workspace before `gate` is open. */
function readingAfter(gate: Promise<void>, target: StorageTarget): StorageTarget {
  const open = async () => {
    const port = await target.open()
    const read: StoragePort['read'] = async (selectors) => {
      if (selectors.some((selector) => 'prefix' in selector && selector.prefix.includes('/c/'))) {
        await gate
      }
      return port.read(selectors)
    }
    return {...port, read}
  }
  return {...target, open}
}

const text = (tab: Tab, id = 'n1') => tab.workspace('a').component(note, id).getState()?.text
const type = (tab: Tab, value: string, id = 'n1') => tab.workspace('a').component(note, id).set({text: value})
const saveIn = async ({time}: Pick<Started, 'time'>, tab: Tab) => finish(time, tab.persist('a', 'explicit'))

describe('edits that wait for a load when the page is left', () => {
  test('are made by the next page on what is stored, and saved', async () => {
    const {hanging, page, open, leaves, events, log} = await startHanging()
    type(hanging, 'typed while it hung')
    expect(hanging.isSafeToLeave()).toBe(false)
    page.emit('leaving')
    expect(await leaves()).toHaveLength(1)
    expect(log.leaves.at(-1)?.[0]?.value).toMatchObject({puts: [], deletes: [], baseRevision: expect.any(Number)})

    const next = await open()
    expect([text(next), text(next, 'n2'), next.getStatus('a').save]).toEqual(['typed while it hung', '', 'saved'])
    expect(await leaves()).toEqual([])
    expect(events).toContainEqual({type: 'last_words_replayed', workspaceId: 'a'})
    expect(text(await open())).toBe('typed while it hung')
  })

  test('of every kind come in their order', async () => {
    const {hanging, page, open, events} = await startHanging()
    const workspace = hanging.workspace('a')
    workspace.add(note, {id: 'n3', state: {text: 'new'}, layout: {x: 1}})
    workspace.setLayout('n3', {y: 2})
    workspace.setActive('n3', true)
    workspace.component(note, 'n3').set({text: 'newer'})
    workspace.remove('n2')
    workspace.remove('n1')
    workspace.undelete('n1')
    page.emit('leaving')
    const next = await open()
    const shown = next.workspace('a').getComponents()
    expect(shown.map(({id, layout, isActive}) => [id, layout.x, layout.y, isActive])).toEqual([
      ['n1', 0, 0, false],
      ['n3', 1, 2, true],
    ])
    expect(text(next, 'n3')).toBe('newer')
    expect(events.filter((event) => event.type === 'edit_dropped')).toEqual([])
  })

  test('end with the first that is a function: what came after it was made for what that returns', async () => {
    const {hanging, page, open} = await startHanging()
    type(hanging, 'before')
    hanging
      .workspace('a')
      .component(note, 'n1')
      .set(({text: before}) => ({text: `${before}!`}))
    type(hanging, 'after', 'n2')
    page.emit('leaving')
    const next = await open()
    expect([text(next), text(next, 'n2')]).toEqual(['before', ''])
  })

  test('are not taken for newer than what somebody saved since: a person chooses', async () => {
    const {hanging, page, open, leaves, keepspace, time, events} = await startHanging()
    type(hanging, 'typed while it hung')
    page.emit('leaving')
    await time.advanceAsync(1_000)
    type(keepspace, 'typed later')
    await saveIn({time}, keepspace)

    const next = await open()
    expect([text(next), next.getStatus('a').save]).toEqual(['typed while it hung', 'conflict'])
    expect(next.workspace('a').getConflict()?.components).toMatchObject([
      {componentId: 'n1', mine: {content: {text: 'typed while it hung'}}, theirs: {content: {text: 'typed later'}}},
    ])
    expect(events).toContainEqual({
      type: 'last_words_held',
      workspaceId: 'a',
      error: expect.objectContaining({code: 'revision.conflict'}),
    })
    expect(await leaves()).toHaveLength(1)

    await finish(time, next.workspace('a').resolveConflict('theirs'))
    await time.advanceAsync(1_000)
    expect([text(next), await leaves()]).toEqual(['typed later', []])
  })

  test('meet what somebody saved since in another component without a question', async () => {
    const {hanging, page, open, leaves, keepspace, time} = await startHanging()
    type(hanging, 'typed while it hung')
    page.emit('leaving')
    await time.advanceAsync(1_000)
    type(keepspace, 'typed later', 'n2')
    await saveIn({time}, keepspace)
    const next = await open()
    expect([text(next), text(next, 'n2'), next.getStatus('a').save]).toEqual([
      'typed while it hung',
      'typed later',
      'saved',
    ])
    expect(await leaves()).toEqual([])
  })

  test('of two pages come in the order in which these were left', async () => {
    const {hanging, page, openHanging, open, time} = await startHanging()
    const other = createFakePage()
    const second = await openHanging(other.lifecycle)
    type(hanging, 'typed last, left first')
    page.emit('leaving')
    await time.advanceAsync(1_000)
    type(second, 'left last')
    other.emit('leaving')
    expect(text(await open())).toBe('left last')
  })

  test('are made at once by a page that has the workspace in memory, and wait there where it is being edited', async () => {
    const newBus = createFakeBuses()
    const {hanging, page, open, leaves, time} = await startHanging({bus: newBus()})
    const [idle, busy] = [await open({bus: newBus()}), await open({bus: newBus()})]
    type(hanging, 'typed while it hung')
    type(busy, 'typed here', 'n2')
    page.emit('leaving')
    await time.settle()
    expect([text(idle), text(busy)]).toEqual(['typed while it hung', 'stored'])
    await time.advanceAsync(2_000)
    expect([text(idle), text(busy), text(idle, 'n2')]).toEqual([
      'typed while it hung',
      'typed while it hung',
      'typed here',
    ])
    expect([idle.getStatus('a').save, busy.getStatus('a').save, await leaves()]).toEqual(['saved', 'saved', []])
  })

  test('wait in storage for the version of the app that they were made for', async () => {
    const {hanging, page, again, leaves, events, open} = await startHanging()
    type(hanging, 'typed while it hung')
    page.emit('leaving')
    const newer = defineComponent({
      type: 'note',
      version: 2,
      schema: v.looseObject({text: v.string()}),
      initial: {text: ''},
      migrations: {1: (state) => state},
      editableFrom: 1,
    })
    const upgraded = await again({lifecycle: createFakePage().lifecycle, components: [newer, timer]})
    upgraded.activate('a')
    await upgraded.whenReady('a')
    expect(upgraded.workspace('a').component(newer, 'n1').getState()).toEqual({text: 'stored'})
    expect(await leaves()).toHaveLength(1)
    expect(events).toContainEqual({
      type: 'last_words_held',
      workspaceId: 'a',
      error: expect.objectContaining({code: 'record.newer'}),
    })
    expect(text(await open())).toBe('typed while it hung')
  })
})

describe('a page that stays after all', () => {
  test('makes its edits once the load ends, and removes its last words with their save', async () => {
    const {hanging, page, load, leaves, time} = await startHanging()
    type(hanging, 'typed while it hung')
    page.emit('hidden')
    expect(await leaves()).toHaveLength(1)
    load.release()
    await hanging.whenReady('a')
    await time.advanceAsync(1_000)
    expect([text(hanging), hanging.getStatus('a').save, await leaves()]).toEqual(['typed while it hung', 'saved', []])
  })

  test('does not write them over what another page made of them meanwhile: a person chooses', async () => {
    const {hanging, page, load, open, time} = await startHanging()
    type(hanging, 'typed while it hung')
    page.emit('hidden')
    await time.advanceAsync(1_000)
    const next = await open()
    type(next, 'typed while it hung, and more')
    await saveIn({time}, next)
    load.release()
    await hanging.whenReady('a')
    await time.advanceAsync(1_000)
    expect(hanging.getStatus('a').save).toBe('conflict')
    expect(text(await open())).toBe('typed while it hung, and more')
  })

  test('asks nobody when the other page only saved them', async () => {
    const {hanging, page, load, open, time} = await startHanging()
    type(hanging, 'typed while it hung')
    page.emit('hidden')
    await time.advanceAsync(1_000)
    await open()
    load.release()
    await hanging.whenReady('a')
    await time.advanceAsync(1_000)
    expect([text(hanging), hanging.getStatus('a').save]).toEqual(['typed while it hung', 'saved'])
  })
})
