import crc32 from 'crc-32'
import {describe, expect, test, vi} from 'vitest'
import {recordKey, STATE_RECORD} from '../../../src/model/keys.ts'
import {note, timer} from '../../support/definitions.ts'
import {settle} from '../../support/scripted.ts'
import {added, component, keysOf, startLoadedStore, workspaceId} from '../../support/start-store.ts'

const a = component('a')
const b = component('b')

describe('set', () => {
  test('merges keys shallowly, tells the views at once and the chart once per burst', async () => {
    const {store, heard} = await startWithNote()
    const before = store.getState(a)
    store.set(a, {text: 'one'})
    expect(store.getState(a)).toEqual({text: 'one'})
    expect(heard).toEqual(['component a'])
    store.set(a, (previous) => ({text: `${previous.text} two`, tags: ['x']}))
    await settle()
    expect(heard).toEqual(['component a', 'component a', `burst ${store.version}`])
    expect({before, now: store.getState(a)}).toEqual({before: {text: ''}, now: {text: 'one two', tags: ['x']}})
  })

  test('does nothing when nothing changed', async () => {
    const {store, heard} = await startWithNote()
    const version = store.version
    store.set(a, {text: ''})
    store.set(a, {})
    await settle()
    expect({heard, version: store.version, hasUnsaved: store.hasUnsaved()}).toEqual({
      heard: [],
      version,
      hasUnsaved: false,
    })
  })

  test('an undefined key is a key like any other in memory, and is left out of what is stored', async () => {
    const {store, save, load} = await startWithNote()
    store.set(a, {text: 'one', tag: 'x'})
    save()
    store.set(a, {tag: undefined})
    expect(store.getState(a)).toEqual({text: 'one', tag: undefined})
    save()
    load()
    expect(store.getState(a)).toStrictEqual({text: 'one'})
  })

  test.each([
    ['is not there', 'x', 'component.missing'],
    ['was deleted', 'b', 'component.missing'],
  ])('refuses a component that %s', async (_, id, code) => {
    const {store} = await startWithNote()
    store.add(note, added('b'))
    store.remove(b)
    expect(() => store.set(component(id), {text: 'x'})).toThrow(expect.objectContaining({code}))
  })

  test('neither serialises nor checks anything, however often it is called', async () => {
    const {store} = await startWithNote()
    const serialise = vi.spyOn(JSON, 'stringify')
    const checksum = vi.spyOn(crc32, 'buf')
    for (let index = 0; index < 1_000; index++) {
      store.set(a, {text: `text ${index}`})
    }
    await settle()
    const calls = {serialise: serialise.mock.calls.length, checksum: checksum.mock.calls.length}
    store.capture({revision: 9, commitId: 'c' as never})
    const callsOfCapture = {serialise: serialise.mock.calls.length, checksum: checksum.mock.calls.length}
    vi.restoreAllMocks()
    expect({calls, callsOfCapture}).toEqual({
      calls: {serialise: 0, checksum: 0},
      callsOfCapture: {serialise: 1, checksum: 1},
    })
  })

  test.each([
    [{text: new Map()}, 'value.notJson', 'note.text: Map'],
    [{text: 7}, 'value.invalid', 'note.text'],
  ])('in development refuses at once what could not be saved: %s', async (patch, code, detail) => {
    const {store} = startLoadedStore({isDevelopment: true})
    store.add(note, added('a'))
    const version = store.version
    expect(() => store.set(a, patch as never)).toThrow(expect.objectContaining({code, detail}))
    expect({state: store.getState(a), version: store.version}).toEqual({state: {text: ''}, version})
  })
})

describe('add', () => {
  test('begins with the initial state, what was given over it, and a layout', () => {
    const {store} = startLoadedStore()
    store.add(timer, {id: a, state: {seconds: 5}, layout: {x: 9, z: 2}, ifAbsent: false})
    expect(store.getState(a)).toEqual({seconds: 5, isTicking: false})
    expect(store.getInfo(a)).toEqual({
      id: 'a',
      type: 'timer',
      layout: {x: 9, y: 0, width: 240, height: 160, z: 2},
      isActive: false,
      isRunning: false,
      status: 'ready',
      problem: undefined,
    })
  })

  test('is urgent, and stores state and layout', async () => {
    const {store, heard, capture} = startLoadedStore()
    store.add(note, added('a'))
    await settle()
    expect(heard).toEqual(['component a', 'structure', `burst ${store.version} urgent`])
    expect(keysOf(capture())).toEqual({puts: ['c/w1/a/.layout', 'c/w1/a/state'], deletes: []})
  })

  test('of an id that is there fails, and is ignored where it is only wanted if absent', async () => {
    const {store} = await startWithNote()
    const version = store.version
    expect(() => store.add(note, added('a'))).toThrow(expect.objectContaining({code: 'component.duplicate'}))
    store.add(note, added('a', {ifAbsent: true}))
    expect(store.version).toBe(version)
  })

  test('of a deleted component brings a new one, but never where it is only wanted if absent', async () => {
    const {store, save} = await startWithNote()
    store.set(a, {text: 'old'})
    store.remove(a)
    save()
    store.add(note, added('a', {ifAbsent: true}))
    expect(store.getState(a)).toBeUndefined()
    store.add(note, added('a'))
    expect(store.getState(a)).toEqual({text: ''})
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/state'], deletes: ['c/w1/a/.tombstone']})
  })

  test('in development refuses a state that could not be saved', () => {
    const {store} = startLoadedStore({isDevelopment: true})
    expect(() => store.add(note, {...added('a'), state: {text: 7}})).toThrow(
      expect.objectContaining({code: 'value.invalid'}),
    )
    expect(store.componentCount).toBe(0)
  })
})

