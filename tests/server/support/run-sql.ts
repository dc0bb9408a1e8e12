import {join} from 'node:path'
import SQLite from 'better-sqlite3'
import pg from 'pg'
import type {TestDatabase} from './databases.ts'

/** What a test says to a database behind the server's back, in the words of each kind. */
export type Sql = {readonly sqlite: string; readonly postgres: string}

/** Runs statements and answers with the rows of the last one. */
export async function runSql({options}: TestDatabase, sql: Sql): Promise<readonly unknown[]> {
  if (options.databaseUrl === undefined) {
    const database = new SQLite(join(options.dataFolder, 'keepspace.sqlite'))
    try {
      database.pragma('busy_timeout = 10000')
      if (/^\s*select/i.test(sql.sqlite)) {
        return database.prepare(sql.sqlite).all()
      }
      database.exec(sql.sqlite)
      return []
    } finally {
      database.close()
    }
  }
  const client = new pg.Client({connectionString: options.databaseUrl})
  await client.connect()
  try {
    return (await client.query(sql.postgres)).rows ?? []
  } finally {
    await client.end()
  }
}
