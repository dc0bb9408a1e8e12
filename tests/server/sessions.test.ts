import {createHash} from 'node:crypto'
import {describe, expect, test} from 'vitest'
import {databaseKinds} from './support/databases.ts'
import {startTestServer} from './support/start-test-server.ts'

const content = {notes: [{text: 'Grüße', done: false}], at: 5}
const canonical = '{"at":5,"notes":[{"done":false,"text":"Grüße"}]}'

describe.each(databaseKinds)('sessions on %s', (kind) => {
  test('are created, read whole and as metadata, and carry the hash and size of their canonical content', async () => {
    const {as, clock} = await startTestServer(kind)
    const anna = as('anna')
    const created = await anna('POST', '/sessions', {body: {title: 'Plan', description: 'of the week', content}})
    const metadata = {
      id: created.body.id,
      title: 'Plan',
      description: 'of the week',
      revision: 1,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      contentHash: createHash('sha256').update(canonical).digest('hex'),
      bytes: Buffer.byteLength(canonical),
    }
    expect([created.status, created.etag, created.headers.get('location')]).toEqual([
      201,
      '"1"',
      `/api/v1/sessions/${metadata.id}`,
    ])
    expect(created.body).toEqual(metadata)
    expect((await anna('GET', `/sessions/${metadata.id}`)).body).toEqual({...metadata, content})
    expect((await anna('GET', `/sessions/${metadata.id}/metadata`)).body).toEqual(metadata)
  })

  test('a large content is compressed at rest and comes back as it was', async () => {
    const {as} = await startTestServer(kind)
    const large = {text: 'ä€😀'.repeat(40_000)}
    const {body} = await as('anna')('POST', '/sessions', {body: {title: 'Large', content: large}})
    expect((await as('anna')('GET', `/sessions/${body.id}`)).body.content).toEqual(large)
  })

  test('a change lands only on the revision it is based on; a stale one is answered with what is stored', async () => {
    const {as, clock} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content}})).body
    clock.advance(1_000)
    const changed = await anna('PUT', `/sessions/${id}`, {body: {content: {at: 6}}, headers: {'if-match': '"1"'}})
    expect([changed.status, changed.etag, changed.body.revision, changed.body.updatedAt]).toEqual([
      200,
      '"2"',
      2,
      clock.now(),
    ])

    const stale = await anna('PUT', `/sessions/${id}`, {body: {content: {at: 7}}, headers: {'if-match': '"1"'}})
    expect([stale.status, stale.body.code, stale.body.current]).toEqual([412, 'revision.stale', changed.body])
    expect((await anna('GET', `/sessions/${id}`)).body.content).toEqual({at: 6})
  })

  test('of many changes on one revision exactly one lands', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content}})).body
    const answers = await Promise.all(
      Array.from({length: 20}, (_, at) =>
        anna('PUT', `/sessions/${id}`, {body: {content: {at}}, headers: {'if-match': '"1"'}}),
      ),
    )
    expect(answers.map(({status}) => status).sort()).toEqual([200, ...Array(19).fill(412)])
    const winner = answers.findIndex(({status}) => status === 200)
    expect((await anna('GET', `/sessions/${id}`)).body).toMatchObject({revision: 2, content: {at: winner}})
  })

  test('a change of the title alone keeps the content and makes a version', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content}})).body
    await anna('PUT', `/sessions/${id}`, {body: {title: 'Plan B'}, headers: {'if-match': '"1"'}})
    expect((await anna('GET', `/sessions/${id}`)).body).toMatchObject({title: 'Plan B', revision: 2, content})
    expect((await anna('GET', `/sessions/${id}/history/1`)).body).toMatchObject({title: 'Plan', content})
  })

  test('a change without a revision is refused', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content}})).body
    const answer = await anna('PUT', `/sessions/${id}`, {body: {title: 'X'}})
    expect([answer.status, answer.body.code]).toEqual([428, 'revision.required'])
    expect((await anna('GET', `/sessions/${id}`)).body).toMatchObject({title: 'Plan', revision: 1})
  })

  test('save as makes another session; what is left out is taken over', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', description: 'd', content}})).body
    const copy = await anna('POST', `/sessions/${id}/copies`, {body: {title: 'Copy'}})
    expect([copy.status, copy.body.title, copy.body.description, copy.body.revision]).toEqual([201, 'Copy', 'd', 1])
    expect((await anna('GET', `/sessions/${copy.body.id}`)).body.content).toEqual(content)
    const other = await anna('POST', `/sessions/${id}/copies`, {body: {content: [1]}})
    expect((await anna('GET', `/sessions/${other.body.id}`)).body).toMatchObject({title: 'Plan', content: [1]})
  })

  test('deleted ones are gone with their history, and only at the revision asked for', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content}})).body
    expect((await anna('DELETE', `/sessions/${id}`, {headers: {'if-match': '"2"'}})).status).toBe(412)
    expect((await anna('DELETE', `/sessions/${id}`)).status).toBe(204)
    for (const path of ['', '/metadata', '/history', '/history/1']) {
      expect((await anna('GET', `/sessions/${id}${path}`)).status).toBe(404)
    }
  })

  test('an answer known by its ETag is not sent again', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content}})).body
    for (const path of [`/sessions/${id}`, `/sessions/${id}/metadata`]) {
      expect((await anna('GET', path, {headers: {'if-none-match': '"1"'}})).status).toBe(304)
    }
  })

  describe('history', () => {
    test('shows every version, newest first and page by page, and makes an old one the newest', async () => {
      const {as, clock} = await startTestServer(kind)
      const anna = as('anna')
      const {id} = (await anna('POST', '/sessions', {body: {title: 'v1', content: {n: 1}}})).body
      for (const n of [2, 3, 4]) {
        clock.advance(60_000)
        await anna('PUT', `/sessions/${id}`, {
          body: {title: `v${n}`, content: {n}},
          headers: {'if-match': `"${n - 1}"`},
        })
      }
      const first = await anna('GET', `/sessions/${id}/history?pageSize=3`)
      expect(first.body.items.map(({revision}: {revision: number}) => revision)).toEqual([4, 3, 2])
      const rest = await anna('GET', `/sessions/${id}/history?pageSize=3&cursor=${first.body.nextCursor}`)
      expect(rest.body.items.map(({title}: {title: string}) => title)).toEqual(['v1'])
      expect(rest.body.nextCursor).toBeUndefined()

      const restored = await anna('POST', `/sessions/${id}/history/2/restore`, {headers: {'if-match': '"4"'}})
      expect(restored.body).toMatchObject({revision: 5, title: 'v2'})
      expect((await anna('GET', `/sessions/${id}`)).body.content).toEqual({n: 2})
      expect((await anna('GET', `/sessions/${id}/history/4`)).body.content).toEqual({n: 4})
      expect((await anna('POST', `/sessions/${id}/history/2/restore`, {headers: {'if-match': '"4"'}})).status).toBe(412)
    })

    test('is thinned by age, and the newest hundred stay', async () => {
      const {as, clock} = await startTestServer(kind)
      const anna = as('anna')
      const {id} = (await anna('POST', '/sessions', {body: {title: 'v', content: 1}})).body
      for (let revision = 2; revision <= 144; revision += 1) {
        clock.advance(10_000)
        await anna('PUT', `/sessions/${id}`, {body: {content: revision}, headers: {'if-match': `"${revision - 1}"`}})
      }
      await expect
        .poll(async () => (await anna('GET', `/sessions/${id}/history?pageSize=100`)).body.nextCursor)
        .toBeDefined()
      const newest = await anna('GET', `/sessions/${id}/history?pageSize=100`)
      expect(newest.body.items.map(({revision}: {revision: number}) => revision)).toEqual(
        Array.from({length: 100}, (_, index) => 144 - index),
      )
      await expect
        .poll(
          async () => (await anna('GET', `/sessions/${id}/history?cursor=${newest.body.nextCursor}`)).body.items.length,
        )
        .toBeLessThanOrEqual(4)
    })
  })
})
