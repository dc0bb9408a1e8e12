import {describe, expect, test} from 'vitest'
import {note} from '../../support/definitions.ts'
import {added, component, keysOf, startLoadedStore, startStore, storedState} from '../../support/start-store.ts'

const a = component('a')
const b = component('b')

describe('a capture', () => {
  test('carries what changed and nothing else, with the head', () => {
    const {store, capture} = startWithNotes()
    store.set(a, {text: 'new'})
    const captured = capture()
    expect(keysOf(captured)).toEqual({puts: ['c/w1/a/state'], deletes: []})
    expect(captured.puts).toEqual([
      {
        key: 'head/w1',
        value: {
          formatVersion: 1,
          id: 'w1',
          entryId: 'e1',
          title: 'One',
          order: 'a0',
          createdAt: 500,
          updatedAt: 1_000,
          trashedAt: undefined,
          componentCount: 2,
          bytes: '{"text":"new"}{"text":""}'.length + 2 * '[0,0,240,160,0,false]'.length,
          revision: 2,
          commitId: 'commit-2',
        },
      },
      {
        key: 'c/w1/a/state',
        value: {
          type: 'note',
          schemaVersion: 1,
          editableFrom: 1,
          revision: 2,
          checksum: storedState('a', {text: 'new'})[1].checksum,
          json: '{"text":"new"}',
        },
      },
    ])
    expect(captured).toMatchObject({version: store.version, bytes: 14, isUnchanged: false})
  })

  test('is not changed by later edits', () => {
    const {store, capture} = startWithNotes()
    store.set(a, {text: 'first'})
    const captured = capture()
    const before = structuredClone(captured.puts)
    store.set(a, {text: 'second'})
    store.setHead({title: 'Other'})
    expect(captured.puts).toEqual(before)
  })

  test('of an edit undone by hand is unchanged, and settles it', () => {
    const {store, capture} = startWithNotes()
    store.set(a, {text: 'x'})
    store.set(a, {text: ''})
    store.setLayout(b, {x: 5}, undefined)
    store.setLayout(b, {x: 0}, undefined)
    expect(store.hasUnsaved()).toBe(true)
    const captured = capture()
    expect({isUnchanged: captured.isUnchanged, keys: keysOf(captured)}).toEqual({
      isUnchanged: true,
      keys: {puts: [], deletes: []},
    })
    store.acknowledge(captured)
    expect(store.hasUnsaved()).toBe(false)
  })

  test('counts in the head what is stored, whatever is added, shortened, deleted and brought back', () => {
    const {store, save, load, stored} = startWithNotes()
    const storedBytes = () =>
      [...stored].reduce((sum, [key, value]) => {
        const {json, layout} = value as {json?: string; layout?: unknown}
        return (
          sum + (json?.length ?? (layout === undefined || !key.startsWith('c/') ? 0 : '[0,0,240,160,0,false]'.length))
        )
      }, 0)
    const steps = [
      () => store.set(a, {text: 'a longer text'}),
      () => store.set(a, {text: 's'}),
      () => store.add(note, added('c')),
      () => store.remove(a),
      () => store.undelete(a),
      () => load(),
      () => store.set(b, {text: 'after a load'}),
    ]
    const heads = steps.map((step) => {
      step()
      store.setHead({})
      const {head} = save()
      return {bytes: head.bytes, expected: storedBytes(), componentCount: head.componentCount}
    })
    expect(heads.map(({bytes, expected}) => bytes - expected)).toEqual([0, 0, 0, 0, 0, 0, 0])
    expect(heads.map(({componentCount}) => componentCount)).toEqual([2, 2, 3, 2, 3, 3, 3])
  })
})

