import {afterEach, describe, expect, test, vi} from 'vitest'
import {type LocalforageStorageOptions, localforageStorage} from '../../../src/localforage.ts'
import type {StoragePort} from '../../../src/model/storage-port.ts'
import {healAtLaunch} from '../../../src/services/storage/heal.ts'
import {createSimulatedTime, type SimulatedTime} from '../../../src/testing/simulated-time.ts'
import {deleteDatabase, upgrade} from './browser-database.ts'

const ports: StoragePort[] = []
const names: string[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(ports.splice(0).map((port) => port.close()))
  await Promise.all(names.splice(0).map(deleteDatabase))
})

describe(healAtLaunch.name, () => {
  test('creates and deletes a database beside the one that is opened, once in a page', async () => {
    const name = newName()
    const open = vi.spyOn(IDBFactory.prototype, 'open')
    const deletion = vi.spyOn(IDBFactory.prototype, 'deleteDatabase')
    expect(await (await openStorage({name})).healed).toBe('healed')
    expect(open.mock.calls.filter(([opened]) => opened === `${name}-heal`)).toHaveLength(1)
    expect(deletion.mock.calls).toEqual([[`${name}-heal`]])
    expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(`${name}-heal`)

    expect(await (await openStorage({name})).healed).toBe('notFirst')
    expect(deletion).toHaveBeenCalledOnce()
  })

  test('has ended only when the browser has had the time to clear up: nothing counts as safe before', async () => {
    const time = createSimulatedTime()
    const port = await openStorage({name: newName(), time, timeoutMs: 3_000})
    const ended = vi.fn()
    void port.healed?.then(ended)
    await vi.waitFor(() => expect(time.pending()).toEqual([500, 3_000]))
    await time.advanceAsync(499)
    expect(ended).not.toHaveBeenCalled()
    await time.advanceAsync(1)
    expect(ended).toHaveBeenCalledExactlyOnceWith('healed')
  })

  test('is left to another page of the launch while that one is open, and not after it was left', async () => {
    const name = newName()
    const first = document.createElement('iframe')
    document.body.append(first)
    await holdInFrame(first, `${name}-heal`)
    expect(await (await openStorage({name})).healed).toBe('notFirst')

    first.remove()
    await vi.waitFor(async () => expect((await navigator.locks.query()).held).toEqual(noneNamed(`${name}-heal`)))
    expect(await (await openStorage({name})).healed).toBe('healed')
  })

  test('lets go of its lock when the page is left, so that the browser may keep the page', async () => {
    const name = newName()
    await (await openStorage({name})).healed
    expect((await navigator.locks.query()).held?.map((lock) => lock.name)).toContain(`${name}-heal`)
    dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))
    await vi.waitFor(async () => expect((await navigator.locks.query()).held).toEqual(noneNamed(`${name}-heal`)))
  })

  test('is not waited for by opening, commits or reads, and made beside what blocks it after the time-out of a call', async () => {
    const name = newName()
    const time = createSimulatedTime()
    const scratch = await upgrade(`${name}-heal`, 1, () => {}, {isKeptOpen: true})
    const port = await openStorage({name, time, timeoutMs: 3_000})
    const group = {commitId: 'c1' as never, expect: {key: 'head/a', revision: 0}, deletes: []}
    const commit = port.commit([{...group, puts: [{key: 'head/a', value: {revision: 1}}]}], {durability: 'relaxed'})
    expect(await commit).toEqual([{status: 'committed'}])
    expect(await port.list('')).toEqual(['head/a'])
    expect(time.pending()).toEqual([3_000])

    time.advance(3_000)
    await vi.waitFor(() => expect(time.pending()).toEqual([3_500]))
    await time.advanceAsync(500)
    expect(await port.healed).toBe('afterTrouble')
    scratch.database.close()
    await deleteDatabase(`${name}-heal`)
  })

  test('that IndexedDB refuses lets nothing count as stored until one works; meanwhile the next page is the first', async () => {
    const name = newName()
    const refused = refuseHeals(name)
    const port = await openStorage({name})
    const ended = vi.fn()
    void port.healed?.then(ended)
    await vi.waitFor(() => expect(refused).toHaveBeenCalledTimes(2))
    expect(await port.list('')).toEqual([])
    await expect(port.commit([put('head/a', 1)], {durability: 'relaxed'})).rejects.toMatchObject({code: 'storage.lost'})
    expect(ended).not.toHaveBeenCalled()
    expect((await navigator.locks.query()).held).toEqual(noneNamed(`${name}-heal`))

    vi.restoreAllMocks()
    expect(await (await openStorage({name})).healed).toBe('healed')
    // What was written before nobody vouches for; it is there all the same, and refused with its own commit id.
    const [again] = await port.commit([put('head/a', 1)], {durability: 'relaxed'})
    expect(again).toEqual({status: 'conflict', revision: 1, commitId: 'head/a#1'})
    expect(await port.healed).toBe('afterTrouble')
  })

  /** Every scratch database of `name` is refused, as on a full disk; all others are not. */
  function refuseHeals(name: string) {
    const refused = vi.fn()
    const original = IDBFactory.prototype.open
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (this: IDBFactory, opened, version) {
      if (opened.startsWith(`${name}-heal`)) {
        refused(opened)
        throw new DOMException('Internal error.', 'UnknownError')
      }
      return version === undefined ? original.call(this, opened) : original.call(this, opened, version)
    })
    return refused
  }

  test('does nothing when it is switched off', async () => {
    const name = newName()
    const open = vi.spyOn(IDBFactory.prototype, 'open')
    const port = await openStorage({name, heal: false})
    expect('healed' in port).toBe(false)
    expect(new Set(open.mock.calls.map(([opened]) => opened))).toEqual(new Set([name]))
  })

  test('heals in every page, when it is asked to, where there are no Web Locks', async () => {
    const name = newName()
    vi.spyOn(Navigator.prototype, 'locks', 'get').mockReturnValue(undefined as unknown as LockManager)
    expect('healed' in (await openStorage({name}))).toBe(false)
    const ports = [await openStorage({name, heal: true}), await openStorage({name, heal: true})]
    expect(await Promise.all(ports.map(({healed}) => healed))).toEqual(['healed', 'healed'])
  })
})

