import localforage from 'localforage'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {localforageStorage} from '../../../src/localforage.ts'
import type {CommitId} from '../../../src/model/ids.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../../../src/model/storage-port.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'
import {testStorageContract} from '../../../src/testing/storage-contract.ts'
import {clearSite, deleteDatabase, occupy, overrideQuota, randomText, upgrade} from './browser-database.ts'

const relaxed = {durability: 'relaxed'} as const
const committed = [{status: 'committed'}]
const ports: StoragePort[] = []
const names: string[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(ports.splice(0).map((port) => port.close()))
  await Promise.all(names.splice(0).map(deleteDatabase))
})

describe(localforageStorage.name, () => {
  testStorageContract({test, expect}, async () => localforageStorage({name: newName()}))

  test('says that it survives the page', async () => {
    const {port} = await openStorage()
    expect({name: port.name, isPersistent: port.isPersistent}).toEqual({name: 'indexeddb', isPersistent: true})
  })

  test('plain localforage reads what was stored', async () => {
    const {port, name} = await openStorage()
    await port.commit([group('head/a', 0)], relaxed)
    const plain = localforage.createInstance({name, storeName: 'records', driver: localforage.INDEXEDDB})
    expect(await plain.getItem('head/a')).toEqual({revision: 1, commitId: 'head/a#1'})
    await port.commit([group('head/a', 1)], relaxed)
    expect(await plain.getItem('head/a')).toEqual({revision: 2, commitId: 'head/a#2'})
    await closePlain(plain)
  })

  test('adds its store to a database that has others', async () => {
    const name = newName()
    await upgrade(name, 4, (database) => database.createObjectStore('somebody else'))
    const {port} = await openStorage({name})
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual(committed)
    expect(await port.list('')).toEqual(['head/a'])
  })
})

describe('a commit', () => {
  test('is one transaction of the asked durability, told to end as soon as its writes are issued; a deletion takes the parts of a record along', async () => {
    const {port} = await openStorage()
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const calls: string[] = []
    watch(calls, IDBObjectStore.prototype, 'get')
    watch(calls, IDBObjectStore.prototype, 'put')
    watch(calls, IDBObjectStore.prototype, 'delete')
    watch(calls, IDBTransaction.prototype, 'commit')

    const removal = {...group('head/b', 0), deletes: ['c/b/x/state']}
    await port.commit([group('head/a', 0), removal], {durability: 'strict'})
    await port.commit([group('head/a', 1)], relaxed)

    expect(transaction.mock.calls).toEqual([
      ['records', 'readwrite', {durability: 'strict'}],
      ['records', 'readwrite', {durability: 'relaxed'}],
    ])
    expect(transaction.mock.results.map(({value}) => (value as IDBTransaction).durability)).toEqual([
      'strict',
      'relaxed',
    ])
    expect(calls).toEqual(['get', 'get', 'put', 'put', 'delete', 'delete', 'commit', 'get', 'put', 'commit'])
  })

  test('is not done before its transaction is: one that is aborted after all its writes succeeded rejects', async () => {
    const {port, time} = await openStorage()
    vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (this: IDBTransaction) {
      const last = this.objectStore('records').get('head/a')
      last.onsuccess = () => this.abort()
    })
    const commit = codeOf(port.commit([group('head/a', 0)], relaxed))
    expect(await whileTimePasses(time, commit)).toBe('storage.lost')
    vi.restoreAllMocks()
    expect(await port.list('')).toEqual([])
  })

  test('that the disk has no room for rejects with storage.quota and stores nothing', async () => {
    // Chromium remembers for a while how much room there was; clearing the site makes it look again.
    await clearSite()
    await overrideQuota(500_000)
    const {port} = await openStorage()
    try {
      expect(await port.commit([group('head/a', 0)], relaxed)).toEqual(committed)
      const large = group('head/a', 1, [{key: 'c/a/x/state', value: randomText(3_000_000)}])
      expect(await codeOf(port.commit([large], relaxed))).toBe('storage.quota')
      expect(await port.list('')).toEqual(['head/a'])
      expect(await port.commit([group('head/a', 1)], relaxed)).toEqual(committed)
    } finally {
      await overrideQuota(undefined)
    }
  })
})

