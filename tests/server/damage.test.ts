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
