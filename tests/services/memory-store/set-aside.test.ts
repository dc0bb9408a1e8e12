import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../../src/model/component-definition.ts'
import {note} from '../../support/definitions.ts'
import {added, component, keysOf, startLoadedStore} from '../../support/start-store.ts'

const a = component('a')
const b = component('b')

const cycle: Record<string, unknown> = {}
cycle.self = cycle

const lax = defineComponent({type: 'lax', version: 1, schema: v.looseObject({}), initial: {}})

describe('a component that cannot be saved', () => {
  test.each([
    ['a function', () => undefined, 'value.notJson', 'lax a.value: function'],
    ['a Map', new Map(), 'value.notJson', 'lax a.value: Map'],
    ['a date', new Date(0), 'value.notJson', 'lax a.value: Date'],
    ['a cycle', cycle, 'value.notJson', expect.stringContaining('deeper than 64 levels, or a cycle')],
    ['NaN', Number.NaN, 'value.notJson', 'lax a.value: NaN'],
    ['too much', 'x'.repeat(1_000), 'value.tooLarge', 'lax a: 1012 of at most 1000 bytes'],
  ])('because of %s is set aside by name, and its siblings are saved', (_, value, code, detail) => {
    const {store, save, heard} = startWith(lax)
    store.set(a, {value} as never)
    store.set(b, {text: 'saved'})
    heard.length = 0
    const captured = save()
    expect(keysOf(captured)).toEqual({puts: ['c/w1/b/state'], deletes: []})
    expect(captured.setAside.size).toBe(1)
    expect(store.getProblems()).toEqual([
      {
        componentId: 'a',
        type: 'lax',
        kind: 'setAside',
        error: expect.objectContaining({code, detail}),
      },
    ])
    expect(heard).toEqual(['component a', 'structure'])
  })

  test('because its schema refuses it is set aside by name', () => {
    const {store, save} = startWith(note)
    store.set(a, {text: 7})
    expect(save().setAside.size).toBe(1)
    expect(store.getProblems()).toMatchObject([{kind: 'setAside', error: {code: 'value.invalid', detail: 'note.text'}}])
  })

  test('stays unsaved, keeps its last stored value, and is told about once', () => {
    const {store, save, load, heard} = startWith(lax)
    store.set(a, {value: 'good'})
    save()
    store.set(a, {value: new Map()} as never)
    save()
    heard.length = 0
    expect(save()).toMatchObject({isUnchanged: true})
    expect({hasUnsaved: store.hasUnsaved(), heard, state: store.getState(a)}).toEqual({
      hasUnsaved: true,
      heard: [],
      state: {value: new Map()},
    })
    load()
    expect(store.getState(a)).toEqual({value: 'good'})
  })

  test('is saved as soon as its value can be, and the problem is gone', () => {
    const {store, save} = startWith(lax)
    store.set(a, {value: new Map()} as never)
    save()
    store.set(a, {value: 'good'})
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/state'], deletes: []})
    expect({hasUnsaved: store.hasUnsaved(), problems: store.getProblems()}).toEqual({hasUnsaved: false, problems: []})
  })

  test('is still moved and deleted', () => {
    const {store, save} = startWith(lax)
    store.set(a, {value: new Map()} as never)
    store.setLayout(a, {x: 5}, undefined)
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/.layout'], deletes: []})
    store.remove(a)
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/.tombstone'], deletes: []})
  })

  test('and is deleted keeps nothing unsaved, and is named again when it comes back', () => {
    const {store, save} = startWith(lax)
    store.set(a, {value: new Map()} as never)
    store.remove(a)
    const captured = save()
    expect({setAside: captured.setAside.size, hasUnsaved: store.hasUnsaved()}).toEqual({setAside: 0, hasUnsaved: false})
    store.undelete(a)
    expect(save().setAside.size).toBe(1)
    expect({hasUnsaved: store.hasUnsaved(), problems: store.getProblems().length}).toEqual({
      hasUnsaved: true,
      problems: 1,
    })
  })
})

describe('the limit of one record', () => {
  test.each([
    ['x', 999, true],
    ['x', 1_000, true],
    ['x', 1_001, false],
    ['é', 1_000, true],
    ['é', 1_002, false],
  ])('counts bytes: %s repeated to %d bytes', (character, bytes, isSaved) => {
    const {store, save} = startWith(lax)
    const unit = new TextEncoder().encode(character).length
    const around = '{"value":""}'.length
    const rest = (bytes - around) % unit
    const value = character.repeat((bytes - around - rest) / unit) + 'x'.repeat(rest)
    store.set(a, {value})
    expect(save().setAside.size).toBe(isSaved ? 0 : 1)
  })
})

function startWith(definition: unknown) {
  const known = definition as typeof note
  const started = startLoadedStore({definitions: [known, note] as never, maxRecordBytes: 1_000})
  started.store.add(known as never, added('a'))
  started.store.add(note as never, added('b'))
  started.save()
  return started
}
