import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../../src/model/component-definition.ts'
import {LAYOUT_RECORD, recordKey} from '../../../src/model/keys.ts'
import {note} from '../../support/definitions.ts'
import {component, keysOf, startLoadedStore, storedState, workspaceId} from '../../support/start-store.ts'

const a = component('a')
const b = component('b')

const tooLong = (text: string) => text.length <= 10

/** The third form of a card; the second gave it a colour, the third renamed its text. */
const card = defineComponent({
  type: 'card',
  version: 3,
  editableFrom: 2,
  schema: v.looseObject({
    body: v.pipe(v.string(), v.check(tooLong)),
    color: v.string(),
    isOpen: v.optional(v.boolean()),
  }),
  initial: {body: '', color: 'grey', isOpen: true},
  transientKeys: ['isOpen'],
  migrations: {
    1: (state) => ({...state, color: 'grey'}),
    2: ({text, ...state}) => ({...state, body: text}),
  },
})

describe('a stored component of an older version', () => {
  test('is migrated step by step, and is no edit', () => {
    const {store} = startWith([storedState('a', {text: 'old', extra: 1}, {type: 'card', schemaVersion: 1})])
    expect(store.getState(a)).toEqual({body: 'old', color: 'grey', extra: 1, isOpen: true})
    expect(store.hasUnsaved()).toBe(false)
  })

  test('is written in the new form with its next edit, and not before', () => {
    const {store, save, stored} = startWith([
      storedState('a', {text: 'old', color: 'red', extra: 1}, {type: 'card', schemaVersion: 2}),
    ])
    store.setLayout(a, {x: 1}, undefined)
    save()
    expect(stored.get('c/w1/a/state')).toMatchObject({schemaVersion: 2, json: '{"text":"old","color":"red","extra":1}'})
    store.set(a, {color: 'blue'})
    save()
    expect(stored.get('c/w1/a/state')).toMatchObject({
      schemaVersion: 3,
      editableFrom: 2,
      json: '{"color":"blue","extra":1,"body":"old"}',
    })
  })

  test.each([
    ['no migration leads on from it', {}, 0, 'definition.invalid', 'card: no migration from version 0'],
    [
      'its migration throws',
      {
        get text() {
          return 'x'
        },
      },
      1,
      'value.invalid',
      'failing: migration from version 1 failed',
    ],
  ])('is a placeholder when %s', (_, state, schemaVersion, code, detail) => {
    const failing = defineComponent({
      type: 'failing',
      version: 2,
      schema: v.looseObject({}),
      initial: {},
      migrations: {
        1: () => {
          throw new Error('a bug of the app')
        },
      },
    })
    const type = code === 'definition.invalid' ? 'card' : 'failing'
    const {store} = startLoadedStore({
      definitions: [card, failing] as never,
      stored: new Map<string, unknown>([storedState('a', state, {type, schemaVersion})]),
    })
    expect(store.getInfo(a)).toMatchObject({
      status: 'placeholder',
      problem: {kind: 'placeholder', error: {code, detail}},
    })
  })
})

describe('a stored component of a newer version', () => {
  test('that lets this version edit it is edited, and keeps its version and what this one does not know', () => {
    const {store, save, stored} = startWith([
      storedState('a', {body: 'new', color: 'red', shape: 'round'}, {type: 'card', schemaVersion: 5, editableFrom: 3}),
    ])
    expect(store.getInfo(a)).toMatchObject({status: 'ready', problem: undefined})
    store.set(a, {body: 'edited'})
    save()
    expect(stored.get('c/w1/a/state')).toMatchObject({
      schemaVersion: 5,
      editableFrom: 3,
      json: '{"body":"edited","color":"red","shape":"round"}',
    })
  })

  test('that does not is shown, cannot be edited, and stays byte for byte', () => {
    const newer = storedState('a', '{ "body": "new", "color": "red" }', {
      type: 'card',
      schemaVersion: 5,
      editableFrom: 4,
    })
    const {store, save, stored} = startWith([newer])
    expect(store.getState(a)).toMatchObject({body: 'new', color: 'red'})
    expect(store.getInfo(a)).toMatchObject({
      status: 'readOnly',
      problem: {kind: 'readOnly', error: {code: 'record.newer'}},
    })
    expect(() => store.set(a, {body: 'x'})).toThrow(expect.objectContaining({code: 'component.readOnly'}))
    store.setLayout(a, {x: 1}, undefined)
    store.remove(a)
    store.undelete(a)
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/.layout'], deletes: []})
    expect(stored.get(newer[0])).toEqual(newer[1])
  })
})

