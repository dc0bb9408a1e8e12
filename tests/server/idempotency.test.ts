import {describe, expect, test} from 'vitest'
import {databaseKinds} from './support/databases.ts'
import {startTestServer} from './support/start-test-server.ts'

describe.each(databaseKinds)('a repeated request on %s', (kind) => {
  test('gets the first answer and makes no second version', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content: 1}})).body
    const change = {body: {content: 2}, headers: {'if-match': '"1"', 'idempotency-key': 'key-1'}}
    const first = await anna('PUT', `/sessions/${id}`, change)
    const second = await anna('PUT', `/sessions/${id}`, change)
    expect([second.status, second.body]).toEqual([200, first.body])
    expect((await anna('GET', `/sessions/${id}/metadata`)).body.revision).toBe(2)
  })

  test('that was sent twice at once lands once and both get its answer', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    for (let round = 0; round < 10; round += 1) {
      const create = {body: {title: `Plan ${round}`, content: 1}, headers: {'idempotency-key': `create-${round}`}}
      const created = await Promise.all(Array.from({length: 5}, () => anna('POST', '/sessions', create)))
      const id = created[0]?.body.id as string
      expect(created.map(({status, body}) => [status, body.id])).toEqual(Array(5).fill([201, id]))

      const change = {body: {content: 2}, headers: {'if-match': '"1"', 'idempotency-key': `change-${round}`}}
      const changed = await Promise.all(Array.from({length: 5}, () => anna('PUT', `/sessions/${id}`, change)))
      expect(changed.map(({status, body}) => [status, body.revision])).toEqual(Array(5).fill([200, 2]))
    }
    expect((await anna('GET', '/sessions')).body.items).toHaveLength(10)
  })

  test('of deletion says again that it is done', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/snapshots', {body: {title: 'Plan', content: 1}})).body
    const headers = {'idempotency-key': 'key-1'}
    expect((await anna('DELETE', `/snapshots/${id}`, {headers})).status).toBe(204)
    expect((await anna('DELETE', `/snapshots/${id}`, {headers})).status).toBe(204)
    expect((await anna('DELETE', `/snapshots/${id}`)).status).toBe(404)
  })

  test('with the same key but another content, address or condition is refused', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content: 1}})).body
    const headers = {'if-match': '"1"', 'idempotency-key': 'key-1'}
    await anna('PUT', `/sessions/${id}`, {body: {content: 2}, headers})
    const others = [
      await anna('PUT', `/sessions/${id}`, {body: {content: 3}, headers}),
      await anna('PUT', `/sessions/${id}`, {body: {content: 2}, headers: {...headers, 'if-match': '"2"'}}),
      await anna('POST', '/sessions', {body: {title: 'x', content: 2}, headers}),
    ]
    expect(others.map(({status, body}) => [status, body.code])).toEqual(Array(3).fill([422, 'idempotency.mismatch']))
  })

  test('is known to its sender only', async () => {
    const {as} = await startTestServer(kind)
    const create = {body: {title: 'Plan', content: 1}, headers: {'idempotency-key': 'key-1'}}
    const [annas, bens] = [await as('anna')('POST', '/sessions', create), await as('ben')('POST', '/sessions', create)]
    expect(bens.body.id).not.toBe(annas.body.id)
  })

  test('whose first try was refused is tried again', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content: 1}})).body
    const change = {body: {content: 3}, headers: {'if-match': '"2"', 'idempotency-key': 'key-1'}}
    expect((await anna('PUT', `/sessions/${id}`, change)).status).toBe(412)
    await anna('PUT', `/sessions/${id}`, {body: {content: 2}, headers: {'if-match': '"1"'}})
    expect((await anna('PUT', `/sessions/${id}`, change)).body.revision).toBe(3)
  })
})
