import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import {measure} from '../../src/services/codec/checksum.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from '../support/definitions.ts'
import {startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const task1 = defineComponent({
  type: 'task',
  version: 1,
  schema: v.looseObject({title: v.string()}),
  initial: {title: ''},
})

/** Knows priorities, and lets version 1 edit what it writes. */
const task2 = defineComponent({
  type: 'task',
  version: 2,
  editableFrom: 1,
  schema: v.looseObject({title: v.string(), priority: v.number()}),
  initial: {title: '', priority: 0},
  migrations: {1: (state) => ({...state, priority: 0})},
})

/** Renamed its key, so version 1 must not edit it. */
const strictTask2 = defineComponent({
  type: 'task',
  version: 2,
  schema: v.looseObject({title: v.string(), done: v.boolean()}),
  initial: {title: '', done: false},
  migrations: {1: (state) => ({...state, done: false})},
})

/** Everything stored of the workspace `a`, as it is. */
async function storedRecords(target: StorageTarget) {
  return (await target.open()).readPrefix('scope/test%2Flocal/c/a/')
}

async function withTask(definition: typeof task1 | typeof task2 | typeof strictTask2, state: object) {
  const target = memoryStorage({isPersistent: true})
  const {keepspace, time} = await startWithNote({target, components: [note, definition]})
  keepspace.workspace('a').add(definition as typeof task1, {id: 't', state})
  await time.advanceAsync(500)
  await Promise.all([keepspace.dispose(), time.advanceAsync(100)])
  return target
}

async function opened(target: StorageTarget, definition: typeof task1 | typeof task2 | typeof strictTask2) {
  const started = await startKeepspace({target, components: [note, definition]})
  await started.keepspace.whenReady('a')
  const workspace = started.keepspace.workspace('a')
  return {...started, workspace, component: workspace.component(definition as typeof task1, 't')}
}

describe('versions of a component type', () => {
  test('an older record is migrated on read and written back with the next edit only', async () => {
    const target = await withTask(task1, {title: 'old'})
    const {component, time, log} = await opened(target, task2)
    expect(component.getState()).toEqual({title: 'old', priority: 0})
    await time.advanceAsync(10_000)
    expect(log.commits).toEqual([])
    component.set({title: 'edited'})
    await time.advanceAsync(500)
    const record = (await storedRecords(target)).find(({key}) => key.endsWith('t/state'))
    expect(record?.value).toMatchObject({schemaVersion: 2, editableFrom: 1, json: '{"title":"edited","priority":0}'})
  })

  test('a newer record that lets this version edit keeps its version and the keys unknown here', async () => {
    const target = await withTask(task2, {title: 'new', priority: 5})
    const older = await opened(target, task1)
    expect(older.workspace.getComponents()[1]).toMatchObject({id: 't', status: 'ready', problem: undefined})
    older.component.set({title: 'edited by version 1'})
    await older.time.advanceAsync(500)

    const newer = await opened(target, task2)
    expect(newer.component.getState()).toEqual({title: 'edited by version 1', priority: 5})
  })

  test('any other newer record can be read, not edited, and stays byte for byte', async () => {
    const target = await withTask(strictTask2, {title: 'new', done: true})
    const before = await storedRecords(target)
    const older = await opened(target, task1)
    expect(older.component.getState()).toEqual({title: 'new', done: true})
    expect(older.component.getInfo()).toMatchObject({status: 'readOnly', problem: {error: {code: 'record.newer'}}})
    expect(() => older.component.set({title: 'no'})).toThrow(expect.objectContaining({code: 'component.readOnly'}))
    older.workspace.component(note, 'n1').set({text: 'a sibling is edited'})
    await older.time.advanceAsync(500)
    const after = await storedRecords(target)
    expect(after.filter(({key}) => key.includes('/t/'))).toEqual(before.filter(({key}) => key.includes('/t/')))
  })
})

describe('what cannot be read', () => {
  async function withForeign(value: unknown) {
    const target = await withTask(task1, {title: 'fine'})
    const port = await target.open()
    const key = 'scope/test%2Flocal/c/a/odd/state'
    await port.commit(
      [{commitId: 'c' as never, expect: {key: 'none', revision: 0}, puts: [{key, value}], deletes: []}],
      {durability: 'relaxed'},
    )
    return target
  }
  const record = {
    type: 'spaceship',
    schemaVersion: 9,
    editableFrom: 9,
    revision: 1,
    ...textOf('{"thrust" : 1.0e2, "__proto__": {"x": 1}}'),
  }

  test.each([
    ['an unknown type', record, 'component.unknownType'],
    ['a value without an envelope', 'just text', 'record.corrupt'],
    ['null', null, 'record.corrupt'],
    ['a wrong checksum', {...record, type: 'task', checksum: 1}, 'record.corrupt'],
    [
      'a state its schema refuses',
      {...record, type: 'task', schemaVersion: 1, ...textOf('{"title":7}')},
      'value.invalid',
    ],
  ])('%s is a placeholder, stays byte for byte, and its siblings work', async (_, value, code) => {
    const target = await withForeign(value)
    const before = await storedRecords(target)
    const {workspace, component, time, keepspace} = await opened(target, task1)
    expect(workspace.getComponents().find(({id}) => id === 'odd')).toMatchObject({
      status: 'placeholder',
      problem: {kind: 'placeholder', error: {code}},
    })
    component.set({title: 'a sibling'})
    workspace.setLayout('odd', {x: 10})
    await time.advanceAsync(500)
    await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])
    const after = await storedRecords(target)
    expect(after.find(({key}) => key.endsWith('odd/state'))).toEqual(before.find(({key}) => key.endsWith('odd/state')))
    expect(after.find(({key}) => key.endsWith('t/state'))?.value).toMatchObject({json: '{"title":"a sibling"}'})
  })
})

