import type SQLite from 'better-sqlite3'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** Kysely over one connection whose transactions are opened and ended by its owner. Statements are prepared once. */
export function sqliteDialect(sqlite: SQLite.Database): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(sqlite),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function createDriver(sqlite: SQLite.Database): Driver {
  const statements = new Map<string, SQLite.Statement<unknown[]>>()
  const prepared = (text: string) => {
    const known = statements.get(text)
    if (known !== undefined) {
      return known
    }
    const statement = sqlite.prepare<unknown[]>(text)
    statements.set(text, statement)
    return statement
  }
  const connection: DatabaseConnection = {
    async executeQuery<Row>({sql, parameters}: CompiledQuery): Promise<QueryResult<Row>> {
      const statement = prepared(sql)
      if (statement.reader) {
        return {rows: statement.all(...parameters) as Row[]}
      }
      const {changes, lastInsertRowid} = statement.run(...parameters)
      return {numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: []}
    },
    streamQuery() {
      throw new Error('nothing streams from SQLite')
    },
  }
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    // Used by migrations only: operations share the transaction of their group.
    beginTransaction: async () => void sqlite.exec('begin immediate'),
    commitTransaction: async () => void sqlite.exec('commit'),
    rollbackTransaction: async () => void sqlite.exec('rollback'),
    releaseConnection: async () => undefined,
    destroy: async () => void sqlite.close(),
  }
}
