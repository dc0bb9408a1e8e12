import {describe, expect, onTestFinished, test} from 'vitest'
import {createTestDatabase, type DatabaseKind, databaseKinds, type TestDatabase} from './support/databases.ts'
import {runSql} from './support/run-sql.ts'
import {startTestServer, type TestServer} from './support/start-test-server.ts'

/** From now on the database refuses to mark visits. */
const refuseMarking = (database: TestDatabase) =>
  runSql(database, {
    sqlite: `create trigger refuse before update on visits when new.is_deleted = 1
      begin select raise(abort, 'refused'); end`,
    postgres: `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
      create trigger refuse before update on visits for each row when (new.is_deleted = 1) execute function refuse()`,
  })

const allowMarking = (database: TestDatabase) =>
  runSql(database, {sqlite: 'drop trigger refuse', postgres: 'drop trigger refuse on visits'})

describe.each(databaseKinds)('marking the visits of a deleted snapshot on %s', (kind) => {
  test('that fails is tried again after 1, 2 and 4 seconds, and never given up', async () => {
    const {database, server, failures, isMarked} = await startDeleted(kind)
    for (const [attempt, delayMs] of [1_000, 2_000, 4_000].entries()) {
      await expect.poll(failures, {timeout: 10_000}).toBe(attempt + 1)
      server.clock.advance(delayMs - 1)
      expect([await isMarked(server), await failures()]).toEqual([false, attempt + 1])
      server.clock.advance(1)
    }
    await expect.poll(failures, {timeout: 10_000}).toBe(4)
    await allowMarking(database)
    server.clock.advance(300_000)
    await expect.poll(() => isMarked(server), {timeout: 10_000}).toBe(true)
  })

  test('that a server did not finish is finished by the next one', async () => {
    const {database, server, failures, isMarked} = await startDeleted(kind)
    await expect.poll(failures, {timeout: 10_000}).toBe(1)
    await server.server.close()
    await allowMarking(database)
    const next = await startTestServer(kind, {database})
    expect(await isMarked(next)).toBe(false)
    next.clock.advance(60_000)
    await expect.poll(() => isMarked(next), {timeout: 10_000}).toBe(true)
  })
})

/** A snapshot that was visited and deleted, and a database that refuses to mark the visit. */
async function startDeleted(kind: DatabaseKind) {
  const database = await createTestDatabase(kind)
  onTestFinished(database.remove)
  const server = await startTestServer(kind, {database})
  const {id} = (await server.as('anna')('POST', '/snapshots', {body: {title: 'Shared', content: 1}})).body
  await server.as('ben')('GET', `/snapshots/${id}`)
  await refuseMarking(database)
  expect((await server.as('anna')('DELETE', `/snapshots/${id}`)).status).toBe(204)
  const failures = async () => {
    const {text} = await server.asNobody('GET', '/metrics', {prefix: ''})
    return Number(/keepspace_jobs_total\{outcome="failed"\} (\d+)/.exec(text)?.[1] ?? 0)
  }
  const isMarked = async ({as}: TestServer) => (await as('ben')('GET', '/visits')).body.items[0].isDeleted as boolean
  return {database, server, failures, isMarked}
}
