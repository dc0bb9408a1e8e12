import {describe, expect, onTestFinished, test} from 'vitest'
import {createTestDatabase, databaseKinds} from './support/databases.ts'
import {startTestServer, type TestServer} from './support/start-test-server.ts'

describe('two servers of one PostgreSQL', () => {
  test('show each other’s changes, and let only one change of a revision land', async () => {
    const {one, other} = await startTwo()
    const {id} = (await one.as('anna')('POST', '/sessions', {body: {title: 'Plan', content: 1}})).body
    expect((await other.as('anna')('GET', `/sessions/${id}`)).body.content).toBe(1)
    for (let revision = 1; revision <= 10; revision += 1) {
      const change = {body: {content: revision}, headers: {'if-match': `"${revision}"`}}
      const answers = await Promise.all(
        [one, other].map((server) => server.as('anna')('PUT', `/sessions/${id}`, change)),
      )
      expect(answers.map(({status}) => status).sort()).toEqual([200, 412])
    }
  })

  test('know each other’s idempotency keys and cursors', async () => {
    const {one, other} = await startTwo()
    const create = {body: {title: 'Plan', content: 1}, headers: {'idempotency-key': 'k'}}
    const answers = await Promise.all(
      [one, other, one, other].map((server) => server.as('anna')('POST', '/sessions', create)),
    )
    expect(new Set(answers.map(({body}) => body.id)).size).toBe(1)
    await one.as('anna')('POST', '/sessions', {body: {title: 'Second', content: 1}})
    const {nextCursor} = (await one.as('anna')('GET', '/sessions?pageSize=1')).body
    expect((await other.as('anna')('GET', `/sessions?pageSize=1&cursor=${nextCursor}`)).body.items).toHaveLength(1)
  })

  test('tell watchers of what the other one changed', async () => {
    const {one, other} = await startTwo()
    const {id} = (await one.as('anna')('POST', '/sessions', {body: {title: 'Plan', content: 1}})).body
    const events = await watch(one, id)
    await other.as('anna')('PUT', `/sessions/${id}`, {body: {content: 2}, headers: {'if-match': '"1"'}})
    await expect.poll(events).toEqual([
      {type: 'revision', id, revision: 1},
      {type: 'revision', id, revision: 2},
    ])
  })

  async function startTwo() {
    const database = await createTestDatabase('postgres')
    onTestFinished(() => database.remove())
    return {one: await startTestServer('postgres', {database}), other: await startTestServer('postgres', {database})}
  }
})

describe.each(databaseKinds)('watchers of a session on %s', (kind) => {
  test('hear where it is, every new revision, its restoration and its end', async () => {
    const server = await startTestServer(kind)
    const anna = server.as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content: 1}})).body
    const {id: otherId} = (await anna('POST', '/sessions', {body: {title: 'Other', content: 1}})).body
    const events = await watch(server, id)
    await anna('PUT', `/sessions/${otherId}`, {body: {content: 2}, headers: {'if-match': '"1"'}})
    await anna('PUT', `/sessions/${id}`, {body: {content: 2}, headers: {'if-match': '"1"'}})
    await anna('POST', `/sessions/${id}/history/1/restore`, {headers: {'if-match': '"2"'}})
    await anna('DELETE', `/sessions/${id}`)
    await expect.poll(events).toEqual([
      {type: 'revision', id, revision: 1},
      {type: 'revision', id, revision: 2},
      {type: 'revision', id, revision: 3},
      {type: 'deleted', id},
    ])
  })
})

/** Opens a stream. @returns what it has told so far */
async function watch({url}: TestServer, id: string): Promise<() => unknown[]> {
  const abort = new AbortController()
  const response = await fetch(`${url}/api/v1/sessions/${id}/events`, {
    signal: abort.signal,
    headers: {authorization: 'Bearer user-anna', accept: 'text/event-stream'},
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  onTestFinished(() => abort.abort())
  let text = ''
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk)
    }
  }
  read().catch(() => undefined)
  return () => [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''))
}
