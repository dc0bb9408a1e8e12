import SQLite from 'better-sqlite3'
import {Kysely} from 'kysely'
import {describe, expect, test} from 'vitest'
import {migrate} from '../../../server/src/database/migrations.ts'
import {type Schema, shardKeys} from '../../../server/src/database/schema.ts'
import {sqliteDialect} from '../../../server/src/database/sqlite-dialect.ts'
import {type OperationName, operations} from '../../../server/src/store/operations.ts'

const now = 1_800_000_000_000
const ownerId = 'anna'
const request = {key: 'k', fingerprint: 'f'}
const content = {encoding: 'utf8', data: new Uint8Array([49]), hash: 'h', bytes: 1} as const
const session = {ownerId, kind: 'session', id: 's'} as const
const snapshot = {ownerId, kind: 'snapshot', id: 'p'} as const
const store = {ownerId, storeId: 'main', maxBytes: 1_000}
const storeRecord = {key: 'k', text: '1', stamp: '{}', bytes: 2}
const names = {title: 'T', description: ''}
const write = {now, request: undefined}

/** Every operation, in an order in which each has something to do. */
const script: readonly (readonly [OperationName, object])[] = [
  ['sharedSecret', {name: 'cursor', proposal: 'x'}],
  ['ping', {}],
  ['createDocument', {...session, ...names, content, link: undefined, now, request}],
  ['createDocument', {...session, ...names, content, link: undefined, now, request}],
  ['createDocument', {...snapshot, ...names, content, link: {linkHash: 'l'}, ...write}],
  ['copyDocument', {...session, id: 'copy', source: {...session, revision: undefined}, names: {}, ...write}],
  ['updateDocument', {...session, expected: 1, names: {title: 'U', description: 'D'}, content, ...write}],
  ['updateDocument', {...session, expected: 2, names: {}, content: undefined, ...write}],
  ['updateDocument', {...session, expected: 1, names: {}, content: undefined, ...write}],
  ['restoreDocument', {...session, expected: 3, revision: 1, ...write}],
  ['readMetadata', session],
  ['readDocument', session],
  ['readVersion', {...session, revision: 1}],
  ['documentHistory', {...session, below: 3, limit: 5}],
  ['thinDocument', {...session, now}],
  ['visitSnapshot', {linkHash: 'l', visitorId: 'ben', now}],
  ['adoptSnapshot', {linkHash: 'l', ownerId: 'ben', id: 'b', names: {}, content: undefined, ...write}],
  ['visitorsOf', {ownerId, snapshotId: 'p', limit: 5}],
  ['deleteSnapshot', {ownerId, id: 'p', linkHash: 'l', jobId: 'j', ...write}],
  ['markVisitDeleted', {ownerId, snapshotId: 'p', visitorId: 'ben'}],
  ['forgetVisit', {visitorId: 'ben', snapshotId: 'p'}],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((bucket) => ['claimJobs', {bucket, now, leaseMs: 1}] as const),
  ['postponeJob', {bucket: 1, id: 'j', dueAt: now}],
  ['finishJob', {bucket: 1, id: 'j'}],
  [
    'commitWorkspace',
    {
      ownerId,
      id: 'w',
      expected: 0,
      commitId: 'c',
      title: 'W',
      puts: [{key: 'a', text: '1', bytes: 1}],
      deletes: [],
      ...write,
    },
  ],
  [
    'commitWorkspace',
    {ownerId, id: 'w', expected: 1, commitId: 'd', title: undefined, puts: [], deletes: ['a'], ...write},
  ],
  ['restoreWorkspace', {ownerId, id: 'w', expected: 2, revision: 1, commitId: 'e', ...write}],
  ['readWorkspace', {ownerId, id: 'w', revision: undefined}],
  ['readWorkspace', {ownerId, id: 'w', revision: 1}],
  ['workspaceHistory', {ownerId, id: 'w', below: 9, limit: 5}],
  ...Array.from(
    {length: 110},
    (_, at) =>
      [
        'commitWorkspace',
        {ownerId, id: 'w', expected: 3 + at, commitId: 'x', puts: [], deletes: [], ...write},
      ] as const,
  ),
  [
    'commitStore',
    {...store, groups: [{expect: {key: 'k', revision: 0}, puts: [storeRecord], deletes: ['d']}], ...write},
  ],
  ['readStore', {...store, selectors: [{key: 'k'}, {prefix: 'k'}, {prefix: ''}]}],
  ['listStore', {...store, prefix: 'k'}],
  ['storeIds', {ownerId}],
  ['thinWorkspace', {ownerId, id: 'w', now}],
  ...(['session', 'workspace', 'visit'] as const).map(
    (list) =>
      [
        'list',
        {
          ownerId,
          list,
          sort: 'title',
          isDescending: true,
          filters: [{field: 'title', operator: 'contains', value: 'a'}],
          limit: 5,
          after: {value: 'z', id: 'z'},
        },
      ] as const,
  ),
  ['deleteWorkspace', {ownerId, id: 'w', expected: 113, ...write}],
  ['deleteDocument', {...session, expected: 4, ...write}],
  ['forgetRequests', {ownerId, now}],
]

describe('every query', () => {
  test('binds the shard key of every table it names, so that one machine of a distributed database answers it', async () => {
    const {statements, ran} = await runAll()
    expect([...ran].sort()).toEqual(Object.keys(operations).sort())
    expect(statements.size).toBeGreaterThan(50)
    expect([...statements].flatMap(unbound)).toEqual([])
  })

  test.each([
    ['select * from "documents" where "id" = ?', ['documents']],
    ['delete from "versions" where "owner_id" > ? and "kind" = ?', ['versions']],
    ['select * from "links" where "owner_id" = ?', ['links']],
    ['insert into "jobs" ("id") values (?)', ['jobs']],
    ['update "visits" set "visitor_id" = ? where "snapshot_id" = ?', ['visits']],
    ['select 1 from "documents" where "owner_id" = ?', []],
  ])('%s is judged rightly', (statement, tables) => {
    expect(unbound(statement).map((fault) => fault.split(' ')[0])).toEqual(tables)
  })
})

async function runAll() {
  const statements = new Set<string>()
  const ran = new Set<string>()
  const sqlite = new SQLite(':memory:')
  const quiet = new Kysely<Schema>({dialect: sqliteDialect(sqlite)})
  await migrate(quiet, 'sqlite')
  const db = new Kysely<Schema>({dialect: sqliteDialect(sqlite), log: ({query}) => void statements.add(query.sql)})
  for (const [name, input] of script) {
    ran.add(name)
    await (operations[name] as (context: object, input: object) => Promise<unknown>)({db, dialect: 'sqlite'}, input)
  }
  await db.destroy()
  return {statements, ran}
}

/** The tables of a statement whose shard key it does not bind to one value. */
function unbound(statement: string): readonly string[] {
  const tables = [...statement.matchAll(/(?:from|into|update|join) "(\w+)"/g)].map(([, table]) => table as keyof Schema)
  return tables
    .filter((table) => {
      const key = shardKeys[table]
      if (statement.startsWith('insert')) {
        return !statement.includes(`("${key}"`)
      }
      const condition = statement.slice(statement.indexOf(' where '))
      const bound = [...condition.matchAll(new RegExp(`(?:"${table}"\\.)?"${key}" = \\?`, 'g'))].length
      return bound < tables.filter((other) => shardKeys[other] === key).length
    })
    .map((table) => `${table} in ${statement}`)
}
