import {createInspector} from '@statelyai/inspect'
import {expect, onTestFinished, test, vi} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {listenToCharts} from '../../src/inspector/listening.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {type EntryId, workspaceId} from '../../src/model/ids.ts'
import type {InspectionEntry} from '../../src/model/inspection.ts'
import type {SessionServer} from '../../src/model/session-server.ts'
import {createHttpSessionServer} from '../../src/services/server-link/http-session-server.ts'
import {createOwnServer} from '../support/own-server.ts'
import {createFakeSessionServer} from '../support/session-server.ts'
import {finish, type startKeepspace, startWithNote} from '../support/start-keepspace.ts'
import {SECRET} from './support/busy-life.ts'

const TOKEN = 'the-token-of-Ada'

/** Answers that a server should not give: they repeat what was sent, with the token that came with it. */
function createGossip() {
  const heard: string[] = []
  const answer: typeof fetch = async (_, init) => {
    const words = `${JSON.stringify(init?.headers)} ${init?.body}`
    heard.push(words)
    const problem = {code: 'server.failed', detail: words, status: 500, title: SECRET}
    return new Response(JSON.stringify(problem), {status: 500})
  }
  return {heard, answer}
}

/** Somebody saves a session, watches it, meets a server that repeats secrets, and saves workspaces to another one. */
async function liveWithServers(options: Parameters<typeof startKeepspace>[0], begin: (keepspace: Keepspace) => void) {
  const started = await startWithNote(options)
  const {keepspace, time, component} = started
  begin(keepspace)
  const gossip = createGossip()
  const http = createHttpSessionServer({url: 'http://gossip.test', token: () => TOKEN, fetch: gossip.answer, time})
  const fake = createFakeSessionServer()
  let isGossip = false
  const server: SessionServer = {
    ...fake.server,
    updateSession: (...args) => (isGossip ? http : fake.server).updateSession(...args),
    readSessionMetadata: (...args) => (isGossip ? http : fake.server).readSessionMetadata(...args),
  }
  const sessions = createSessions(keepspace, {server})
  const own = createOwnServer()
  const saves = createServerSaves(keepspace, {server: own.server})
  onTestFinished(() => {
    sessions.close()
    saves.close()
  })
  const entryId = keepspace.catalogue.getSnapshot().entries[0]?.id as EntryId
  await finish(time, keepspace.catalogue.renameEntry(entryId, SECRET))
  await finish(time, sessions.saveAs(entryId, {title: SECRET, description: SECRET}))
  const unwatch = sessions.watch(entryId)
  component.set({text: SECRET})
  await time.advanceAsync(10_000)
  isGossip = true
  await finish(time, keepspace.catalogue.renameWorkspace(workspaceId('a'), `${SECRET} again`))
  const saving = sessions.save(entryId)
  // What is sent is hashed by the platform, in its own time.
  await vi.waitFor(async () => {
    await time.advanceAsync(50)
    expect(gossip.heard.filter((words) => words.includes(SECRET)).length).toBeGreaterThan(0)
  })
  isGossip = false
  await finish(time, saving)
  await finish(time, keepspace.catalogue.renameWorkspace(workspaceId('a'), `${SECRET} at last`))
  fake.fault = 'server.unauthorized'
  await finish(time, sessions.save(entryId))
  unwatch()
  return {...started, heard: gossip.heard, stored: JSON.stringify([...fake.sessions.values()])}
}

test('sessions, what is watched, what may be recovered and what goes to a server are in the tree', async () => {
  const entries: InspectionEntry[] = []
  await liveWithServers({}, (keepspace) => {
    listenToCharts(keepspace, (entry) => entries.push(entry))
  })
  const charts = entries.flatMap((entry) => (entry.type === 'actor' && entry.actor.chart ? [entry.actor] : []))
  const names = new Map(charts.map(({systemId, chart}) => [systemId, chart]))
  expect(Object.fromEntries(names)).toMatchObject({
    'keepspace.session.entry': 'session',
    'keepspace.watch.entry': 'watch',
    'keepspace.recovery': 'recovery',
    'keepspace.outbox': 'outbox',
  })
  const invoked = entries.flatMap((entry) => (entry.type === 'actor' ? [entry.actor.systemId] : []))
  expect(invoked).toEqual(
    expect.arrayContaining([
      'keepspace.session.entry.save',
      'keepspace.watch.entry.look',
      'keepspace.recovery.look',
      'keepspace.outbox.sendNext',
    ]),
  )
})

test('neither content nor tokens are in what is told of them, not even where a server repeats both', async () => {
  const told: InspectionEntry[] = []
  const {heard, stored} = await liveWithServers({}, (keepspace) => {
    listenToCharts(keepspace, (entry) => told.push(entry))
  })
  expect(stored).toContain(SECRET)
  expect(heard.filter((words) => words.includes(TOKEN) && words.includes(SECRET)).length).toBeGreaterThan(0)
  const text = JSON.stringify(told)
  expect(text).toContain('"errorCode":"server.busy"')
  expect(text).toContain('"server.unauthorized"')
  expect(text).not.toContain(SECRET)
  expect(text).not.toContain(TOKEN)
})

test('both are shown when content is asked for, so the test above can fail', async () => {
  const told: InspectionEntry[] = []
  await liveWithServers({}, (keepspace) => {
    listenToCharts(keepspace, (entry) => told.push(entry), {content: true})
  })
  const text = JSON.stringify(told)
  expect(text).toContain(SECRET)
  expect(text).toContain(TOKEN)
})

test('the inspector of Stately is told of them too, without content and tokens', async () => {
  const sent: {readonly type: string; readonly name?: string}[] = []
  const inspector = createInspector({send: (event) => sent.push(event)})
  await liveWithServers({inspect: inspector.inspect}, () => undefined)
  const names = () => sent.flatMap(({type, name}) => (type === '@xstate.actor' ? [name] : []))
  await vi.waitFor(() => expect(names()).toEqual(expect.arrayContaining(['keepspace.watch.entry', 'keepspace.outbox'])))
  expect(names()).toEqual(expect.arrayContaining(['keepspace.session.entry', 'keepspace.recovery']))
  const text = JSON.stringify(sent)
  expect(text).not.toContain(SECRET)
  expect(text).not.toContain(TOKEN)
})
