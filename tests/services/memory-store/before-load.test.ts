import {describe, expect, test} from 'vitest'
import {recordKey, TOMBSTONE_RECORD} from '../../../src/model/keys.ts'
import type {WorkspaceStore} from '../../../src/services/memory-store/workspace-store.ts'
import {note} from '../../support/definitions.ts'
import {settle} from '../../support/scripted.ts'
import {added, component, keysOf, startStore, storedState, workspaceId} from '../../support/start-store.ts'

const a = component('a')
const b = component('b')

describe('edits made before the workspace is loaded', () => {
  test('are applied to what was loaded, in order: a function never sees a default', () => {
    const {store, load} = startWithStoredNote()
    const seen: unknown[] = []
    store.set(a, {tag: 'x'})
    store.set(a, (previous) => {
      seen.push(previous)
      return {text: `${previous.text}!`}
    })
    expect({seen, state: store.getState(a)}).toEqual({seen: [], state: undefined})
    load()
    expect({seen, state: store.getState(a)}).toEqual({
      seen: [{text: 'stored', tag: 'x'}],
      state: {text: 'stored!', tag: 'x'},
    })
  })

  test('count as unsaved from the moment they are made, and are saved after the load', async () => {
    const {store, heard, load, save} = startWithStoredNote()
    store.set(a, {text: 'new'})
    await settle()
    expect({hasUnsaved: store.hasUnsaved(), heard}).toEqual({hasUnsaved: true, heard: ['burst 1']})
    load()
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/state'], deletes: []})
    expect(store.hasUnsaved()).toBe(false)
  })

  test('of every kind are kept', () => {
    const {store, load} = startWithStoredNote()
    store.add(note, {...added('b'), layout: {x: 1}})
    store.setLayout(b, {y: 2}, undefined)
    store.setActive(b, true)
    store.setHead({title: 'Renamed'})
    store.remove(a)
    store.undelete(a)
    store.remove(a)
    load()
    expect(store.getInfos().map(({id, layout, isActive}) => ({id, x: layout.x, y: layout.y, isActive}))).toEqual([
      {id: 'b', x: 1, y: 2, isActive: true},
    ])
    expect(store.head.title).toBe('Renamed')
  })

  test('that add only what is absent leave alone what is stored, and do not bring back what was deleted', () => {
    const {store, load} = startWithStoredNote([
      [recordKey(workspaceId, b, TOMBSTONE_RECORD), {revision: 1, deletedAt: 5}],
      storedState('b', {text: 'deleted'}),
    ])
    store.add(note, added('a', {ifAbsent: true}))
    store.add(note, added('b', {ifAbsent: true}))
    load()
    expect({a: store.getState(a), b: store.getState(b), count: store.componentCount}).toEqual({
      a: {text: 'stored'},
      b: undefined,
      count: 1,
    })
  })

  test('that cannot be applied are named one by one, and the others are applied', () => {
    const {store, heard, load} = startWithStoredNote()
    store.set(component('gone'), {text: 'x'})
    store.add(note, added('a'))
    store.set(a, () => {
      throw new Error('an updater of the app')
    })
    store.set(a, {text: 'new'})
    load()
    expect(heard.filter((one) => one.startsWith('dropped'))).toEqual([
      'dropped component.missing',
      'dropped component.duplicate',
      'dropped usage',
    ])
    expect(store.getState(a)).toEqual({text: 'new'})
  })

  test('wait while it may only be read, and are applied by the load that succeeds', () => {
    const {store, load} = startWithStoredNote()
    store.set(a, {text: 'new'})
    load(true)
    expect({phase: store.phase, state: store.getState(a), hasUnsaved: store.hasUnsaved()}).toEqual({
      phase: 'readOnly',
      state: {text: 'stored'},
      hasUnsaved: true,
    })
    load()
    expect(store.getState(a)).toEqual({text: 'new'})
  })
})

describe('edits made while it is loaded anew', () => {
  test('are applied to what that load brings, while those before it are given up', () => {
    const {store, load} = startWithStoredNote()
    load()
    store.set(a, {text: 'given up'})
    store.beginLoad()
    store.set(a, (previous) => ({text: `${previous.text} and more`}))
    expect(store.getState(a)).toEqual({text: 'given up'})
    load()
    expect(store.getState(a)).toEqual({text: 'stored and more'})
    expect(store.hasUnsaved()).toBe(true)
  })
})

describe('a second load that does not take place', () => {
  test('leaves what was here, with the edits that waited for it', () => {
    const {store, load, save} = startWithStoredNote()
    load()
    store.set(a, {tag: 'x'})
    store.beginLoad()
    store.set(a, {text: 'waited'})
    store.cancelLoad()
    expect({phase: store.phase, state: store.getState(a)}).toEqual({phase: 'loaded', state: {text: 'waited', tag: 'x'}})
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/state'], deletes: []})
  })
})

describe('a workspace that may only be read', () => {
  test.each<[string, (store: WorkspaceStore) => void]>([
    ['set', (store) => store.set(a, {text: 'x'})],
    ['add', (store) => store.add(note, added('b'))],
    ['remove', (store) => store.remove(a)],
    ['undelete', (store) => store.undelete(a)],
    ['setLayout', (store) => store.setLayout(a, {x: 1}, undefined)],
    ['setActive', (store) => store.setActive(a, true)],
  ])('refuses %s', (_, edit) => {
    const {store, load} = startWithStoredNote()
    load(true)
    expect(() => edit(store)).toThrow(expect.objectContaining({code: 'component.readOnly'}))
    expect({hasUnsaved: store.hasUnsaved(), state: store.getState(a)}).toEqual({
      hasUnsaved: false,
      state: {text: 'stored'},
    })
  })
})

function startWithStoredNote(more: readonly (readonly [string, unknown])[] = []) {
  return startStore({stored: new Map<string, unknown>([storedState('a', {text: 'stored'}), ...more])})
}
