import fc from 'fast-check'
import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {type AnyComponentDefinition, defineComponent} from '../../../src/model/component-definition.ts'
import type {ComponentRecord} from '../../../src/model/records.ts'
import {measure} from '../../../src/services/codec/checksum.ts'
import {
  decodeState,
  decodeText,
  encodeValue,
  withoutTransientKeys,
} from '../../../src/services/codec/component-codec.ts'

const card = defineComponent({
  type: 'card',
  version: 2,
  editableFrom: 1,
  schema: v.looseObject({body: v.string()}),
  initial: {body: '', isOpen: true},
  transientKeys: ['isOpen'],
  migrations: {1: ({text, ...state}) => ({...state, body: text})},
}) as unknown as AnyComponentDefinition

describe(measure.name, () => {
  test.each([
    ['', 0, 0],
    ['123456789', 9, 0xcbf43926 | 0],
    ['é', 2, undefined],
    ['€', 3, undefined],
    ['😀', 4, undefined],
  ])('of %j', (text, bytes, checksum) => {
    const measured = measure(text)
    expect(measured.bytes).toBe(bytes)
    if (checksum !== undefined) {
      expect(measured.checksum).toBe(checksum)
    }
  })

  test('counts UTF-8 bytes, and tells any two texts of one changed character apart', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', minLength: 1}), fc.nat(), (text, position) => {
        expect(measure(text).bytes).toBe(new TextEncoder().encode(text).length)
        const at = position % text.length
        const other = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`
        expect(measure(other).checksum).not.toBe(measure(text).checksum)
      }),
    )
  })
})

describe(encodeValue.name, () => {
  test.each(['x', 'é', '€', '😀'])(
    'a limit counts bytes of %s: one less and just as many pass, one more does not',
    (character) => {
      const value = {text: character.repeat(5)}
      const {bytes} = measure(JSON.stringify(value))
      expect(bytes).toBe('{"text":""}'.length + 5 * new TextEncoder().encode(character).length)
      expect(encodeValue(value, 'card a', bytes + 1).bytes).toBe(bytes)
      expect(encodeValue(value, 'card a', bytes)).toEqual({
        text: JSON.stringify(value),
        ...measure(JSON.stringify(value)),
      })
      expect(() => encodeValue(value, 'card a', bytes - 1)).toThrow(
        expect.objectContaining({code: 'value.tooLarge', detail: `card a: ${bytes} of at most ${bytes - 1} bytes`}),
      )
    },
  )

  test('names the place of what is not JSON, and never its content', () => {
    expect(() => encodeValue({items: ['secret', {due: new Date(0)}]}, 'card a', 100)).toThrow(
      expect.objectContaining({code: 'value.notJson', detail: 'card a.items[1].due: Date'}),
    )
  })

  test('a lone surrogate, which UTF-8 cannot hold, comes back as it was', () => {
    const {text, checksum} = encodeValue({text: '\ud800'}, 'card a', 100)
    expect(decodeText(recordOf(text, {checksum}))).toEqual({text: '\ud800'})
  })
})

describe(decodeState.name, () => {
  test.each<[what: string, record: ComponentRecord, code: string]>([
    ['a wrong checksum', recordOf('{"body":"x"}', {checksum: 1}), 'record.corrupt'],
    ['text that is no JSON', recordOf('{"body":'), 'record.corrupt'],
    ['an empty text', recordOf(''), 'record.corrupt'],
    ['a list', recordOf('[]'), 'record.corrupt'],
    ['a text', recordOf('"x"'), 'record.corrupt'],
    ['null', recordOf('null'), 'record.corrupt'],
    ['a state its schema refuses', recordOf('{"body":7}'), 'value.invalid'],
    ['a migrated state its schema refuses', recordOf('{"text":7}', {schemaVersion: 1}), 'value.invalid'],
    ['a version from before the first migration', recordOf('{"body":"x"}', {schemaVersion: 0}), 'definition.invalid'],
    [
      'a newer state that the schema of this version refuses',
      recordOf('{"body":7}', {schemaVersion: 9}),
      'record.newer',
    ],
  ])('refuses %s', (_, record, code) => {
    expect(() => decodeState(card, record)).toThrow(expect.objectContaining({code}))
  })

  test.each([
    ['of this version', recordOf('{"body":"x","odd":1}'), true, 2, 1],
    ['of an older version', recordOf('{"text":"x","odd":1}', {schemaVersion: 1}), true, 2, 1],
    [
      'of a newer version that lets this one edit',
      recordOf('{"body":"x","odd":1}', {schemaVersion: 7, editableFrom: 2}),
      true,
      7,
      2,
    ],
    [
      'of a newer version that does not',
      recordOf('{"body":"x","odd":1}', {schemaVersion: 7, editableFrom: 3}),
      false,
      7,
      3,
    ],
  ])(
    'a state %s keeps keys it does not know, and gets transient ones',
    (_, record, isEditable, schemaVersion, editableFrom) => {
      expect(decodeState(card, record)).toEqual({
        state: {body: 'x', odd: 1, isOpen: true},
        isEditable,
        schemaVersion,
        editableFrom,
      })
    },
  )
})

describe(withoutTransientKeys.name, () => {
  test('leaves out what is not stored, and is the same object where everything is', () => {
    const state = {body: 'x', isOpen: false}
    expect(withoutTransientKeys(card, state)).toEqual({body: 'x'})
    expect(withoutTransientKeys(undefined, state)).toBe(state)
  })
})

function recordOf(json: string, facts: Partial<ComponentRecord> = {}): ComponentRecord {
  return {
    type: 'card',
    schemaVersion: 2,
    editableFrom: 1,
    revision: 1,
    checksum: measure(json).checksum,
    json,
    ...facts,
  }
}
