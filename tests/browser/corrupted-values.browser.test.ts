import {afterEach, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {deleteDatabase} from '../services/storage/browser-database.ts'
import {note} from '../support/definitions.ts'

const names: string[] = []

afterEach(async () => {
  await Promise.all(names.splice(0).map(deleteDatabase))
})

const cyclic: {itself?: unknown} = {}
cyclic.itself = cyclic
const ownPrototype = JSON.parse('{"revision": 1, "__proto__": {"isPolluted": true}}')

/** What IndexedDB keeps without a word, and no app of ours has written. */
const values: Readonly<Record<string, unknown>> = {
  'not a number': Number.NaN,
  'cut text': '{"revision":1,"text":"cut he',
  'half of a character': '\ud83d',
  'a cycle': cyclic,
  'an own __proto__': ownPrototype,
  'the number of parts of nothing': {partCount: 3},
  'a great many parts': {partCount: 1e9},
  'deep nesting': deep(500),
  'a map': new Map([['revision', 1]]),
  'a date': new Date(0),
  bytes: new Uint8Array([1, 2, 3]),
  'a large number': 2n ** 70n,
  null: null,
  'a false revision': {revision: '1', commitId: 7},
  'a revision without end': {revision: Number.POSITIVE_INFINITY, formatVersion: 1},
}
const places = ['c/home/n/state', 'head/home', 'entry/main', 'leave/home/other', 'setting/theme'] as const

test.each(Object.entries(values))(
  '%s in place of a record breaks nothing else and stays what it is',
  async (_, value) => {
    for (const place of places) {
      const {name, key} = await storeWorkspaces()
      await put(name, key(place), value)
      const keepspace = start(name)
      const isReady = await keepspace.whenReady('home').then(
        () => true,
        () => false,
      )
      await keepspace.whenReady('other')
      keepspace.workspace('other').component(note, 'n').set({text: 'edited'})
      expect([place, await keepspace.persist('other', 'explicit')]).toMatchObject([place, {status: 'saved'}])
      expect([place, isReady]).toEqual([place, place !== 'head/home'])
      const {isPolluted} = {} as {isPolluted?: boolean}
      expect(isPolluted).toBeUndefined()
      await keepspace.dispose()
      const found = [await get(name, key(place)), ...(await quarantined(name, key('quarantine/')))]
      expect(found).toContainEqual(value)
    }
  },
)

test('values of other apps in the same store, under keys of every kind, are neither read nor touched', async () => {
  const {name, key} = await storeWorkspaces()
  const foreign: readonly (readonly [IDBValidKey, unknown])[] = [
    [5, 'a number'],
    [new Date(5), 'a date'],
    [[1, 'home'], 'a list'],
    [new Uint8Array([1]), 'bytes'],
    ['', 'an empty text'],
    ['user', {name: 'Ada'}],
    [key('nobody/knows'), Number.NaN],
    ['scope/other%2Flocal/head/home', {revision: 99}],
  ]
  for (const [foreignKey, value] of foreign) {
    await put(name, foreignKey, value)
  }
  const keepspace = start(name)
  await keepspace.whenReady('home')
  keepspace.workspace('home').component(note, 'n').set({text: 'edited'})
  expect(await keepspace.persist('home', 'explicit')).toMatchObject({status: 'saved'})
  expect(await keepspace.quarantine.list()).toEqual([])
  await keepspace.dispose()
  for (const [foreignKey, value] of foreign) {
    expect(await get(name, foreignKey)).toEqual(value)
  }
})

function start(name: string) {
  const keepspace = createKeepspace({
    namespace: 'values',
    components: [note],
    storage: localforageStorage({name, heal: false}),
  })
  for (const id of ['home', 'other']) {
    keepspace.open(id, {create: {title: id}})
  }
  return keepspace
}

/** Two workspaces with a note each, stored by the app itself. */
async function storeWorkspaces() {
  const name = `values-${crypto.randomUUID()}`
  names.push(name)
  const keepspace = start(name)
  for (const id of ['home', 'other']) {
    await keepspace.whenReady(id)
    keepspace.workspace(id).add(note, {id: 'n', state: {text: id}})
    await keepspace.persist(id, 'explicit')
  }
  await keepspace.dispose()
  return {name, key: (place: string) => `scope/values%2Flocal/${place}`}
}

function deep(levels: number): unknown {
  let value: unknown = 'bottom'
  for (let level = 0; level < levels; level += 1) {
    value = {value}
  }
  return value
}

async function transact<Result>(name: string, work: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  const opening = indexedDB.open(name)
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction('records', 'readwrite')
      const request = work(transaction.objectStore('records'))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

const put = (name: string, key: IDBValidKey, value: unknown) => transact(name, (store) => store.put(value, key))
const get = (name: string, key: IDBValidKey) => transact<unknown>(name, (store) => store.get(key))

/** What was copied into the quarantine, as it was found. */
async function quarantined(name: string, prefix: string): Promise<readonly unknown[]> {
  const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
  const copies = await transact(name, (store) => store.getAll(range))
  return copies.map((copy: {value?: unknown}) => copy.value)
}