describe('remove and undelete', () => {
  test('a deletion is durable, and leaves what the component held for as long as it can come back', async () => {
    const {store, save, load, stored} = await startWithNote()
    store.set(a, {text: 'kept'})
    save()
    store.remove(a)
    expect({state: store.getState(a), info: store.getInfo(a), infos: store.getInfos()}).toEqual({
      state: undefined,
      info: undefined,
      infos: [],
    })
    save()
    load()
    expect(store.componentCount).toBe(0)
    expect(stored.has(recordKey(workspaceId, a, STATE_RECORD))).toBe(true)

    store.undelete(a)
    save()
    load()
    expect(store.getState(a)).toEqual({text: 'kept'})
  })

  test('what was edited right before a deletion comes back with it', async () => {
    const {store, save, load} = await startWithNote()
    store.set(a, {text: 'last words'})
    store.remove(a)
    save()
    load()
    store.undelete(a)
    expect(store.getState(a)).toEqual({text: 'last words'})
  })

  test('undelete leaves a component alone that was not deleted, and fails for one that never was', async () => {
    const {store} = await startWithNote()
    const version = store.version
    store.undelete(a)
    expect(store.version).toBe(version)
    expect(() => store.undelete(b)).toThrow(expect.objectContaining({code: 'component.missing'}))
  })
})

describe('layout and activity', () => {
  test('moving a component does not write its content again', async () => {
    const {store, save, load} = await startWithNote()
    store.setLayout(a, {x: 10}, undefined)
    store.setLayout(a, {y: 20}, undefined)
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/.layout'], deletes: []})
    load()
    expect(store.getInfo(a)?.layout).toEqual({x: 10, y: 20, width: 240, height: 160, z: 0})
  })

  test('a drag is shown and not stored until it ends', async () => {
    const {store, heard} = await startWithNote()
    store.setLayout(a, {x: 10}, {transient: true})
    await settle()
    expect({heard, x: store.getInfo(a)?.layout.x, hasUnsaved: store.hasUnsaved()}).toEqual({
      heard: ['component a', 'structure'],
      x: 10,
      hasUnsaved: false,
    })
    store.setLayout(a, {x: 11}, {immediate: true})
    await settle()
    expect(heard.at(-1)).toBe(`burst ${store.version} urgent`)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])('a layout with %s is refused', async (x) => {
    const {store} = await startWithNote()
    expect(() => store.setLayout(a, {x: x as number}, undefined)).toThrow(
      expect.objectContaining({code: 'value.notJson'}),
    )
    expect(store.getInfo(a)?.layout.x).toBe(0)
  })

  test('switching a component on is stored at once and announced once', async () => {
    const {store, heard, save, load} = await startWithNote()
    store.setActive(a, true)
    store.setActive(a, true)
    await settle()
    expect(heard).toEqual(['component a', 'structure', 'active a', `burst ${store.version} urgent`])
    save()
    load()
    expect(store.getInfo(a)?.isActive).toBe(true)
  })

  test('components are listed in the order in which they lie, in the same array until one changes', async () => {
    const {store} = await startWithNote()
    store.add(note, {...added('c'), layout: {z: -1}})
    store.add(note, added('b'))
    const before = store.getInfos()
    expect(before.map(({id}) => id)).toEqual(['c', 'a', 'b'])
    store.set(a, {text: 'x'})
    expect(store.getInfos()).toBe(before)
    store.setLayout(b, {z: -2}, undefined)
    expect(store.getInfos().map(({id}) => id)).toEqual(['b', 'c', 'a'])
  })
})

describe('the head', () => {
  test('a change of it alone is saved with no component', () => {
    const {store, capture} = startLoadedStore()
    store.setHead({title: 'Renamed'})
    const captured = capture()
    expect(captured).toMatchObject({isUnchanged: false, bytes: 0, head: {title: 'Renamed', entryId: 'e1', order: 'a0'}})
    expect(keysOf(captured)).toEqual({puts: [], deletes: []})
    store.acknowledge(captured)
    expect(store.hasUnsaved()).toBe(false)
  })
})

async function startWithNote() {
  const started = startLoadedStore()
  started.store.add(note, added('a'))
  started.save()
  await settle()
  started.heard.length = 0
  return started
}
