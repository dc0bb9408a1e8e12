import {describe, expect, test} from 'vitest'
import type {AttachOptions} from '../../../src/model/handles.ts'
import {note} from '../../support/definitions.ts'
import {fakeSource} from '../../support/fake-source.ts'
import {catchHostErrors} from '../../support/host-errors.ts'
import {settle} from '../../support/scripted.ts'
import {added, component, keysOf, startLoadedStore, storedState} from '../../support/start-store.ts'

const a = component('a')
const asDoc: AttachOptions = {type: 'doc'}

describe('attaching a source', () => {
  test('of which nothing is stored is no edit; its first change saves all of it', async () => {
    const {store, heard, save} = startLoadedStore()
    const {source, hydrated, asked, edit} = fakeSource({body: 'old', title: 'T'})
    store.attach(a, source, asDoc)
    await settle()
    expect({hydrated, heard, hasUnsaved: store.hasUnsaved(), info: store.getInfo(a)?.status}).toEqual({
      hydrated: [],
      heard: ['component a', 'structure'],
      hasUnsaved: false,
      info: 'foreign',
    })
    edit('body', 'new')
    const captured = save()
    expect(asked).toEqual(['all'])
    expect(captured.puts.slice(1)).toEqual([
      {key: 'c/w1/a/body', value: expect.objectContaining({type: 'doc', schemaVersion: 1, json: '"new"'})},
      {key: 'c/w1/a/title', value: expect.objectContaining({json: '"T"'})},
    ])
  })

  test('of which something is stored hands that over once, and is never an edit, whatever the source says', async () => {
    const {store, heard} = startWithDoc()
    const {source, hydrated} = fakeSource({body: 'mine'})
    store.attach(a, source, asDoc)
    await settle()
    expect(hydrated).toEqual([{records: {body: 'stored', 'a/b': {x: 1}}, origin: 'storage'}])
    expect({hasUnsaved: store.hasUnsaved(), heard}).toEqual({hasUnsaved: false, heard: ['component a', 'structure']})
    expect(store.getInfo(a)).toMatchObject({status: 'foreign', problem: undefined})
  })

  test('marks what changed, and only that is captured, once per save', () => {
    const {store, save} = startWithDoc()
    const {source, asked, edit} = fakeSource()
    store.attach(a, source, asDoc)
    edit('body', 'one')
    edit('body', 'two')
    expect(asked).toEqual([])
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/body'], deletes: []})
    expect(asked).toEqual([['body']])
    edit('body', 'two')
    expect(save().isUnchanged).toBe(true)
  })

  test('records that do not exist any more are deleted, whether they are named or not', () => {
    const {store, save, stored} = startWithDoc()
    const {source, edit, dirty} = fakeSource()
    store.attach(a, source, asDoc)
    edit('body', undefined)
    expect(keysOf(save())).toEqual({puts: [], deletes: ['c/w1/a/body']})
    edit('body', 'back')
    save()

    edit('body', undefined)
    dirty()
    store.setHead({})
    const captured = save()
    expect(keysOf(captured)).toEqual({puts: [], deletes: ['c/w1/a/body']})
    expect(captured.head.bytes).toBe('{"x":1}'.length)
    expect([...stored.keys()]).toEqual(['c/w1/a/a%2Fb', 'head/w1'])
  })

  test.each([
    ['another type', 'c', {type: 'other'}, 'usage'],
    ['a component whose state is in memory', 'n', {type: 'note'}, 'usage'],
    ['a component that is attached already', 'a', asDoc, 'usage'],
    ['a damaged component', 'd', asDoc, 'record.corrupt'],
  ])('to %s fails and changes nothing', (_, id, options, code) => {
    const {store} = startWithDoc({}, [
      storedState('c', '"x"', {type: 'doc', record: 'body'}),
      storedState('d', '"x"', {type: 'doc', record: 'body', checksum: 1}),
    ])
    store.add(note, added('n'))
    store.attach(a, fakeSource().source, asDoc)
    const before = store.getInfos()
    const {source, hydrated, listenerCount} = fakeSource()
    expect(() => store.attach(component(id), source, options)).toThrow(expect.objectContaining({code}))
    expect({hydrated, listeners: listenerCount(), same: store.getInfos() === before}).toEqual({
      hydrated: [],
      listeners: 0,
      same: true,
    })
  })

  test('its state cannot be set through the store', () => {
    const {store} = startWithDoc()
    store.attach(a, fakeSource().source, asDoc)
    expect(() => store.set(a, {body: 'x'})).toThrow(expect.objectContaining({code: 'component.readOnly'}))
  })
})

