import type {StandardSchemaV1} from '@standard-schema/spec'
import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'

const options = {type: 'note', version: 1, schema: v.looseObject({text: v.string()}), initial: {text: ''}} as const
const keep = (state: object) => ({...state})

describe(defineComponent.name, () => {
  test('fills in what was not said', () => {
    const note = defineComponent(options)
    expect(note).toMatchObject({type: 'note', version: 1, editableFrom: 1, throttleMs: 0})
    expect([note.migrations.size, note.immediateKeys.size, note.transientKeys.size, 'run' in note]).toEqual([
      0,
      0,
      0,
      false,
    ])
    expect([note.createInitial(), note.isRunning({text: ''})]).toEqual([{text: ''}, false])
  })

  test('makes each initial state anew where a function is given', () => {
    let count = 0
    const note = defineComponent({...options, initial: () => ({text: `${count++}`})})
    expect([note.createInitial(), note.createInitial()]).toEqual([{text: '1'}, {text: '2'}])
  })

  test('names where a state is refused, without its content, and never changes it', () => {
    const note = defineComponent({
      ...options,
      schema: v.object({text: v.string(), items: v.optional(v.array(v.number()))}),
    })
    const state = {text: 'x', items: [1, 'secret'], extra: 1}
    const before = structuredClone(state)
    expect([note.refusal(state), note.refusal({text: 'x', extra: 1}), note.refusal('secret')]).toEqual([
      'note.items.1',
      undefined,
      'note',
    ])
    expect(state).toEqual(before)
  })

  test.each([
    ['no type', {type: ''}, 'a component type needs a name'],
    ['version 0', {version: 0}, 'note: version must be a whole number from 1, got 0'],
    ['half a version', {version: 1.5}, 'note: version must be a whole number from 1, got 1.5'],
    ['an editableFrom beyond its version', {editableFrom: 2}, 'note: editableFrom must be between 1 and 1'],
    ['editableFrom 0', {editableFrom: 0}, 'note: editableFrom must be between 1 and 1'],
    ['a gap in its migrations', {version: 4, migrations: {1: keep, 3: keep}}, 'note: no migration from version 2'],
    ['no last migration', {version: 3, migrations: {1: keep}}, 'note: no migration from version 2'],
    [
      'an initial state that is no JSON',
      {initial: {text: '', when: new Date(0)}},
      'note: initial state is refused, .when: Date',
    ],
    ['an initial state its schema refuses', {initial: {text: 7}}, 'note: initial state is refused, note.text'],
    ['an asynchronous schema', {schema: asynchronous()}, 'note: the schema is asynchronous'],
  ])('refuses %s', (_, wrong, detail) => {
    expect(() => defineComponent({...options, ...wrong} as never)).toThrow(
      expect.objectContaining({code: 'definition.invalid', detail}),
    )
  })

  test('takes migrations that begin later than version 1', () => {
    expect(defineComponent({...options, version: 3, migrations: {2: keep}}).migrations.size).toBe(1)
  })
})

function asynchronous(): StandardSchemaV1 {
  return {'~standard': {version: 1, vendor: 'test', validate: async (value) => ({value})}}
}
