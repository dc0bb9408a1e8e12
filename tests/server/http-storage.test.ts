import {randomUUID} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type RunningServer, startServer} from 'keepspace-server'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {CommitGroup} from '../../src/model/storage-port.ts'
import type {Time} from '../../src/model/time.ts'
import {httpStorage} from '../../src/services/storage/http-storage.ts'
import {systemTime} from '../../src/services/time/system-time.ts'
import {testStorageContract} from '../../src/testing/storage-contract.ts'
import {seededRandom} from '../kill/random.ts'
import {note} from '../support/definitions.ts'
import {createTestDatabase, databaseKinds, type TestDatabase} from './support/databases.ts'
import {fetchOnce} from './support/fetch-once.ts'
import {startServerProcess} from './support/server-process.ts'
import {authenticate, startTestServer} from './support/start-test-server.ts'
import {type Fault, startProxy} from './support/unreliable-proxy.ts'

const relaxed = {durability: 'relaxed'} as const
const anna = () => 'user-anna'

function counted(revision: number, value: unknown = revision): CommitGroup {
  const commitId = `commit-${revision}` as CommitGroup['commitId']
  const head = {key: 'head/a', value: {revision, commitId}}
  return {
    commitId,
    expect: {key: 'head/a', revision: revision - 1},
    puts: [head, {key: 'c/a/x/state', value}],
    deletes: [],
  }
}

async function refusal(call: Promise<unknown>): Promise<[code: string, detail: string | undefined]> {
  const error = await call.catch((cause: unknown) => cause)
  return error instanceof KeepspaceError ? [error.code, error.detail] : ['no error', undefined]
}

/** Pauses between tries are over at once; what limits a try is not. */
const withoutPauses: Time = {
  ...systemTime,
  setTimeout: (callback, delayMs) => systemTime.setTimeout(callback, delayMs < 5_000 ? 0 : delayMs),
}

async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (tries === 20) {
        throw error
      }
    }
  }
}

