import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {
  asComponent,
  asEntry,
  asHead,
  asLayout,
  asLeave,
  asPreset,
  asSetting,
  asStamped,
  asTombstone,
} from '../../../src/services/codec/record-shapes.ts'

const layout = {x: 1, y: 2, width: 3, height: 4, z: 5}
const stamp = {revision: 3, commitId: 'c'}
const head = {
  ...stamp,
  formatVersion: 1,
  id: 'w',
  entryId: 'e',
  title: 'T',
  order: 'a0',
  createdAt: 1,
  updatedAt: 2,
  componentCount: 1,
  bytes: 9,
}
const entry = {...stamp, formatVersion: 1, id: 'e', title: 'T', order: 'a0', createdAt: 1}
const record = {type: 'note', schemaVersion: 1, editableFrom: 1, revision: 1, checksum: 7, json: '{}'}
const leave = {
  formatVersion: 1,
  workspaceId: 'w',
  tabId: 't',
  leftAt: 1,
  baseRevision: 3,
  ownCommitIds: ['c'],
  head,
  puts: [{key: 'c/w/n/state', value: {}}],
  deletes: ['c/w/m/state'],
}
const part = {type: 'note', schemaVersion: 1, editableFrom: 1, state: {}, layout}

type Reader = (value: unknown) => object | undefined
const shapes: readonly (readonly [
  reader: Reader,
  value: Readonly<Record<string, unknown>>,
  optional: readonly string[],
  unchecked: readonly string[],
])[] = [
  [asHead, {...head, trashedAt: 4}, ['trashedAt'], []],
  [asEntry, {...entry, trashedAt: 4, defaultWorkspaceId: 'w'}, ['trashedAt', 'defaultWorkspaceId'], []],
  [asComponent, record, [], []],
  [asLayout, {revision: 1, layout, isActive: false}, ['revision'], ['revision']],
  [asTombstone, {revision: 1, deletedAt: 4}, ['revision'], ['revision']],
  [
    asPreset,
    {...stamp, formatVersion: 1, id: 'p', title: 'T', createdAt: 1, components: [part]},
    ['formatVersion'],
    ['formatVersion'],
  ],
  [asSetting, {...stamp, formatVersion: 1, name: 'theme', value: null}, ['formatVersion'], ['formatVersion', 'value']],
  [asLeave, leave, [], []],
  [asStamped, stamp, [], []],
]

describe.each(shapes.map((shape) => [shape[0].name, ...shape] as const))(
  '%s',
  (_, read, value, optional, unchecked) => {
    test('takes a whole record as it is, with fields it does not know', () => {
      const known = {...value, later: {x: 1}}
      expect(read(known)).toBe(known)
    })

    test('refuses a record without any one of its fields, but for those that may be absent', () => {
      const needless = Object.keys(value).filter((field) => read({...value, [field]: undefined}) !== undefined)
      expect(needless).toEqual(optional)
    })

    test('refuses a record with any one field of another kind, but for those it does not look at', () => {
      const wrong = (field: unknown) => (typeof field === 'string' ? 7 : 'text')
      const ignored = Object.keys(value).filter((field) => read({...value, [field]: wrong(value[field])}) !== undefined)
      expect(ignored).toEqual(unchecked)
    })

    test('answers anything at all without throwing', () => {
      const anyField = fc.constantFrom(...Object.keys(value))
      fc.assert(
        fc.property(fc.oneof(fc.anything(), fc.dictionary(anyField, fc.anything())), (anything) => {
          const taken = read(anything)
          expect(taken === undefined || taken === anything).toBe(true)
        }),
      )
    })
  },
)

describe('numbers', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, '1', null])('%s is none', (x) => {
    expect(asLayout({layout: {...layout, x}, isActive: true})).toBeUndefined()
    expect(asHead({...head, revision: x})).toBeUndefined()
  })
})

test.each([
  ['its type', {...part, type: 7}],
  ['its layout', {...part, layout: {}}],
  ['its state', {...part, state: []}],
])('a preset with one component that is wrong in %s is refused', (_, wrong) => {
  expect(asPreset({...stamp, id: 'p', title: 'T', createdAt: 1, components: [part, wrong]})).toBeUndefined()
})

test('last words with edits of every kind are taken', () => {
  const edits = [
    {kind: 'set', id: 'n', patch: {text: 'x'}, options: {immediate: true}},
    {kind: 'add', id: 'n', type: 'note', state: {}, layout: {x: 1}, ifAbsent: true},
    {kind: 'remove', id: 'n'},
    {kind: 'undelete', id: 'n'},
    {kind: 'setLayout', id: 'n', layout: {x: 1}},
    {kind: 'setActive', id: 'n', isActive: true},
  ]
  const words = {...leave, puts: [], deletes: [], waiting: {edits, versions: {note: 1}}}
  expect(asLeave(words)).toBe(words)
})

test.each([
  ['a put without a key', {puts: [{value: 1}]}],
  ['a put without a value', {puts: [{key: 'k'}]}],
  ['a delete that is no key', {deletes: [7]}],
  ['a head that is none', {head: {...head, id: 7}}],
  ['edits that are none', {waiting: {edits: [{kind: 'rename', id: 'n'}], versions: {}}}],
  ['an edit of nothing', {waiting: {edits: [{kind: 'remove'}], versions: {}}}],
  ['a change that is none', {waiting: {edits: [{kind: 'set', id: 'n', patch: 'x'}], versions: {}}}],
  ['a version that is none', {waiting: {edits: [], versions: {note: 'x'}}}],
])('last words with %s are refused', (_, wrong) => {
  expect(asLeave({...leave, ...wrong})).toBeUndefined()
})
