import {describe, expect, onTestFinished, test} from 'vitest'
import {createTestDatabase, databaseKinds} from './support/databases.ts'
import {runSql} from './support/run-sql.ts'
import {startTestServer} from './support/start-test-server.ts'

describe.each(databaseKinds)('a stored content that was damaged on %s', (kind) => {
  test('is refused and left as it is, while everything beside it can be read and exported', async () => {
    const database = await createTestDatabase(kind)
    onTestFinished(database.remove)
    const {as} = await startTestServer(kind, {database})
    const anna = as('anna')
    const large = {text: 'x'.repeat(200_000)}
    const create = async (title: string, content: unknown) =>
      (await anna('POST', '/sessions', {body: {title, content}})).body.id as string
    const [small, packed, whole] = [
      await create('Small', {n: 1}),
      await create('Packed', large),
      await create('Whole', 1),
    ]
    await anna('PUT', `/sessions/${small}`, {body: {content: {n: 2}}, headers: {'if-match': '"1"'}})
    const damaged = `document_id = '${packed}' or (document_id = '${small}' and revision = 2)`
    await runSql(database, {
      sqlite: `update versions set content = x'00112233' where ${damaged}`,
      postgres: `update versions set content = '\\x00112233' where ${damaged}`,
    })
    for (const id of [small, packed]) {
      const {status, body} = await anna('GET', `/sessions/${id}`)
      expect([status, body.code]).toEqual([500, 'content.damaged'])
    }
    expect((await anna('GET', `/sessions/${small}/history/1`)).body.content).toEqual({n: 1})
    expect((await anna('GET', `/sessions/${whole}`)).body.content).toBe(1)
    expect((await anna('GET', '/sessions')).body.items).toHaveLength(3)
    const {sessions} = (await anna('GET', '/export')).body
    expect(
      sessions.map(({title, isDamaged = false}: {title: string; isDamaged?: boolean}) => [title, isDamaged]).sort(),
    ).toEqual([
      ['Packed', true],
      ['Small', true],
      ['Whole', false],
    ])
    const select = `select content from versions where ${damaged}`
    const rows = await runSql(database, {sqlite: select, postgres: select})
    expect(rows.map((row) => Buffer.from((row as {content: Uint8Array}).content).toString('hex'))).toEqual([
      '00112233',
      '00112233',
    ])

    const restored = await anna('POST', `/sessions/${small}/history/1/restore`, {headers: {'if-match': '"2"'}})
    expect([restored.status, (await anna('GET', `/sessions/${small}`)).body.content]).toEqual([200, {n: 1}])
  })
})

describe.each(databaseKinds)('a record of a workspace on %s', (kind) => {
  test.each([
    ['that is not JSON any more', '{"a":"hel'],
    ['that is other JSON', '{"a":"jello"}'],
    ['that is not JSON, written before there were checksums', '{"a":"hel', 'checksum = null, '],
  ])('%s is refused, and everything beside it can be exported', async (_, value, more = '') => {
    const database = await createTestDatabase(kind)
    onTestFinished(database.remove)
    const {as} = await startTestServer(kind, {database})
    const anna = as('anna')
    for (const id of ['broken', 'whole']) {
      const puts = ['k', 'l'].map((key) => ({key, value: {a: 'hello'}}))
      const body = {commitId: `of-${id}`, puts, deletes: []}
      await anna('POST', `/workspaces/${id}/commits`, {body, headers: {'if-none-match': '*'}})
    }
    const update = `update workspace_records set ${more}value = '${value}' where workspace_id = 'broken' and record_key = 'k'`
    await runSql(database, {sqlite: update, postgres: update})
    const {status, body} = await anna('GET', '/workspaces/broken')
    expect([status, body.code, body.detail]).toEqual([500, 'content.damaged', 'k'])
    expect((await anna('GET', '/workspaces/whole')).body.recordList).toHaveLength(2)
    const {workspaces} = (await anna('GET', '/export')).body
    expect(
      workspaces.map(({id, isDamaged, recordList}: {id: string; isDamaged?: true; recordList: unknown[]}) => [
        id,
        isDamaged,
        recordList,
      ]),
    ).toEqual([
      ['broken', true, [{key: 'l', value: {a: 'hello'}}]],
      ['whole', undefined, [expect.objectContaining({key: 'k'}), expect.objectContaining({key: 'l'})]],
    ])
  })
})