describe('a value that cannot be saved', () => {
  test.each([
    ['a function', () => undefined],
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['NaN', Number.NaN],
    ['a cycle', cyclic()],
    ['a bigint', 1n],
  ])('%s is refused at once in development', async (_, value) => {
    const {component} = await startWithNote({isDevelopment: true})
    expect(() => component.set({extra: value} as never)).toThrow(expect.objectContaining({code: 'value.notJson'}))
    expect(component.getState()).toEqual({text: ''})
  })

  test('is set aside by name in production, keeps its last durable value, and its siblings are saved', async () => {
    const {keepspace, workspace, component, time, again} = await startWithNote({isDevelopment: false})
    workspace.add(note, {id: 'sibling'})
    component.set({text: 'last good'})
    await time.advanceAsync(500)
    component.set({text: 'bad', extra: () => undefined} as never)
    workspace.component(note, 'sibling').set({text: 'saved'})
    await time.advanceAsync(500)
    expect(keepspace.getStatus('a')).toMatchObject({
      level: 'unsaved',
      problems: [
        {
          componentId: 'n1',
          type: 'note',
          kind: 'setAside',
          error: {code: 'value.notJson', detail: 'note n1.extra: function'},
        },
      ],
    })
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'last good'})
    expect(second.workspace('a').component(note, 'sibling').getState()).toEqual({text: 'saved'})
  })

  test('too large a value is set aside with both numbers', async () => {
    const {keepspace, component, time} = await startWithNote({maxRecordBytes: 100})
    component.set({text: 'é'.repeat(50)})
    await time.advanceAsync(500)
    expect(keepspace.getStatus('a').problems).toMatchObject([
      {error: {code: 'value.tooLarge', detail: 'note n1: 111 of at most 100 bytes'}},
    ])
  })
})

describe('a deleted component', () => {
  test('stays deleted after eviction and reload, also when something registers it again', async () => {
    const {keepspace, workspace, time, again} = await startWithNote()
    workspace.remove('n1')
    await time.advanceAsync(500)
    workspace.add(note, {id: 'n1', ifAbsent: true})
    expect(workspace.getComponents()).toEqual([])
    await Promise.all([keepspace.unload('a'), time.advanceAsync(100)])
    workspace.add(note, {id: 'n1', ifAbsent: true})
    await time.advanceAsync(500)
    expect(workspace.getComponents()).toEqual([])
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').getComponents()).toEqual([])
    expect(second.workspace('a').component(note, 'n1').getState()).toBeUndefined()
  })

  test('comes back as it was when the deletion is undone, also after a reload', async () => {
    const {workspace, component, time, again} = await startWithNote()
    component.set({text: 'precious'})
    workspace.remove('n1')
    await time.advanceAsync(500)
    const second = await again()
    await second.whenReady('a')
    second.workspace('a').undelete('n1')
    await time.advanceAsync(500)
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'precious'})
    const third = await again()
    await third.whenReady('a')
    expect(third.workspace('a').component(note, 'n1').getState()).toEqual({text: 'precious'})
  })

  test('can be made anew under the same id', async () => {
    const {workspace, time, again} = await startWithNote()
    workspace.remove('n1')
    workspace.add(note, {id: 'n1', state: {text: 'new life'}})
    await time.advanceAsync(500)
    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'new life'})
  })
})

function textOf(json: string) {
  return {json, checksum: measure(json).checksum}
}

function cyclic(): object {
  const value: {self?: object} = {}
  value.self = value
  return value
}
