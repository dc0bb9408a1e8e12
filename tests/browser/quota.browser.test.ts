import {afterEach, expect, test, vi} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {clearSite, deleteDatabase, overrideQuota, randomText} from '../services/storage/browser-database.ts'
import {note} from '../support/definitions.ts'

const QUOTA_BYTES = 600_000
const name = `quota-${crypto.randomUUID()}`

afterEach(async () => {
  await overrideQuota(undefined)
  await deleteDatabase(name)
})

/** A tab of the app; `heal` is what makes storage doubtful after a refused write. */
async function start() {
  const keepspace = createKeepspace({
    namespace: name,
    components: [note],
    storage: localforageStorage({name, heal: true}),
    maxRecordBytes: 16_000_000,
  })
  keepspace.open('home', {create: {title: 'Home'}})
  await keepspace.whenReady('home')
  keepspace.workspace('home').add(note, {id: 'n', ifAbsent: true})
  const save = () => keepspace.persist('home', 'explicit')
  const component = keepspace.workspace('home').component(note, 'n')
  const look = () => [keepspace.getStatus('home').save, keepspace.getStatus('home').level, keepspace.getHealth().state]
  return {keepspace, component, save, look}
}

test('without room for it work stays in memory and people are told; smaller it is saved, and everything once there is room', async () => {
  // Chromium remembers for a while how much room there was; clearing the site makes it look again.
  await clearSite()
  await overrideQuota(QUOTA_BYTES)
  const first = await start()
  first.component.set({text: 'before'})
  expect(await first.save()).toMatchObject({status: 'saved'})

  const large = randomText(3_000_000)
  for (let time = 1; time <= 3; time += 1) {
    first.component.set({text: `${time}${large}`})
    expect(await first.save()).toMatchObject({status: 'failed', error: {code: 'storage.quota'}})
  }
  expect(first.look()).toEqual(['failed', 'unsaved', 'quota'])
  const second = await start()
  expect(second.component.getState()).toEqual({text: 'before'})
  await second.keepspace.dispose()

  first.component.set({text: 'smaller'})
  expect(await first.save()).toMatchObject({status: 'saved'})
  await vi.waitFor(() => expect(first.look()).toEqual(['saved', 'flushed', 'healthy']), {timeout: 5_000})

  await overrideQuota(undefined)
  await clearSite()
  first.component.set({text: large})
  await vi.waitFor(async () => expect(await first.save()).toMatchObject({status: 'saved'}), {timeout: 10_000})
  await first.keepspace.dispose()
  const third = await start()
  expect(third.component.getState()?.text === large).toBe(true)
  await third.keepspace.dispose()
})