describe.each(databaseKinds)('a store of a server on %s', (kind) => {
  let database: TestDatabase
  let server: RunningServer
  let url: string
  beforeAll(async () => {
    database = await createTestDatabase(kind)
    const limits = {addressPerMinute: 1e9, identity: {burst: 1e9, perMinute: 1e9}}
    server = await startServer({...database.options, port: 0, authenticate, limits})
    url = server.url
  })
  afterAll(async () => {
    await server.close()
    await database.remove()
  })

  testStorageContract({test, expect}, async () => httpStorage({url, token: anna, store: randomUUID()}))

  test('keeps what a whole Keepspace stores, and gives it to the next device of the same person', async () => {
    const storage = httpStorage({url, token: anna, store: 'devices'})
    const first = createKeepspace({namespace: 'test', components: [note], storage})
    first.open('w1', {create: {title: 'Desk'}}).add(note, {id: 'n1', state: {text: 'kept'}})
    await first.whenReady('w1')
    expect(await first.flush()).toMatchObject({unsaved: []})
    await first.dispose()

    const second = createKeepspace({namespace: 'test', components: [note], storage})
    const workspace = second.open('w1')
    await second.whenReady('w1')
    expect(workspace.component(note, 'n1').getState()).toEqual({text: 'kept'})
    await second.dispose()
  })

  test('is written once and never forgets, whatever the network does to requests and answers', async () => {
    const random = seededRandom('storage')
    const seen = {none: 0, cut: 0, swallow: 0, delay: 0, duplicate: 0}
    const proxy = await startProxy(url, () => {
      const fault: Fault = random.pick([
        {type: 'none'},
        {type: 'cut', afterBytes: random.between(0, 700)},
        {type: 'swallow'},
        {type: 'delay', ms: random.between(0, 5)},
        {type: 'duplicate'},
      ])
      seen[fault.type] += 1
      return fault
    })
    const storage = httpStorage({url: proxy.url, token: anna, store: 'network', fetch: fetchOnce, time: withoutPauses})
    const port = await untilAnswered(() => storage.open())
    const unanswered: string[] = []
    for (let revision = 1; revision <= 40; revision += 1) {
      // Without an answer, the refusal of the next try names our own commit.
      const answer = await port.commit([counted(revision)], relaxed).catch((error: KeepspaceError) => error.code)
      if (typeof answer === 'string') {
        unanswered.push(answer)
        const [again] = await untilAnswered(() => port.commit([counted(revision)], relaxed))
        expect([{status: 'committed'}, {status: 'conflict', revision, commitId: `commit-${revision}`}]).toContainEqual(
          again,
        )
      } else {
        expect(answer).toEqual([{status: 'committed'}])
      }
    }
    await proxy.close()
    const direct = await httpStorage({url, token: anna, store: 'network'}).open()
    expect(await direct.read([{prefix: 'c/'}, {key: 'head/a'}])).toEqual([
      [{key: 'c/a/x/state', value: 40}],
      [{key: 'head/a', value: {revision: 40, commitId: 'commit-40'}}],
    ])
    expect(new Set(unanswered)).toEqual(new Set(unanswered.map(() => 'storage.lost')))
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
  })

  test('belongs to one person: others have one of the same name, and nobody in particular has none', async () => {
    const portOf = (token: string | undefined) => httpStorage({url, token: () => token, store: 'owned'}).open()
    const [annas, bens] = await Promise.all([portOf('user-anna'), portOf('user-ben')])
    await annas.commit([counted(1, 'of anna')], relaxed)
    expect(await bens.list('')).toEqual([])
    expect(await bens.commit([counted(1, 'of ben')], relaxed)).toEqual([{status: 'committed'}])
    expect(await bens.commit([{...counted(2), puts: [], deletes: ['head/a', 'c/a/x/state']}], relaxed)).toEqual([
      {status: 'committed'},
    ])
    expect(await annas.readPrefix('c/')).toEqual([{key: 'c/a/x/state', value: 'of anna'}])
    expect(await refusal(portOf(undefined))).toEqual(['storage.unauthorized', 'auth.required'])
  })

  test('refuses what is too much with both numbers, and changes nothing', async () => {
    const limits = {storeCommitBytes: 2_000, storeBytes: 3_000}
    const narrow = await startTestServer(kind, {limits})
    const port = await httpStorage({url: narrow.url, token: () => 'user-cleo', store: 'full'}).open()
    expect(await refusal(port.commit([counted(1, 'x'.repeat(2_000))], relaxed))).toEqual([
      'value.tooLarge',
      expect.stringMatching(/^2\d\d\d of at most 2000 bytes$/),
    ])
    await port.commit([counted(1, 'x'.repeat(1_700))], relaxed)
    const more = {...counted(2), puts: [...counted(2).puts, {key: 'c/a/y/state', value: 'y'.repeat(1_600)}]}
    const rest = {...more, puts: more.puts.filter(({key}) => key !== 'c/a/x/state')}
    expect(await refusal(port.commit([rest], relaxed))).toEqual([
      'storage.quota',
      expect.stringMatching(/^3\d\d\d of at most 3000 bytes$/),
    ])
    expect(await port.list('')).toEqual(['c/a/x/state', 'head/a'])
    // What is put in the place of something counts with it.
    expect(await port.commit([more], relaxed)).toEqual([{status: 'committed'}])
  })
})

test('what a server acknowledged is there after it was killed in the middle of writes, whole, and nothing half', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-store-kill-'))
  const random = seededRandom('store-kills')
  const torn: unknown[] = []
  let acknowledged = 0
  let unanswered = 0
  for (let kill = 1; kill <= 3; kill += 1) {
    const server = await startServerProcess(folder)
    const storage = httpStorage({url: server.url, token: () => server.token, time: withoutPauses})
    const port = await storage.open()
    const records = await port.readPrefix('')
    const stored = Number((records.find(({key}) => key === 'head/a')?.value as {revision?: number})?.revision ?? 0)
    const isWhole = records.every(({key, value}) => key === 'head/a' || Object(value).n === stored)
    torn.push(...(isWhole && stored >= acknowledged && stored <= acknowledged + 1 ? [] : [{stored, acknowledged}]))
    acknowledged = stored
    const ended = new AbortController()
    const writing = (async () => {
      while (!ended.signal.aborted) {
        const text = 'x'.repeat(40_000)
        const group = counted(acknowledged + 1, {n: acknowledged + 1, text})
        const more = {key: 'c/a/y/state', value: {n: acknowledged + 1, text}}
        const commit = port.commit([{...group, puts: [...group.puts, more]}], relaxed)
        const answer = await commit.catch((error: KeepspaceError) => error.code)
        unanswered += typeof answer === 'string' ? 1 : 0
        if (typeof answer === 'string') {
          return
        }
        acknowledged += 1
      }
    })()
    await new Promise((resolve) => setTimeout(resolve, random.between(50, 300)))
    await server.kill()
    ended.abort()
    await writing
  }
  await rm(folder, {recursive: true, force: true})
  expect([torn, unanswered > 0, acknowledged > 3]).toEqual([[], true, true])
}, 120_000)