describe('a call without an answer', () => {
  test('is aborted when its time is up, and nothing of it is stored later', async () => {
    const {port, name, time} = await openStorage({timeoutMs: 3_000})
    const occupied = await occupy(name)
    const calls = [port.commit([group('head/a', 0)], relaxed), port.read([{key: 'head/a'}]), port.list('')].map(codeOf)
    await time.advanceAsync(2_999)
    expect(time.pending()).toEqual([3_000, 3_000, 3_000])

    time.advance(1)
    expect(await Promise.all(calls)).toEqual(['storage.timeout', 'storage.timeout', 'storage.timeout'])
    await occupied.release()
    expect(await port.list('')).toEqual([])
    expect(time.pending()).toEqual([])
  })

  test('is aborted when its signal aborts', async () => {
    const {port, name, time} = await openStorage()
    const occupied = await occupy(name)
    const controller = new AbortController()
    const commit = codeOf(port.commit([group('head/a', 0)], {...relaxed, signal: controller.signal}))
    await time.settle()
    controller.abort()
    expect(await commit).toBe('storage.timeout')
    await occupied.release()
    expect(await port.list('')).toEqual([])
    expect(time.pending()).toEqual([])
  })

  test('that completes before the abort reaches it is a success', async () => {
    const {port, name, time} = await openStorage({timeoutMs: 3_000})
    const occupied = await occupy(name)
    const abort = vi.spyOn(IDBTransaction.prototype, 'abort').mockImplementation(() => {})
    const commit = port.commit([group('head/a', 0)], relaxed)
    await time.advanceAsync(3_000)
    expect(abort).toHaveBeenCalledOnce()
    await occupied.release()
    expect(await commit).toEqual(committed)
  })

  test('ends with storage.timeout half a second later when even the abort has none', async () => {
    const {port, name, time} = await openStorage({timeoutMs: 3_000})
    const occupied = await occupy(name)
    vi.spyOn(IDBTransaction.prototype, 'abort').mockImplementation(() => {})
    const commit = codeOf(port.commit([group('head/a', 0)], relaxed))
    await time.advanceAsync(3_499)
    expect(time.pending()).toEqual([3_500])
    time.advance(1)
    expect(await commit).toBe('storage.timeout')
    await occupied.release()
  })

  test('does not keep close from ending', async () => {
    const {port, name, time} = await openStorage({timeoutMs: 3_000})
    const occupied = await occupy(name)
    const commit = codeOf(port.commit([group('head/a', 0)], relaxed))
    const closed = port.close()
    time.advance(3_000)
    await closed
    expect(await commit).toBe('storage.timeout')
    await occupied.release()
  })
})

describe('a lost connection', () => {
  test('is reopened behind the call when somebody closed it', async () => {
    const {port, connection} = await openStorage()
    await port.commit([group('head/a', 0)], relaxed)
    ;(await connection()).close()
    expect(await port.commit([group('head/a', 1)], relaxed)).toEqual(committed)
    expect(await port.list('')).toEqual(['head/a'])
  })

  test('is reopened once, however many calls need it', async () => {
    const {port, connection} = await openStorage()
    ;(await connection()).close()
    const open = vi.spyOn(IDBFactory.prototype, 'open')
    const commits = Array.from({length: 20}, (_, index) => port.commit([group(`head/${index}`, 0)], relaxed))
    expect(await Promise.all(commits)).toEqual(commits.map(() => committed))
    expect(open).toHaveBeenCalledOnce()
  })

  test('makes way for an upgrade in another tab and is reopened in the new version', async () => {
    const {port, name} = await openStorage()
    await port.commit([group('head/a', 0)], relaxed)
    await upgrade(name, 7, () => {})
    expect(await port.commit([group('head/a', 1)], relaxed)).toEqual(committed)
    expect(await port.read([{key: 'head/a'}])).toEqual([[{key: 'head/a', value: {revision: 2, commitId: 'head/a#2'}}]])
  })

  test('makes way for a deletion, after which the next call finds an empty database', async () => {
    const {port, name} = await openStorage()
    await port.commit([group('head/a', 0)], relaxed)
    await deleteDatabase(name)
    expect(await port.commit([group('head/a', 1)], relaxed)).toEqual([
      {status: 'conflict', revision: 0, commitId: undefined},
    ])
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual(committed)
  })

  test('is reopened when the browser cleared the site', async () => {
    const {port, time} = await openStorage()
    await port.commit([group('head/a', 0)], relaxed)
    await clearSite()
    // Told of it before the call, storage heals itself first.
    expect(await whileTimePasses(time, port.commit([group('head/a', 0)], relaxed))).toEqual(committed)
    expect(await port.list('')).toEqual(['head/a'])
  })

  test('that cannot be reopened in three tries ends the call with storage.lost; the next call tries anew', async () => {
    const {port, connection, time} = await openStorage()
    ;(await connection()).close()
    const triedAt: number[] = []
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      triedAt.push(time.now())
      throw new DOMException('Internal error.', 'UnknownError')
    })
    const calls = Promise.all([port.commit([group('head/a', 0)], relaxed), port.list('')].map(codeOf))
    expect(await whileTimePasses(time, calls)).toEqual(['storage.lost', 'storage.lost'])
    expect(triedAt).toEqual([0, 100, 500])

    vi.restoreAllMocks()
    expect(await port.list('')).toEqual([])
  })
})

