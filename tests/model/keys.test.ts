import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {ComponentId, EntryId, WorkspaceId} from '../../src/model/ids.ts'
import {
  componentsPrefix,
  entryKey,
  escapeKeyPart,
  headKey,
  LAYOUT_RECORD,
  parseRecordKey,
  presetKey,
  recordKey,
  STATE_RECORD,
  settingKey,
  TOMBSTONE_RECORD,
} from '../../src/model/keys.ts'

const difficult = [
  '',
  '/',
  '.',
  '..',
  './a',
  'a/b',
  '%2F',
  '%',
  'é',
  '😀',
  '\ud800',
  '\udc00x',
  '\0',
  ' ',
  '.layout',
  '.all',
]
const anyPart = fc.oneof(fc.string({unit: 'binary'}), fc.string(), fc.constantFrom(...difficult), anyUnits())

describe(escapeKeyPart.name, () => {
  test('makes one part of any text: no slash, no leading dot, never empty, and it reads back as it was', () => {
    fc.assert(
      fc.property(anyPart, (part) => {
        const escaped = escapeKeyPart(part)
        expect(escaped).toMatch(/^[^/.][^/]*$/)
        expect(decodeURIComponent(escaped)).toBe(part === '' ? '\0' : part.toWellFormed())
      }),
    )
  })

  test('keeps any two well-formed texts apart', () => {
    fc.assert(
      fc.property(anyPart, anyPart, (left, right) => {
        fc.pre(left !== '' && right !== '')
        expect(escapeKeyPart(left) === escapeKeyPart(right)).toBe(left.toWellFormed() === right.toWellFormed())
      }),
    )
  })
})

describe('keys', () => {
  test('are paths whose prefixes say what they hold', () => {
    expect([
      headKey('w/1' as WorkspaceId),
      entryKey('.e' as EntryId),
      presetKey('p'),
      settingKey('last workspace'),
      componentsPrefix('w/1' as WorkspaceId),
      recordKey('w' as WorkspaceId, 'c' as ComponentId, STATE_RECORD),
      recordKey('w' as WorkspaceId, 'c' as ComponentId, LAYOUT_RECORD),
      recordKey('w' as WorkspaceId, 'c' as ComponentId, TOMBSTONE_RECORD),
      recordKey('w' as WorkspaceId, 'c' as ComponentId, '.other'),
    ]).toEqual([
      'head/w%2F1',
      'entry/%2Ee',
      'preset/p',
      'setting/last%20workspace',
      'c/w%2F1/',
      'c/w/c/state',
      'c/w/c/.layout',
      'c/w/c/.tombstone',
      'c/w/c/%2Eother',
    ])
  })

  test('of a record name workspace, component and record again, whatever they are called', () => {
    fc.assert(
      fc.property(anyPart, anyPart, anyPart, (workspace, component, record) => {
        const key = recordKey(workspace as WorkspaceId, component as ComponentId, record)
        const readBack = (part: string) => (part === '' ? '\0' : part.toWellFormed())
        expect(parseRecordKey(key)).toEqual({
          workspaceId: readBack(workspace),
          componentId: readBack(component),
          record: readBack(record),
        })
        expect(key.startsWith(componentsPrefix(workspace as WorkspaceId))).toBe(true)
      }),
    )
  })

  test('of one workspace never begin like those of another', () => {
    fc.assert(
      fc.property(anyPart, anyPart, (left, right) => {
        fc.pre(escapeKeyPart(left) !== escapeKeyPart(right))
        const key = recordKey(left as WorkspaceId, 'c' as ComponentId, STATE_RECORD)
        expect(key.startsWith(componentsPrefix(right as WorkspaceId))).toBe(false)
      }),
    )
  })
})

describe(parseRecordKey.name, () => {
  test.each([
    '',
    'c',
    'c/w',
    'c/w/x',
    'c/w/x/',
    'c//x/state',
    'c/w//state',
    'c/w/x/state/y',
    'head/w/x/state',
    'c/%E0%A4%A/x/state',
  ])('does not take %j for a record', (key) => {
    expect(parseRecordKey(key)).toBeUndefined()
  })

  test('answers anything at all without throwing', () => {
    fc.assert(
      fc.property(fc.array(anyPart, {maxLength: 5}), (parts) => {
        expect(() => parseRecordKey(['c', ...parts].join('/'))).not.toThrow()
      }),
    )
  })
})

/** Strings of any UTF-16 code units, lone surrogates included. */
function anyUnits() {
  return fc.array(fc.integer({min: 0, max: 0xffff})).map((units) => String.fromCharCode(...units))
}