describe('a source that fails', () => {
  test('to capture is set aside by name, and saved when it can be', () => {
    const {store, save} = startWithDoc()
    const {source, notes, edit} = fakeSource()
    store.attach(a, source, asDoc)
    store.add(note, added('n'))
    notes.failure = new Error('not now')
    edit('body', 'new')
    expect(keysOf(save()).puts).toEqual(['c/w1/n/.layout', 'c/w1/n/state'])
    expect(store.getProblems()).toMatchObject([
      {componentId: 'a', kind: 'setAside', error: {code: 'source.failed', detail: 'not now'}},
    ])
    notes.failure = undefined
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/body'], deletes: []})
    expect(store.getProblems()).toEqual([])
  })

  test.each(['.layout', '.own', '', '\ud800'])(
    'by calling a record %j, which would not come back so, is set aside, and nothing of it is written',
    (name) => {
      const {store, save} = startLoadedStore()
      const {source, edit} = fakeSource({body: 'fine'})
      store.attach(a, source, asDoc)
      edit(name, 'mine')
      expect(save().isUnchanged).toBe(true)
      expect(store.getProblems()).toMatchObject([
        {error: {code: 'source.failed', detail: expect.stringContaining('called')}},
      ])
    },
  )

  test.each([
    ['that is not JSON', {x: new Map()}, 'value.notJson'],
    ['that is too large', 'x'.repeat(1_000), 'value.tooLarge'],
  ])('by one record %s is saved with none of its records', (_, value, code) => {
    const {store, save} = startLoadedStore({maxRecordBytes: 1_000})
    const {source, edit} = fakeSource({body: 'fine'})
    store.attach(a, source, asDoc)
    edit('large', value as never)
    expect(save().isUnchanged).toBe(true)
    expect(store.getProblems()).toMatchObject([{error: {code}}])
  })
})

describe('a source of a newer format', () => {
  test('that does not let this version edit it is shown and never written', () => {
    const {store, save, stored} = startWithDoc({schemaVersion: 3, editableFrom: 2})
    const before = new Map(stored)
    const {source, hydrated, edit} = fakeSource()
    store.attach(a, source, asDoc)
    expect(hydrated).toHaveLength(1)
    expect(store.getInfo(a)).toMatchObject({
      status: 'readOnly',
      problem: {kind: 'readOnly', error: {code: 'record.newer'}},
    })
    edit('body', 'new')
    save()
    expect(stored).toEqual(before)
    expect(store.hasUnsaved()).toBe(true)
  })

  test('that lets this version edit it keeps its newer version', () => {
    const {store, save, stored} = startWithDoc({schemaVersion: 3, editableFrom: 1})
    const {source, edit} = fakeSource()
    store.attach(a, source, asDoc)
    edit('body', 'new')
    save()
    expect(stored.get('c/w1/a/body')).toMatchObject({json: '"new"', schemaVersion: 3, editableFrom: 1})
  })

  test('of an older format is written in its own', () => {
    const {store, save, stored} = startWithDoc({schemaVersion: 1, editableFrom: 1})
    const {source, edit} = fakeSource()
    store.attach(a, source, {type: 'doc', version: 3, editableFrom: 2})
    edit('body', 'new')
    save()
    expect(stored.get('c/w1/a/body')).toMatchObject({schemaVersion: 3, editableFrom: 2})
  })
})

describe('detaching a source', () => {
  test('ends the connection, and what it changed before is still saved', () => {
    const {store, save, stored} = startWithDoc()
    const {source, edit, listenerCount} = fakeSource()
    store.attach(a, source, asDoc)
    edit('body', 'last words')
    store.detach(a, source)
    edit('body', 'unheard')
    expect({listeners: listenerCount(), hasUnsaved: store.hasUnsaved()}).toEqual({listeners: 0, hasUnsaved: true})
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/body'], deletes: []})
    expect({body: stored.get('c/w1/a/body'), hasUnsaved: store.hasUnsaved()}).toEqual({
      body: expect.objectContaining({json: '"last words"'}),
      hasUnsaved: false,
    })
  })

  test('while it cannot capture is set aside by name', () => {
    const {store, save} = startWithDoc()
    const {source, notes, edit} = fakeSource()
    store.attach(a, source, asDoc)
    edit('body', 'last words')
    notes.failure = new Error('not now')
    store.detach(a, source)
    save()
    expect({problems: store.getProblems(), hasUnsaved: store.hasUnsaved()}).toEqual({
      problems: [expect.objectContaining({kind: 'setAside'})],
      hasUnsaved: true,
    })
  })

  test('and attaching another one hands over the newest content, saved or not', () => {
    const {store, save} = startWithDoc()
    const first = fakeSource()
    store.attach(a, first.source, asDoc)
    first.edit('body', 'unsaved')
    first.edit('a/b', undefined)
    store.detach(a, first.source)
    const second = fakeSource()
    store.attach(a, second.source, asDoc)
    expect(second.hydrated.map(({records}) => records)).toEqual([{body: 'unsaved'}])
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/body'], deletes: ['c/w1/a/a%2Fb']})
  })

  test.each([
    ['may only be read', {schemaVersion: 3, editableFrom: 2}],
    ['was set aside', {}],
  ])('that %s lets another one attach', (_, facts) => {
    const {store, save} = startWithDoc(facts)
    const first = fakeSource()
    store.attach(a, first.source, asDoc)
    first.notes.failure = new Error('not now')
    first.edit('body', 'new')
    save()
    store.detach(a, first.source)
    const second = fakeSource()
    store.attach(a, second.source, asDoc)
    expect(second.hydrated.map(({records}) => records)).toEqual([{body: 'stored', 'a/b': {x: 1}}])
  })

  test('of somebody else does nothing', () => {
    const {store} = startWithDoc()
    const {source, listenerCount} = fakeSource()
    store.attach(a, source, asDoc)
    store.detach(a, fakeSource().source)
    expect(listenerCount()).toBe(1)
  })
})

