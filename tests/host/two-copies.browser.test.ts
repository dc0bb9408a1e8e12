import {expect, test, vi} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {note} from '../support/definitions.ts'

const unique = () => crypto.randomUUID()

/** A Keepspace as an app makes it: everything is the browser's own. */
async function start(name: string): Promise<Keepspace> {
  const keepspace = createKeepspace({
    namespace: name,
    components: [note],
    storage: localforageStorage({name: `copies-${name}`, heal: false}),
  })
  keepspace.open('home', {create: {title: 'Home'}})
  keepspace.activate('home')
  await keepspace.whenReady('home')
  for (const id of ['n1', 'n2']) {
    keepspace.workspace('home').add(note, {id, ifAbsent: true})
  }
  await keepspace.persist('home', 'explicit')
  return keepspace
}

const text = (keepspace: Keepspace, id: string) => keepspace.workspace('home').component(note, id)
const editing = (keepspace: Keepspace) => keepspace.getStatus('home').editing

test('two copies on one page are two tabs to each other: one edits, the other follows and takes over', async () => {
  const name = unique()
  const first = await start(name)
  const second = await start(name)
  text(first, 'n1').set({text: 'of the first'})
  await vi.waitFor(() => expect([editing(first), editing(second)]).toEqual(['here', 'elsewhere']))
  await vi.waitFor(() => expect(text(second, 'n1').getState()?.text).toBe('of the first'))
  text(second, 'n2').set({text: 'of the second'})
  expect(text(second, 'n2').getState()?.text).toBe('of the second')
  await vi.waitFor(() => expect([editing(first), editing(second)]).toEqual(['elsewhere', 'here']))
  await vi.waitFor(() => expect(text(first, 'n2').getState()?.text).toBe('of the second'))
  expect([first, second].map((one) => one.getStatus('home').save)).toEqual(['saved', 'saved'])
  await first.dispose()
  await second.dispose()
})

test('made anew again and again, as hot reload does, nothing is lost and nobody is left behind with the lock', async () => {
  const name = unique()
  let before = await start(name)
  for (let version = 1; version <= 5; version += 1) {
    text(before, 'n1').set({text: `version ${version}`})
    const ending = before.dispose()
    // The new module runs before the old one has ended.
    const next = await start(name)
    expect((await ending).unsaved).toEqual([])
    await vi.waitFor(() => expect(text(next, 'n1').getState()?.text).toBe(`version ${version}`))
    before = next
  }
  text(before, 'n2').set({text: 'typed at the end'})
  await vi.waitFor(() => expect(editing(before)).toBe('here'))
  expect((await before.persist('home', 'explicit')).status).toBe('saved')
  await before.dispose()
  const {held, pending} = await navigator.locks.query()
  expect([...(held ?? []), ...(pending ?? [])].filter((lock) => lock.name?.includes(name))).toEqual([])
})
