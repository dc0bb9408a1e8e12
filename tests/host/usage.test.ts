import {describe, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {note} from '../support/definitions.ts'
import {finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const usage = expect.objectContaining({code: 'usage'})

describe('an id that cannot name anything', () => {
  const unusable = ['', '\0', 'line\nbreak', '\u007f', '\ud800', 'x'.repeat(201)]

  test('of a workspace is refused wherever a workspace is asked for', async () => {
    const {keepspace} = await startKeepspace()
    for (const id of unusable) {
      expect(() => keepspace.open(id, {create: {title: 'T'}}), JSON.stringify(id)).toThrow(usage)
      expect(() => keepspace.activate(id)).toThrow(usage)
      expect(() => keepspace.workspace(id)).toThrow(usage)
      expect(() => keepspace.whenReady(id)).toThrow(usage)
      expect(() => keepspace.open('w', {create: {title: 'T', entryId: id}})).toThrow(usage)
    }
    expect(keepspace.getSnapshot().hot).toEqual([])
  })

  test('of an entry, a workspace or a component is refused before anything is written', async () => {
    const {keepspace, workspace, time, log} = await startWithNote()
    await time.advanceAsync(500)
    const entryId = await finish(time, keepspace.catalogue.createEntry({title: 'Other'}))
    log.commits.length = 0
    for (const id of unusable) {
      await expect(keepspace.catalogue.createEntry({title: 'T', id})).rejects.toEqual(usage)
      await expect(keepspace.catalogue.createWorkspace({entryId, title: 'T', id})).rejects.toEqual(usage)
      expect(() => workspace.add(note, {id})).toThrow(usage)
      expect(() => workspace.component(note, id)).toThrow(usage)
      const source = {subscribe: () => () => undefined, capture: () => ({}), hydrate: () => undefined}
      expect(() => workspace.attach(id, source, {type: 'x'})).toThrow(usage)
    }
    await time.advanceAsync(500)
    expect(log.commits).toEqual([])
  })

  test('may be anything else: spaces, slashes, dots, every script', async () => {
    const {keepspace, time} = await startKeepspace()
    for (const id of ['a/b', '..', ' ', 'Ünïcode 文字 🗂️', 'x'.repeat(200)]) {
      keepspace.open(id, {create: {title: 'T'}})
      await finish(time, keepspace.whenReady(id))
    }
    expect(keepspace.getSnapshot().hot.length).toBeGreaterThan(0)
  })
})

describe('options that cannot work are refused with a sentence', () => {
  test('without storage, or without components', () => {
    const create = createKeepspace as (options: object) => unknown
    expect(() => create({namespace: 'n', components: []})).toThrow(KeepspaceError)
    expect(() => create({namespace: 'n', components: []})).toThrow(/storage is missing/)
    expect(() => create({namespace: 'n', components: [], storage: {}})).toThrow(/storage is missing/)
    expect(() => create({namespace: 'n', storage: {open: () => undefined}})).toThrow(/components is missing/)
  })
})

describe('a mistake made before the load', () => {
  test('is refused at once in development', async () => {
    const {keepspace} = await startKeepspace({isDevelopment: true})
    const workspace = keepspace.open('w', {create: {title: 'T'}})
    const wrong = {text: 5} as unknown as {text: string}
    const unstorable = {text: () => 'x'} as unknown as {text: string}
    expect(() => workspace.add(note, {id: 'n1', state: wrong})).toThrow(
      expect.objectContaining({code: 'value.invalid'}),
    )
    expect(() => workspace.add(note, {id: 'n1', state: unstorable})).toThrow(
      expect.objectContaining({code: 'value.notJson'}),
    )
    expect(() => workspace.component(note, 'n1').set(unstorable)).toThrow(
      expect.objectContaining({code: 'value.notJson'}),
    )
  })
})

describe('a workspace that could not be loaded', () => {
  test('does not count as in memory, unless edits wait for its load', async () => {
    const {keepspace, faults, time} = await startWithNote({}, ['a', 'b'])
    await time.advanceAsync(500)
    faults.fail('read', new KeepspaceError('storage.unavailable'))
    keepspace.open('b')
    await time.settle()
    expect(keepspace.getStatus('b').phase).toBe('loadFailed')
    expect(keepspace.getSnapshot().hot).toEqual(['a'])
    keepspace.workspace('b').add(note, {id: 'early'})
    expect(keepspace.getSnapshot().hot).toEqual(['a', 'b'])
    keepspace.workspace('b').retryLoad()
    await time.settle()
    expect(keepspace.getSnapshot().hot).toEqual(['a', 'b'])
  })
})
