import {describe, expect, test} from 'vitest'
import {databaseKinds} from './support/databases.ts'
import {startTestServer, type TestServer} from './support/start-test-server.ts'

type Target = {path: string; body?: unknown; headers?: Record<string, string>}
type Fixture = {sessionId: string; snapshotId: string; templateId: string; workspaceId: string}

const title = {title: 'Mine', content: {secret: 'of anna'}}
const commit = {commitId: 'c', puts: [{key: 'k', value: 'of anna'}], deletes: []}

const storeCommit = {
  groups: [{expect: {key: 'k', revision: 0}, puts: [{key: 'k', value: {revision: 1, of: 'anna'}}], deletes: []}],
}

/** How each route is called on something of Anna's. What is not listed here fails the test. */
const targets: Readonly<Record<string, (fixture: Fixture) => Target>> = {
  'GET /me': () => ({path: '/me'}),
  'GET /sessions': () => ({path: '/sessions'}),
  'POST /sessions': () => ({path: '/sessions', body: title}),
  'GET /sessions/{id}': ({sessionId}) => ({path: `/sessions/${sessionId}`}),
  'PUT /sessions/{id}': ({sessionId}) => ({
    path: `/sessions/${sessionId}`,
    body: {title: 'X'},
    headers: {'if-match': '"1"'},
  }),
  'DELETE /sessions/{id}': ({sessionId}) => ({path: `/sessions/${sessionId}`}),
  'GET /sessions/{id}/metadata': ({sessionId}) => ({path: `/sessions/${sessionId}/metadata`}),
  'POST /sessions/{id}/copies': ({sessionId}) => ({path: `/sessions/${sessionId}/copies`, body: {}}),
  'GET /sessions/{id}/history': ({sessionId}) => ({path: `/sessions/${sessionId}/history`}),
  'GET /sessions/{id}/history/{revision}': ({sessionId}) => ({path: `/sessions/${sessionId}/history/1`}),
  'POST /sessions/{id}/history/{revision}/restore': ({sessionId}) => ({
    path: `/sessions/${sessionId}/history/1/restore`,
    headers: {'if-match': '"1"'},
  }),
  'GET /sessions/{id}/events': ({sessionId}) => ({path: `/sessions/${sessionId}/events`}),
  'GET /snapshots': () => ({path: '/snapshots'}),
  'POST /snapshots': () => ({path: '/snapshots', body: title}),
  'GET /snapshots/{id}': ({snapshotId}) => ({path: `/snapshots/${snapshotId}`}),
  'DELETE /snapshots/{id}': ({snapshotId}) => ({path: `/snapshots/${snapshotId}`}),
  'POST /snapshots/{id}/sessions': ({snapshotId}) => ({path: `/snapshots/${snapshotId}/sessions`, body: {}}),
  'GET /visits': () => ({path: '/visits'}),
  'DELETE /visits/{id}': ({snapshotId}) => ({path: `/visits/${snapshotId}`}),
  'GET /templates': () => ({path: '/templates'}),
  'POST /templates': () => ({path: '/templates', body: title}),
  'GET /templates/{id}': ({templateId}) => ({path: `/templates/${templateId}`}),
  'DELETE /templates/{id}': ({templateId}) => ({path: `/templates/${templateId}`}),
  'POST /templates/{id}/sessions': ({templateId}) => ({path: `/templates/${templateId}/sessions`, body: {}}),
  'GET /workspaces': () => ({path: '/workspaces'}),
  'POST /workspaces/{id}/commits': ({workspaceId}) => ({
    path: `/workspaces/${workspaceId}/commits`,
    body: commit,
    headers: {'if-match': '"1"'},
  }),
  'GET /workspaces/{id}': ({workspaceId}) => ({path: `/workspaces/${workspaceId}`}),
  'DELETE /workspaces/{id}': ({workspaceId}) => ({path: `/workspaces/${workspaceId}`, headers: {'if-match': '"1"'}}),
  'GET /workspaces/{id}/history': ({workspaceId}) => ({path: `/workspaces/${workspaceId}/history`}),
  'GET /workspaces/{id}/history/{revision}': ({workspaceId}) => ({path: `/workspaces/${workspaceId}/history/1`}),
  'POST /workspaces/{id}/history/{revision}/restore': ({workspaceId}) => ({
    path: `/workspaces/${workspaceId}/history/1/restore`,
    headers: {'if-match': '"1"'},
  }),
  'POST /stores/{id}/commits': () => ({path: '/stores/main/commits', body: storeCommit}),
  'POST /stores/{id}/reads': () => ({path: '/stores/main/reads', body: {selectors: [{prefix: ''}]}}),
  'POST /stores/{id}/lists': () => ({path: '/stores/main/lists', body: {prefix: ''}}),
  'GET /export': () => ({path: '/export'}),
}

/** Routes about whatever the caller has: somebody else finds nothing there instead of a refusal. */
const ownLists = [
  'GET /me',
  'GET /sessions',
  'GET /snapshots',
  'GET /visits',
  'GET /templates',
  'GET /workspaces',
  'POST /stores/{id}/reads',
  'POST /stores/{id}/lists',
  'GET /export',
]
const creations = ['POST /sessions', 'POST /snapshots', 'POST /templates', 'POST /stores/{id}/commits']
/** Whoever has the link may. */
const shared = ['GET /snapshots/{id}', 'POST /snapshots/{id}/sessions']

