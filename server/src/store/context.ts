import {type Kysely, sql} from 'kysely'
import type {Dialect} from '../database/dialect.ts'
import type {Schema} from '../database/schema.ts'

/** What an operation of the store works with: one transaction of one database. */
export type Context = {
  readonly db: Kysely<Schema>
  readonly dialect: Dialect
}

/**
 * Makes everything that this transaction reads be of one moment. To be called before its first query, and not where
 * something is written. In SQLite nothing is written meanwhile anyway.
 */
export async function readOneMoment({db, dialect}: Context): Promise<void> {
  if (dialect === 'postgres') {
    // There, each statement sees what was committed before it, unless told otherwise.
    await sql`set transaction isolation level repeatable read, read only`.execute(db)
  }
}

/** For comparing and sorting without regard to case, the same in both databases. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
