import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../../src/model/component-definition.ts'
import {note, timer} from '../../support/definitions.ts'
import {settle} from '../../support/scripted.ts'
import {added, component, keysOf, type StartStoreOptions, startLoadedStore} from '../../support/start-store.ts'

const a = component('a')

const form = defineComponent({
  type: 'form',
  version: 1,
  schema: v.looseObject({text: v.string(), isHovered: v.boolean(), isDone: v.boolean()}),
  initial: {text: '', isHovered: false, isDone: false},
  transientKeys: ['isHovered'],
  immediateKeys: ['isDone'],
})

describe('a transient change', () => {
  test('is shown and not saved by itself; the next lasting change carries it, but for transient keys', async () => {
    const {store, heard, save, load} = await startWith(form)
    store.set(a, {isHovered: true})
    store.set(a, {text: 'dragging'}, {transient: true})
    await settle()
    expect({heard, hasUnsaved: store.hasUnsaved()}).toEqual({heard: ['component a', 'component a'], hasUnsaved: false})

    store.set(a, {isDone: true})
    save()
    load()
    expect(store.getState(a)).toEqual({text: 'dragging', isHovered: false, isDone: true})
  })

  test('of a transient key is never in what is stored', async () => {
    const {store, save, stored} = await startWith(form)
    store.set(a, {isHovered: true, text: 'x'})
    save()
    expect(stored.get('c/w1/a/state')).toMatchObject({json: '{"text":"x","isDone":false}'})
  })
})

describe('an immediate change', () => {
  test('makes its burst urgent', async () => {
    const {store, heard} = await startWith(form)
    store.set(a, {text: 'x'})
    store.set(a, {isDone: true})
    await settle()
    expect(heard).toEqual(['component a', 'component a', 'immediate a', `burst ${store.version} urgent`])
  })

  test('may be asked for with any change', async () => {
    const {store, heard} = await startWith(note)
    store.set(a, {text: 'x'}, {immediate: true})
    await settle()
    expect(heard.at(-1)).toBe(`burst ${store.version} urgent`)
  })
})

describe('a throttled change', () => {
  test('marks the workspace at most once per throttle time, and the last value always comes', async () => {
    const {store, time, heard, capture, load, land} = await startWith(timer)
    const shown: unknown[] = []
    for (let seconds = 599; seconds > 590; seconds--) {
      store.set(a, {seconds})
      shown.push(store.getState(a)?.seconds)
      await time.advanceAsync(500)
    }
    expect(shown).toEqual([599, 598, 597, 596, 595, 594, 593, 592, 591])
    expect(heard.filter((one) => one === 'throttled a')).toHaveLength(3)
    await time.advanceAsync(2_000)
    expect(heard.filter((one) => one === 'throttled a')).toHaveLength(4)
    expect(time.pending()).toEqual([])
    const captured = capture()
    land(captured)
    load()
    expect(store.getState(a)).toEqual({seconds: 591, isTicking: false})
  })

  test('that waits counts as unsaved, and goes with whatever is saved first', async () => {
    const {store, time, save} = await startWith(timer)
    store.set(a, {seconds: 9})
    save()
    store.set(a, {seconds: 8})
    expect(store.hasUnsaved()).toBe(true)
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/state'], deletes: []})
    expect({hasUnsaved: store.hasUnsaved(), timers: time.pending()}).toEqual({hasUnsaved: false, timers: []})
  })

  test('may be asked for with any change, and each counts from the last one let through', async () => {
    const {store, time, heard} = await startWith(note)
    store.set(a, {text: '1'}, {throttleMs: 500})
    store.set(a, {text: '2'}, {throttleMs: 500})
    await time.advanceAsync(499)
    expect(heard.filter((one) => one === 'throttled a')).toHaveLength(1)
    await time.advanceAsync(1)
    expect(heard.filter((one) => one === 'throttled a')).toHaveLength(2)
  })

  test('does not hold up an immediate one', async () => {
    const {store, heard} = await startWith(timer)
    store.set(a, {seconds: 9})
    store.set(a, {seconds: 8})
    store.set(a, {isTicking: true})
    await settle()
    expect(heard.at(-1)).toBe(`burst ${store.version} urgent`)
  })

  test('leaves no timer behind when the workspace leaves memory', async () => {
    const {store, time} = await startWith(timer)
    store.set(a, {seconds: 9})
    store.set(a, {seconds: 8})
    expect(time.pending()).toHaveLength(1)
    store.close()
    expect(time.pending()).toEqual([])
  })

  test('that waits does not come back over what is loaded anew', async () => {
    const {store, time, stored, load, capture} = await startWith(timer)
    store.set(a, {seconds: 9})
    store.set(a, {seconds: 8})
    const theirs = {...(stored.get('c/w1/a/state') as object)}
    load()
    await time.advanceAsync(10_000)
    expect({hasUnsaved: store.hasUnsaved(), keys: keysOf(capture())}).toEqual({
      hasUnsaved: false,
      keys: {puts: [], deletes: []},
    })
    expect(stored.get('c/w1/a/state')).toEqual(theirs)
  })
})

async function startWith(definition: unknown) {
  const known = definition as NonNullable<StartStoreOptions['definitions']>[number]
  const started = startLoadedStore({definitions: [known]})
  started.store.add(known, added('a'))
  started.save()
  await settle()
  started.heard.length = 0
  return started
}