describe.each(databaseKinds)('every route on %s', (kind) => {
  test('is in the table', async () => {
    const {asNobody} = await startTestServer(kind)
    const {body} = await asNobody('GET', '/openapi.json', {prefix: ''})
    const documented = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      path.startsWith('/api/v1')
        ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.slice('/api/v1'.length)}`)
        : [],
    )
    expect(documented.sort()).toEqual(Object.keys(targets).sort())
  })

  test('serves its owner', async () => {
    const statuses = await callAll(kind, 'anna', Object.keys(targets))
    for (const [route, status] of statuses) {
      expect([route, status >= 200 && status < 300]).toEqual([route, true])
    }
  })

  test('answers somebody else as if it did not exist, and shows them nothing', async () => {
    const refused = Object.keys(targets).filter((route) => ![...ownLists, ...creations, ...shared].includes(route))
    expect(new Set((await callAll(kind, 'ben', refused)).map(([, status]) => status))).toEqual(new Set([404]))

    const server = await startTestServer(kind)
    const fixture = await prepare(server)
    for (const route of ownLists) {
      const {text} = await call(server, 'ben', route, fixture)
      expect(text).not.toMatch(/anna|Mine/)
    }
    for (const route of refused.filter((name) => !name.startsWith('GET'))) {
      await call(server, 'ben', route, fixture)
    }
    expect((await server.as('anna')('GET', `/sessions/${fixture.sessionId}`)).body).toMatchObject({
      ...title,
      revision: 1,
    })
    expect((await server.as('anna')('GET', `/workspaces/${fixture.workspaceId}`)).body).toMatchObject({revision: 1})
  })

  test('asks nobody in particular to sign in, except for a snapshot whose link they have', async () => {
    const statuses = new Map(await callAll(kind, undefined, Object.keys(targets)))
    expect(statuses.get('GET /snapshots/{id}')).toBe(200)
    statuses.delete('GET /snapshots/{id}')
    expect(new Set(statuses.values())).toEqual(new Set([401]))
  })
})

test('unknown, deleted, foreign and impossible ids get one identical answer', async () => {
  const server = await startTestServer('sqlite')
  const {sessionId, snapshotId} = await prepare(server)
  const [anna, ben] = [server.as('anna'), server.as('ben')]
  const foreign = await ben('GET', `/sessions/${sessionId}`)
  await anna('DELETE', `/sessions/${sessionId}`)
  await anna('DELETE', `/snapshots/${snapshotId}`)
  const answers = [
    foreign,
    await anna('GET', `/sessions/${sessionId}`),
    await anna('GET', '/sessions/unknown'),
    await anna('GET', `/sessions/${'x'.repeat(201)}`),
    await anna('GET', '/sessions/..%2f..%2fetc'),
    await anna('GET', `/snapshots/${snapshotId}`),
    await anna('GET', '/snapshots/short'),
    await ben('DELETE', `/snapshots/${snapshotId}`),
    await anna('GET', '/sessions/x/history/0'),
  ]
  expect(new Set(answers.map(({status, text}) => `${status} ${text}`)).size).toBe(1)
  expect(foreign.status).toBe(404)
})

async function callAll(kind: (typeof databaseKinds)[number], userId: string | undefined, routes: readonly string[]) {
  const server = await startTestServer(kind)
  const statuses: [string, number][] = []
  for (const route of routes) {
    // Each on things of its own: some of them delete.
    const fixture = await prepare(server)
    const {status} = await call(server, userId, route, fixture)
    statuses.push([route, status])
  }
  return statuses
}

async function call(server: TestServer, userId: string | undefined, route: string, fixture: Fixture) {
  const target = targets[route]?.(fixture)
  if (target === undefined) {
    throw new Error(`no target for ${route}`)
  }
  const {path, ...rest} = target
  const method = route.split(' ')[0] ?? ''
  if (path.endsWith('/events')) {
    const abort = new AbortController()
    const response = await fetch(`${server.url}/api/v1${path}`, {
      signal: abort.signal,
      headers: userId === undefined ? {} : {authorization: `Bearer user-${userId}`},
    })
    abort.abort()
    return {status: response.status, text: ''}
  }
  const caller = userId === undefined ? server.asNobody : server.as(userId)
  return caller(method, path, rest)
}

async function prepare({as}: TestServer): Promise<Fixture> {
  const anna = as('anna')
  const [session, snapshot, template] = [
    await anna('POST', '/sessions', {body: title}),
    await anna('POST', '/snapshots', {body: title}),
    await anna('POST', '/templates', {body: title}),
  ]
  const workspaceId = `w-${session.body.id}`
  await anna('POST', '/stores/main/commits', {body: storeCommit})
  await anna('POST', `/workspaces/${workspaceId}/commits`, {body: commit, headers: {'if-none-match': '*'}})
  return {workspaceId, sessionId: session.body.id, snapshotId: snapshot.body.id, templateId: template.body.id}
}
