import {expect, onTestFinished, test, vi} from 'vitest'
import {createServerSaves} from '../../../src/host/outbox/server-saves.ts'
import {createSessions} from '../../../src/host/sessions/sessions.ts'
import {createKeepspace} from '../../../src/keepspace.ts'
import {createHttpSessionServer} from '../../../src/services/server-link/http-session-server.ts'
import {createHttpWorkspaceServer} from '../../../src/services/server-link/http-workspace-server.ts'
import {memoryStorage} from '../../../src/services/storage/memory-storage.ts'
import {systemTime} from '../../../src/services/time/system-time.ts'
import {seededRandom} from '../../kill/random.ts'
import {note} from '../../support/definitions.ts'
import {fetchOnce} from '../support/fetch-once.ts'
import {startTestServer} from '../support/start-test-server.ts'
import {copyOf, writeNote} from '../support/start-world.ts'
import {type Fault, startProxy} from '../support/unreliable-proxy.ts'

const retry = {firstBackoffMs: 5, maxBackoffMs: 20}
const EDITS = 15

type Device = {readonly url: string; readonly storage?: ReturnType<typeof memoryStorage>; readonly sent?: unknown[]}

async function startDevice({url, storage = memoryStorage({isPersistent: true}), sent = []}: Device) {
  const keepspace = createKeepspace({namespace: 'test', components: [note], storage})
  await keepspace.whenStarted()
  const send: typeof fetch = (input, init) => {
    if (init?.method === 'POST') {
      sent.push(JSON.parse(String(init.body)))
    }
    return fetchOnce(input, init)
  }
  const options = {url, token: () => 'user-ada', fetch: send, time: systemTime, requestLimitMs: 20_000}
  const saves = createServerSaves(keepspace, {server: createHttpWorkspaceServer(options), gatherMs: 5, retry})
  const sessions = createSessions(keepspace, {server: createHttpSessionServer(options)})
  onTestFinished(async () => {
    saves.close()
    sessions.close()
    await keepspace.dispose()
  })
  return {keepspace, saves, sessions, storage}
}

test('workspaces are kept on the server in parts, of which only changed ones are sent', async () => {
  const {url, as} = await startTestServer('sqlite')
  const sent: {puts?: {key: string}[]; deletes?: string[]}[] = []
  const {keepspace, saves} = await startDevice({url, sent})
  const {workspaceId, note: text} = await writeNote(keepspace, 'one')
  const workspace = keepspace.workspace(workspaceId)
  workspace.add(note, {id: 'n2', state: {text: 'steady'}})
  expect(await saves.flush({timeoutMs: 25_000})).toEqual([])
  text.set({text: 'two'})
  expect(await saves.flush({timeoutMs: 25_000})).toEqual([])
  workspace.remove('n2')
  expect(await saves.flush({timeoutMs: 25_000})).toEqual([])
  expect(sent.slice(-2).map(({puts, deletes}) => [puts?.map(({key}) => key), deletes])).toEqual([
    [['c/n1'], []],
    [[], ['c/n2']],
  ])
  expect(keepspace.getStatus(workspaceId).level).toBe('onServer')
  const {body} = await as('ada')('GET', `/workspaces/${workspaceId}`)
  expect(body.recordList).toMatchObject([
    {key: 'c/n1', value: {id: 'n1', type: 'note', records: {state: {text: 'two'}}}},
    {key: 'workspace', value: {id: workspaceId, title: 'Monday', entryTitle: 'Plans'}},
  ])
  expect((await as('bob')('GET', `/workspaces/${workspaceId}`)).status).toBe(404)
})

test('a workspace that another device saved is a conflict, whose choice both devices see', async () => {
  const {url} = await startTestServer('sqlite')
  const first = await startDevice({url})
  const {workspaceId, note: text} = await writeNote(first.keepspace, 'one')
  await first.saves.flush()
  const second = await startDevice({url, storage: await copyOf(first.storage)})
  text.set({text: 'from the first'})
  expect(await first.saves.flush()).toEqual([])
  const there = await second.keepspace.whenReady(workspaceId)
  there.component(note, 'n1').set({text: 'from the second'})
  expect(await second.saves.flush()).toMatchObject([{workspaceId, reason: 'conflict'}])
  await second.saves.resolve(workspaceId, 'theirs')
  expect(await second.saves.flush()).toEqual([])
  await vi.waitFor(() => expect(there.component(note, 'n1').getState()).toEqual({text: 'from the first'}))
})

test('a network that cuts, swallows, delays and doubles makes no second version of sessions and workspaces', async () => {
  const {as, url} = await startTestServer('sqlite')
  const random = seededRandom('client')
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
  const {keepspace, saves, sessions} = await startDevice({url: proxy.url})
  const {workspaceId, entryId, note: text} = await writeNote(keepspace, 'n1')
  const until = (isDone: () => Promise<boolean>) => vi.waitUntil(isDone, {timeout: 60_000, interval: 1})
  await until(async () => (await saves.flush({timeoutMs: 5_000})).length === 0)
  await until(() => sessions.saveAs(entryId, {title: 'Plan'}).then(Boolean, () => false))
  for (let n = 2; n <= EDITS; n += 1) {
    text.set({text: `n${n}`})
    await until(async () => (await saves.flush({timeoutMs: 5_000})).length === 0)
    await until(async () => (await sessions.save(entryId)).status === 'saved')
  }
  await proxy.close()

  const ada = as('ada')
  const textsOf = async (path: string) => {
    const {items} = (await ada('GET', `${path}/history?pageSize=100`)).body as {items: {revision: number}[]}
    const versions = await Promise.all(items.map(({revision}) => ada('GET', `${path}/history/${revision}`)))
    // The workspace may have been sent before the note was in it.
    return versions.flatMap(({text: version}) => /"text":"(n\d+)"/.exec(version)?.[1] ?? []).reverse()
  }
  const expected = Array.from({length: EDITS}, (_, n) => `n${n + 1}`)
  expect(await textsOf(`/workspaces/${workspaceId}`)).toEqual(expected)
  const {items} = (await ada('GET', '/sessions')).body as {items: {id: string}[]}
  expect(items).toHaveLength(1)
  expect(await textsOf(`/sessions/${items[0]?.id}`)).toEqual(expected)
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
}, 120_000)
