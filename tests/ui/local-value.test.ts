import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {SetOptions} from '../../src/model/handles.ts'
import {LocalValue} from '../../src/ui/local-value.ts'
import type {ComponentAccess} from '../../src/ui/use-component-access.ts'

type Note = {readonly text: string; readonly color: string; readonly tags: readonly string[]}

const first: Note = {text: '', color: 'yellow', tags: []}
const stored: Note = {text: 'three pages', color: 'blue', tags: ['a']}

describe(LocalValue.name, () => {
  test('the first value is never published, however often it is seen, loaded or not', () => {
    const {local, store} = startLocal()
    local.update(first, {})
    local.update({...first}, {})
    store.arrive(stored)
    local.update({...first, tags: []}, {})
    expect(store.published).toEqual([])
  })

  test('the stored state is handed over once when it is there from the start', () => {
    const {local} = startLocal(stored)
    expect(local.getView()).toEqual({restored: stored, isRestored: true})
    local.update(first, {})
    expect([local.takeRestored(), local.takeRestored()]).toEqual([stored, undefined])
  })

  test('a stored state that arrives late is handed over once, and taking it over is no edit', () => {
    const {local, store} = startLocal()
    local.update(first, {})
    expect(local.getView()).toEqual({restored: undefined, isRestored: false})
    expect(local.takeRestored()).toBe(undefined)
    store.arrive(stored)
    local.update(first, {})
    expect([local.takeRestored(), local.takeRestored()]).toEqual([stored, undefined])
    local.update(stored, {})
    expect(store.published).toEqual([])
  })

  test('each change after the load is published at once, with nothing but what changed', () => {
    const {local, store} = startLocal(stored)
    local.update(first, {})
    local.update(stored, {})
    local.update({...stored, text: 'a'}, {})
    local.update({...stored, text: 'ab', color: 'red'}, {})
    expect(store.published).toEqual([[{text: 'a'}], [{text: 'ab', color: 'red'}]])
    expect(local.takeRestored()).toEqual({...stored, text: 'ab', color: 'red'})
  })

  test('a key in a new object with the same content is no change', () => {
    const {local, store} = startLocal(stored)
    local.update({...stored, tags: ['a']}, {})
    local.update({...stored, tags: ['a']}, {})
    expect(store.published).toEqual([])
  })

  test('own changes do not come back as restored', () => {
    const {local} = startLocal(stored)
    local.update(stored, {})
    const view = local.getView()
    local.takeRestored()
    local.update({...stored, text: 'mine'}, {})
    expect(local.getView()).toBe(view)
    expect(local.takeRestored()).toBe(undefined)
  })

  test('an edit made while loading wins key by key over what is loaded, and the rest is restored', () => {
    const {local, store} = startLocal()
    local.update({...first, text: 'typed'}, {})
    expect(store.published).toEqual([])
    store.arrive(stored)
    const merged = {...stored, text: 'typed'}
    expect(local.getView()).toEqual({restored: merged, isRestored: true})
    local.update({...first, text: 'typed'}, {})
    expect(store.published).toEqual([[{text: 'typed'}]])
    expect(local.takeRestored()).toEqual(merged)
    expect(store.state()).toEqual(merged)
  })

  test('an edit taken back while loading leaves what is stored alone', () => {
    const {local, store} = startLocal()
    local.update({...first, text: 'x'}, {})
    local.update(first, {})
    store.arrive(stored)
    local.update(first, {})
    expect(store.published).toEqual([])
    expect(local.takeRestored()).toEqual(stored)
  })

  test('an edit made while loading is published by itself when nobody renders any more', async () => {
    const {local, store} = startLocal()
    local.update({...first, text: 'typed'}, {})
    store.arrive(stored)
    await Promise.resolve()
    expect(store.published).toEqual([[{text: 'typed'}]])
    expect(store.listenerCount()).toBe(0)
  })

  test('an edit of a component that is not there yet waits until it is added', async () => {
    const {local, store} = startLocal()
    local.update({...first, text: 'typed'}, {})
    store.refuseWith(new KeepspaceError('component.missing'))
    store.arrive(stored)
    await Promise.resolve()
    store.refuseWith(undefined)
    store.notify()
    await Promise.resolve()
    expect(store.state()).toEqual({...stored, text: 'typed'})
  })

  test('an edit of what may only be read waits', () => {
    const {local, store} = startLocal(stored)
    store.refuseWith(new KeepspaceError('component.readOnly'))
    local.update({...first, text: 'typed'}, {})
    local.update({...first, text: 'typed more'}, {})
    store.refuseWith(undefined)
    local.update({...first, text: 'typed more'}, {})
    expect(store.state()).toEqual({...stored, text: 'typed more'})
  })

  test('a refused value is thrown once and not published again by itself', () => {
    const {local, store} = startLocal(stored)
    const refusal = new KeepspaceError('value.invalid', 'note.text')
    store.refuseWith(refusal)
    expect(() => local.update({...first, text: 'bad'}, {})).toThrow(refusal)
    store.refuseWith(undefined)
    local.update({...first, text: 'bad'}, {})
    expect(store.published).toEqual([])
    local.update({...first, text: 'good'}, {})
    expect(store.published).toEqual([[{text: 'good'}]])
  })

  test('a change from elsewhere is handed over, without what was edited here in the same moment', () => {
    const {local, store} = startLocal(stored)
    local.update(stored, {})
    local.takeRestored()
    store.arrive({...stored, text: 'theirs', color: 'green'})
    local.update({...stored, text: 'mine'}, {})
    expect(store.published).toEqual([[{text: 'mine'}]])
    expect(local.takeRestored()).toEqual({...stored, text: 'mine', color: 'green'})
  })

  test('a state that was handed over and renders late does not overwrite a newer one', () => {
    const {local, store} = startLocal(stored)
    local.update(first, {})
    local.takeRestored()
    const newer = {...stored, text: 'newer'}
    store.arrive(newer)
    local.update(stored, {})
    expect(store.published).toEqual([])
    expect(local.takeRestored()).toEqual(newer)
    local.update(newer, {})
    expect(store.published).toEqual([])
    local.update(stored, {})
    expect(store.published).toEqual([[{text: 'three pages'}]])
  })

  test('after an eviction and a reload of the same content nothing is handed over', () => {
    const {local, store} = startLocal(stored)
    local.update(stored, {})
    local.takeRestored()
    store.arrive(undefined)
    local.update(stored, {})
    store.arrive({...stored})
    local.update(stored, {})
    expect(local.takeRestored()).toBe(undefined)
    expect(local.getView()).toEqual({restored: stored, isRestored: true})
  })

  test('an edit made while the workspace is out of memory is published after it is back', () => {
    const {local, store} = startLocal(stored)
    local.update(stored, {})
    store.arrive(undefined)
    local.update({...stored, text: 'later'}, {})
    expect(store.published).toEqual([])
    store.arrive({...stored})
    local.update({...stored, text: 'later'}, {})
    expect(store.published).toEqual([[{text: 'later'}]])
  })

  test('an immediate key makes its change immediate, the others do not', () => {
    const {local, store} = startLocal(stored)
    local.update(stored, {immediateKeys: ['color']})
    local.update({...stored, text: 'a'}, {immediateKeys: ['color']})
    local.update({...stored, text: 'ab', color: 'red'}, {immediateKeys: ['color']})
    expect(store.published).toEqual([[{text: 'a'}], [{text: 'ab', color: 'red'}, {immediate: true}]])
  })

  test('a throttle is handed on with each change', () => {
    const {local, store} = startLocal(stored)
    local.update(stored, {throttleMs: 2_000})
    local.update({...stored, text: 'a'}, {throttleMs: 2_000})
    expect(store.published).toEqual([[{text: 'a'}, {throttleMs: 2_000}]])
  })

  test('a component may own some of the keys only', () => {
    const {local, store} = startLocal(stored, {color: 'yellow'})
    local.update({color: 'yellow'}, {})
    local.update({color: 'red'}, {})
    expect(store.published).toEqual([[{color: 'red'}]])
  })
})

function startLocal(at?: Note, firstValue: Partial<Note> = first) {
  const store = createStore(at)
  return {local: new LocalValue<Note>(store.access, firstValue), store}
}

/** A component whose content the test writes by hand. */
function createStore(at: Note | undefined) {
  let state = at
  let refusal: KeepspaceError | undefined
  const listeners = new Set<() => void>()
  const published: ([Partial<Note>] | [Partial<Note>, SetOptions | undefined])[] = []
  const notify = () => {
    for (const listener of [...listeners]) {
      listener()
    }
  }
  const access: ComponentAccess<Note> = {
    getState: () => state,
    getInfo: () => undefined,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set: (change, options) => {
      if (refusal) {
        throw refusal
      }
      const patch = change as Partial<Note>
      published.push(Object.keys(options ?? {}).length === 0 ? [patch] : [patch, options])
      state = {...(state as Note), ...patch}
      notify()
    },
  }
  return {
    access,
    published,
    notify,
    state: () => state,
    listenerCount: () => listeners.size,
    refuseWith: (error: KeepspaceError | undefined) => {
      refusal = error
    },
    arrive: (next: Note | undefined) => {
      state = next
      notify()
    },
  }
}