describe('storage that a failure may have torn', () => {
  test('is healed again, before anything written after it is acknowledged', async () => {
    const {port, time, order, connection} = await openWatched()
    const ended: unknown[] = []
    port.onDoubted?.((mended) => void mended.then((how) => ended.push(how)))
    connection.dispatchEvent(new Event('close'))
    const commit = port.commit([put('head/a', 1)], {durability: 'relaxed'}).then((results) => {
      order.push('acknowledged')
      return results
    })
    await letHeal(time)
    expect(await commit).toEqual([{status: 'committed'}])
    expect(order).toEqual(['heal', 'reopened', 'written', 'acknowledged'])
    expect(ended).toEqual(['atOnce'])
  })

  test('acknowledges nothing that cannot be read again', async () => {
    const {port, time, connection} = await openWatched()
    connection.dispatchEvent(new Event('close'))
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => ({}) as IDBRequest<IDBValidKey>)
    const commit = port.commit([put('head/a', 1)], {durability: 'relaxed'}).catch((error) => error.report)
    await letHeal(time)
    expect(await commit).toMatchObject({code: 'storage.lost', detail: 'what was written is not there'})
  })

  /** A storage that was healed at its start, with what it does from then on. */
  async function openWatched() {
    const name = newName()
    const time = createSimulatedTime()
    const port = await openStorage({name, time})
    await letHeal(time)
    await port.healed
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await port.list('')
    const connection = transaction.mock.contexts[0] as IDBDatabase
    const order: string[] = []
    const {open} = IDBFactory.prototype
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (this: IDBFactory, opened, version) {
      order.push(opened === name ? 'reopened' : 'heal')
      return version === undefined ? open.call(this, opened) : open.call(this, opened, version)
    })
    const {put: original} = IDBObjectStore.prototype
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...values) {
      order.push('written')
      return original.apply(this, values)
    })
    return {port, time, order, connection}
  }
})

/** Lets the time pass that the browser has to clear up, once the scratch database is gone. */
async function letHeal(time: SimulatedTime): Promise<void> {
  await vi.waitFor(() => expect(time.pending()).toContain(time.elapsed() + 500))
  await time.advanceAsync(500)
}

function put(key: string, revision: number) {
  const commitId = `${key}#${revision}` as never
  return {commitId, expect: {key, revision: revision - 1}, puts: [{key, value: {revision, commitId}}], deletes: []}
}

function newName(): string {
  const name = `keepspace-test-${crypto.randomUUID()}`
  names.push(name)
  return name
}

async function openStorage(options: LocalforageStorageOptions) {
  const port = await localforageStorage(options).open()
  ports.push(port)
  return port
}

/** Takes the lock as another page does, and keeps it as long as that lives. */
async function holdInFrame({contentWindow}: HTMLIFrameElement, lockName: string): Promise<void> {
  await new Promise<void>((resolve) => {
    void contentWindow?.navigator.locks
      .request(lockName, () => {
        resolve()
        return new Promise(() => {})
      })
      .catch(() => {})
  })
}

function noneNamed(lockName: string) {
  return expect.not.arrayContaining([expect.objectContaining({name: lockName})])
}
