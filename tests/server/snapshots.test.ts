import {describe, expect, test} from 'vitest'
import {createTestDatabase, databaseKinds} from './support/databases.ts'
import {startTestServer} from './support/start-test-server.ts'

const fiveMinutesMs = 300_000

describe.each(databaseKinds)('snapshots on %s', (kind) => {
  test('have a link of 21 URL-safe characters that is not stored where it is looked up', async () => {
    const {as} = await startTestServer(kind)
    const {status, body} = await as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: 1}})
    expect([status, body.id]).toEqual([201, expect.stringMatching(/^[A-Za-z0-9_-]{21}$/)])
  })

  test('are made of a session at any of its revisions and never change', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id: sessionId} = (await anna('POST', '/sessions', {body: {title: 'Plan', content: {n: 1}}})).body
    await anna('PUT', `/sessions/${sessionId}`, {body: {content: {n: 2}}, headers: {'if-match': '"1"'}})
    const newest = (await anna('POST', '/snapshots', {body: {sessionId}})).body
    const first = (await anna('POST', '/snapshots', {body: {sessionId, revision: 1, title: 'First'}})).body
    await anna('DELETE', `/sessions/${sessionId}`)
    expect((await anna('GET', `/snapshots/${newest.id}`)).body).toMatchObject({title: 'Plan', content: {n: 2}})
    expect((await anna('GET', `/snapshots/${first.id}`)).body).toMatchObject({title: 'First', content: {n: 1}})
    expect((await anna('PUT', `/snapshots/${first.id}`, {body: {title: 'x'}})).status).toBe(404)
  })

  test('are read by whoever has the link, and become a session of theirs', async () => {
    const {as, asNobody} = await startTestServer(kind)
    const {id} = (await as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: {n: 1}}})).body
    expect((await asNobody('GET', `/snapshots/${id}`)).body).toMatchObject({content: {n: 1}, isOwner: false})
    expect((await as('anna')('GET', `/snapshots/${id}`)).body.isOwner).toBe(true)
    const own = await as('ben')('POST', `/snapshots/${id}/sessions`, {body: {title: 'Mine'}})
    expect((await as('ben')('GET', `/sessions/${own.body.id}`)).body).toMatchObject({title: 'Mine', content: {n: 1}})
  })

  test('need either a content or a session', async () => {
    const {as} = await startTestServer(kind)
    for (const body of [{title: 'x'}, {title: 'x', content: 1, sessionId: 's'}]) {
      expect((await as('anna')('POST', '/snapshots', {body})).status).toBe(400)
    }
  })
})

describe.each(databaseKinds)('visits on %s', (kind) => {
  test('count once in five minutes, the creation too, and the last one is the last', async () => {
    const {as, clock} = await startTestServer(kind)
    const {id} = (await as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: 1}})).body
    const visit = {snapshotId: id, title: 'Shared', isDeleted: false}
    const startMs = clock.now()
    expect((await as('anna')('GET', '/visits')).body.items).toEqual([
      {...visit, visitCount: 1, firstVisitedAt: startMs, lastVisitedAt: startMs},
    ])
    await as('ben')('GET', `/snapshots/${id}`)
    clock.advance(fiveMinutesMs - 1)
    await as('ben')('GET', `/snapshots/${id}`)
    expect((await as('ben')('GET', '/visits')).body.items[0]).toMatchObject({
      visitCount: 1,
      firstVisitedAt: startMs,
      lastVisitedAt: startMs + fiveMinutesMs - 1,
    })
    clock.advance(1)
    await as('ben')('GET', `/snapshots/${id}`)
    expect((await as('ben')('GET', '/visits')).body.items).toEqual([
      {...visit, visitCount: 2, firstVisitedAt: startMs, lastVisitedAt: startMs + fiveMinutesMs},
    ])
  })

  // The rule is one statement of the database; ten thousand through PostgreSQL would only take longer.
  const visits = kind === 'sqlite' ? 10_000 : 1_000
  test(`of one person ${visits} times in a minute are one row and one count`, async () => {
    const {as} = await startTestServer(kind)
    const {id} = (await as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: 1}})).body
    const ben = as('ben')
    for (let round = 0; round < visits / 100; round += 1) {
      await Promise.all(Array.from({length: 100}, () => ben('GET', `/snapshots/${id}`)))
    }
    const {items} = (await ben('GET', '/visits')).body
    expect(items.map(({visitCount}: {visitCount: number}) => visitCount)).toEqual([1])
  }, 120_000)

  test('are forgotten by their visitor only', async () => {
    const {as} = await startTestServer(kind)
    const {id} = (await as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: 1}})).body
    await as('ben')('GET', `/snapshots/${id}`)
    expect((await as('ben')('DELETE', `/visits/${id}`)).status).toBe(204)
    expect((await as('ben')('DELETE', `/visits/${id}`)).status).toBe(404)
    expect((await as('ben')('GET', '/visits')).body.items).toEqual([])
    expect((await as('anna')('GET', '/visits')).body.items).toHaveLength(1)
  })

  test('of a deleted snapshot are marked for everybody', async () => {
    const {as} = await startTestServer(kind)
    const {id} = (await as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: 1}})).body
    const visitors = Array.from({length: 70}, (_, at) => `visitor-${at}`)
    await Promise.all(visitors.map((visitor) => as(visitor)('GET', `/snapshots/${id}`)))
    await as('anna')('DELETE', `/snapshots/${id}`)
    for (const visitor of [...visitors, 'anna']) {
      await expect.poll(async () => (await as(visitor)('GET', '/visits')).body.items[0].isDeleted).toBe(true)
    }
  })

  test('are marked by the next server when the one that deleted ended before it could', async () => {
    const database = await createTestDatabase(kind)
    const first = await startTestServer(kind, {database})
    const {id} = (await first.as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: 1}})).body
    await first.as('ben')('GET', `/snapshots/${id}`)
    // Its background work is given up at once.
    const deletion = first.as('anna')('DELETE', `/snapshots/${id}`)
    await deletion
    await first.server.close()
    const second = await startTestServer(kind, {database})
    second.clock.advance(120_000)
    await expect.poll(async () => (await second.as('ben')('GET', '/visits')).body.items[0].isDeleted).toBe(true)
  })
})