describe('a stored component that cannot be read', () => {
  const unreadable: readonly (readonly [
    what: string,
    stored: readonly (readonly [string, unknown])[],
    code: string,
  ])[] = [
    ['is of an unknown type', [storedState('a', '{ "odd":  1 }', {type: 'sketch'})], 'component.unknownType'],
    ['has a wrong checksum', [storedState('a', {text: 'x'}, {checksum: 1})], 'record.corrupt'],
    [
      'has a wrong checksum and an unknown type',
      [storedState('a', '"x"', {type: 'sketch', checksum: 1})],
      'record.corrupt',
    ],
    ['is cut off', [storedState('a', '{"text":"x')], 'record.corrupt'],
    ['holds a list', [storedState('a', '[1]')], 'record.corrupt'],
    ['holds null', [storedState('a', 'null')], 'record.corrupt'],
    ['is refused by its schema', [storedState('a', {text: 7})], 'value.invalid'],
    ['is no record', [[recordKey(workspaceId, a, 'state'), 'garbage']], 'record.corrupt'],
    [
      'is no record beside one',
      [storedState('a', {text: 'x'}), [recordKey(workspaceId, a, 'more'), 7]],
      'record.corrupt',
    ],
    [
      'has a layout alone',
      [
        [
          recordKey(workspaceId, a, LAYOUT_RECORD),
          {revision: 1, layout: {x: 1, y: 1, width: 1, height: 1, z: 1}, isActive: false},
        ],
      ],
      'record.corrupt',
    ],
  ]

  test.each(unreadable)('because it %s is a placeholder, and its siblings are not', (_, stored, code) => {
    const {store} = startWith([...stored, storedState('b', {text: 'fine'})])
    expect(store.getInfo(a)).toMatchObject({
      status: 'placeholder',
      problem: {componentId: 'a', kind: 'placeholder', error: {code}},
    })
    expect({a: store.getState(a), b: store.getState(b)}).toEqual({a: undefined, b: {text: 'fine'}})
  })

  test.each(unreadable)(
    'because it %s stays byte for byte through edits, deletion and return, and is in no capture',
    (_, stored) => {
      const started = startWith([...stored, storedState('b', {text: 'fine'})])
      const {store, save, load} = started
      const content = stored.filter(([key]) => !key.endsWith(LAYOUT_RECORD))
      store.set(b, {text: 'edited'})
      expect(keysOf(save())).toEqual({puts: ['c/w1/b/state'], deletes: []})
      expect(() => store.set(a, {text: 'x'})).toThrow(expect.objectContaining({code: 'component.readOnly'}))
      store.setLayout(a, {x: 70}, undefined)
      store.remove(a)
      store.undelete(a)
      expect(keysOf(save())).toEqual({puts: ['c/w1/a/.layout'], deletes: []})
      store.remove(a)
      save()
      load()
      expect(content.map(([key]) => started.stored.get(key))).toEqual(content.map(([, value]) => value))
    },
  )

  test('counts with its bytes in the head', () => {
    const {store, save} = startWith([storedState('a', '{"odd":1}', {type: 'sketch'}), storedState('b', {text: ''})])
    store.setHead({})
    expect(save().head).toMatchObject({bytes: '{"odd":1}{"text":""}'.length, componentCount: 2})
  })
})

describe('a stored layout', () => {
  test('that cannot be read is replaced by the usual place, and the content stays', () => {
    const {store} = startWith([
      storedState('a', {text: 'x'}),
      [recordKey(workspaceId, a, LAYOUT_RECORD), {layout: {x: 'left'}, isActive: 1}],
    ])
    expect(store.getInfo(a)).toMatchObject({status: 'ready', layout: {x: 0, y: 0, width: 240, height: 160, z: 0}})
  })
})

function startWith(stored: readonly (readonly [string, unknown])[]) {
  return startLoadedStore({definitions: [note, card] as never, stored: new Map(stored)})
}