describe('an acknowledgement', () => {
  test('settles what its capture carried, and leaves newer edits unsaved', () => {
    const {store, capture, land} = startWithNotes()
    store.set(a, {text: 'first'})
    store.setHead({title: 'First'})
    const captured = capture()
    store.set(a, {text: 'second'})
    store.set(b, {text: 'new'})
    store.setHead({title: 'Second'})
    land(captured)
    store.acknowledge(captured)
    const next = capture()
    expect({keys: keysOf(next), title: next.head.title, state: next.puts[1]?.value}).toEqual({
      keys: {puts: ['c/w1/a/state', 'c/w1/b/state'], deletes: []},
      title: 'Second',
      state: expect.objectContaining({json: '{"text":"second"}'}),
    })
  })

  test('leaves a newer change of the head alone unsaved too', () => {
    const {store, capture} = startWithNotes()
    store.setHead({title: 'First'})
    const captured = capture()
    store.setHead({title: 'Second'})
    store.acknowledge(captured)
    expect(store.hasUnsaved()).toBe(true)
    expect(capture()).toMatchObject({isUnchanged: false, head: {title: 'Second'}})
  })

  test('that never came leaves everything unsaved', () => {
    const {store, capture} = startWithNotes()
    store.set(a, {text: 'first'})
    capture()
    expect(keysOf(capture())).toEqual({puts: ['c/w1/a/state'], deletes: []})
    expect(store.hasUnsaved()).toBe(true)
  })

  test('of an older capture, whose answer had been lost, keeps what was captured since unsaved', () => {
    const {store, capture, land, save, load} = startWithNotes()
    store.set(a, {text: 'first'})
    const older = capture()
    land(older)
    store.set(a, {text: 'second'})
    store.set(b, {text: 'new'})
    capture()
    store.acknowledge(older)
    expect(store.hasUnsaved()).toBe(true)
    save()
    load()
    expect([store.getState(a), store.getState(b)]).toEqual([{text: 'second'}, {text: 'new'}])
  })

  test('is compared with what is stored, not with what was tried: going back to the stored value needs no write', () => {
    const {store, capture} = startWithNotes()
    store.set(a, {text: 'first'})
    capture()
    store.set(a, {text: ''})
    expect(capture().isUnchanged).toBe(true)
  })
})

describe('a deletion whose commit is under way', () => {
  test.each([
    ['added again', 'add'],
    ['brought back', 'undelete'],
  ])('of a component that is %s meanwhile is undone by the next save', (_, way) => {
    const {store, capture, land, save, load} = startWithNotes()
    store.set(a, {text: 'old'})
    store.remove(a)
    const deletion = capture()
    if (way === 'add') {
      store.add(note, added('a'))
      store.set(a, {text: 'new'})
    } else {
      store.undelete(a)
    }
    land(deletion)
    store.acknowledge(deletion)
    expect(store.hasUnsaved()).toBe(true)
    expect(save().deletes).toEqual(['c/w1/a/.tombstone'])
    load()
    expect(store.getState(a)).toEqual({text: way === 'add' ? 'new' : 'old'})
  })

  test('that never landed is not undone in storage', () => {
    const {store, capture} = startWithNotes()
    store.remove(a)
    capture()
    store.undelete(a)
    expect(capture()).toMatchObject({isUnchanged: true, deletes: []})
  })
})

describe('loading anew', () => {
  test('replaces everything: unsaved edits, deletions and the head', () => {
    const {store, load, capture} = startWithNotes()
    store.set(a, {text: 'unsaved'})
    store.remove(b)
    store.add(note, added('c'))
    store.setHead({title: 'Unsaved'})
    load()
    expect(store.getInfos().map(({id}) => [id, store.getState(id)])).toEqual([
      ['a', {text: ''}],
      ['b', {text: ''}],
    ])
    expect({title: store.head.title, hasUnsaved: store.hasUnsaved(), isUnchanged: capture().isUnchanged}).toEqual({
      title: 'One',
      hasUnsaved: false,
      isUnchanged: true,
    })
  })

  test('ignores records of other workspaces and keys that are no records', () => {
    const {store} = startStore()
    const [, value] = storedState('a', {text: 'x'})
    const keys = ['c/w2/a/state', 'c/w1/a', 'c/w1/%E0%A4%A/state', 'c/w1/a/state/more', 'head/w1']
    store.hydrate({head: {} as never, records: keys.map((key) => ({key, value}))}, false)
    expect(store.componentCount).toBe(0)
  })
})

function startWithNotes() {
  const started = startLoadedStore()
  started.store.add(note, added('a'))
  started.store.add(note, added('b'))
  started.save()
  return started
}