test('close closes the connection', async () => {
  const {port, connection} = await openStorage()
  const database = await connection()
  await port.close()
  expect(() => database.transaction('records')).toThrow(expect.objectContaining({name: 'InvalidStateError'}))
})

describe('opening', () => {
  test('rejects with storage.unavailable and the reason, writes nothing elsewhere, and may succeed later', async () => {
    localStorage.clear()
    const name = newName()
    const target = localforageStorage({name})
    const reason = new DOMException('Internal error.', 'UnknownError')
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw reason
    })
    await expect(target.open()).rejects.toMatchObject({
      code: 'storage.unavailable',
      detail: 'UnknownError',
      cause: reason,
    })
    vi.restoreAllMocks()
    expect(Object.keys(localStorage)).toEqual([])

    const port = await target.open()
    ports.push(port)
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual(committed)
    expect(Object.keys(localStorage)).toEqual([])
  })

  test('rejects with storage.unavailable where there is no IndexedDB, and writes nothing elsewhere', async () => {
    localStorage.clear()
    vi.spyOn(globalThis, 'indexedDB', 'get').mockReturnValue(undefined as unknown as IDBFactory)
    expect(await codeOf(localforageStorage({name: 'nowhere'}).open())).toBe('storage.unavailable')
    expect(Object.keys(localStorage)).toEqual([])
  })

  test('that stays silent ends with storage.unavailable, and the connection that comes late is given up', async () => {
    const name = newName()
    const time = createSimulatedTime()
    const blocking = await upgrade(name, 1, () => {}, {isKeptOpen: true})
    const opening = codeOf(localforageStorage({name, timeoutMs: 3_000, time, heal: false}).open())
    await blocking.versionChanged
    await time.advanceAsync(2_999)
    expect(time.pending()).toEqual([3_000])
    time.advance(1)
    expect(await opening).toBe('storage.unavailable')

    blocking.database.close()
    // A deletion waits for every open connection: it would never end if the late one were still there.
    await deleteDatabase(name)
    expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(name)
  })
})

function newName(): string {
  const name = `keepspace-test-${crypto.randomUUID()}`
  names.push(name)
  return name
}

async function openStorage(options: {name?: string; timeoutMs?: number} = {}) {
  const {name = newName(), timeoutMs = 5_000} = options
  const time = createSimulatedTime()
  const port = await localforageStorage({name, timeoutMs, time, heal: false}).open()
  ports.push(port)
  /** The connection under the port. */
  const connection = async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await port.list('')
    const [database] = transaction.mock.contexts
    transaction.mockRestore()
    return database as IDBDatabase
  }
  return {name, time, port, connection}
}

function group(key: string, revision: number, puts: readonly StoredRecord[] = []): CommitGroup {
  const commitId = `${key}#${revision + 1}` as CommitId
  return {
    commitId,
    expect: {key, revision},
    puts: [{key, value: {revision: revision + 1, commitId}}, ...puts],
    deletes: [],
  }
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'resolved',
    (error) => error.code,
  )
}

/** Lets simulated time run until `work` is done. */
async function whileTimePasses<Result>(time: ReturnType<typeof createSimulatedTime>, work: Promise<Result>) {
  let isDone = false
  const end = () => {
    isDone = true
  }
  work.then(end, end)
  while (!isDone) {
    await time.advanceAsync(1)
  }
  return work
}

/** Notes the name of `method` at each call, which goes through. */
function watch<Key extends string>(calls: string[], prototype: Record<Key, unknown>, method: Key): void {
  const original = prototype[method] as (...parameters: unknown[]) => unknown
  vi.spyOn(prototype as Record<string, () => unknown>, method).mockImplementation(function (
    this: unknown,
    ...parameters: unknown[]
  ) {
    calls.push(method)
    return original.apply(this, parameters)
  })
}

async function closePlain(plain: LocalForage): Promise<void> {
  ;(plain as unknown as {_dbInfo: {db: IDBDatabase}})._dbInfo.db.close()
}