describe('a source and its component', () => {
  test('a deleted component takes no changes; brought back, it saves what changed meanwhile', () => {
    const {store, save} = startWithDoc()
    const {source, edit} = fakeSource()
    store.attach(a, source, asDoc)
    store.remove(a)
    save()
    edit('body', 'meanwhile')
    expect(store.hasUnsaved()).toBe(false)
    store.undelete(a)
    expect(keysOf(save())).toEqual({puts: ['c/w1/a/body'], deletes: ['c/w1/a/.tombstone']})
  })

  test('attaching to a deleted component waits for nothing and hands over nothing', () => {
    const {store} = startWithDoc()
    store.remove(a)
    const {source, hydrated, listenerCount} = fakeSource()
    store.attach(a, source, asDoc)
    expect({hydrated, listeners: listenerCount()}).toEqual({hydrated: [], listeners: 0})
  })

  test('leaving memory disconnects every source and lets it drop its content', () => {
    const {store} = startWithDoc()
    const {source, notes, dirty, listenerCount} = fakeSource()
    let detached = 0
    store.attach(a, source, {...asDoc, onDetach: () => void detached++})
    store.close()
    dirty()
    expect({releases: notes.releases, detached, listeners: listenerCount(), hasUnsaved: store.hasUnsaved()}).toEqual({
      releases: 1,
      detached: 1,
      listeners: 0,
      hasUnsaved: false,
    })
  })

  test('loading anew disconnects every source, without its unsaved changes', () => {
    const {store, load} = startWithDoc()
    const {source, edit, listenerCount} = fakeSource()
    store.attach(a, source, asDoc)
    edit('body', 'unsaved')
    load()
    expect({listeners: listenerCount(), hasUnsaved: store.hasUnsaved()}).toEqual({listeners: 0, hasUnsaved: false})
    const again = fakeSource()
    store.attach(a, again.source, asDoc)
    expect(again.hydrated[0]?.records).toEqual({body: 'stored', 'a/b': {x: 1}})
  })

  test('leaving memory ends every connection, although code of the app throws', () => {
    const {store} = startWithDoc()
    const reported = catchHostErrors()
    const throwing = (name: string) => () => {
      throw name
    }
    const first = fakeSource()
    store.attach(
      a,
      {...first.source, subscribe: () => throwing('unsubscribe'), release: throwing('release')},
      {
        ...asDoc,
        onDetach: throwing('onDetach'),
      },
    )
    const second = fakeSource()
    store.attach(component('b'), second.source, asDoc)
    store.close()
    expect({reported, releases: second.notes.releases, phase: store.phase}).toEqual({
      reported: ['unsubscribe', 'onDetach', 'release'],
      releases: 1,
      phase: 'closed',
    })
  })

  test('only one that cannot drop its content keeps its workspace in memory', () => {
    const {store} = startWithDoc()
    const {source} = fakeSource()
    store.attach(a, source, asDoc)
    expect(store.isAttached()).toBe(false)
    store.detach(a, source)
    store.attach(a, fakeSource({}, {isReleasable: false}).source, asDoc)
    expect(store.isAttached()).toBe(true)
  })
})

/** Component `a` has two stored records. */
function startWithDoc(
  facts: {readonly schemaVersion?: number; readonly editableFrom?: number} = {},
  more: readonly (readonly [string, unknown])[] = [],
) {
  const doc = {type: 'doc', ...facts}
  return startLoadedStore({
    stored: new Map<string, unknown>([
      storedState('a', '"stored"', {...doc, record: 'body'}),
      storedState('a', '{"x":1}', {...doc, record: 'a/b'}),
      ...more,
    ]),
  })
}
