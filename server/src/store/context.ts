import type {Kysely} from 'kysely'
import type {Dialect} from '../database/dialect.ts'
import type {Schema} from '../database/schema.ts'

/** What an operation of the store works with: one transaction of one database. */
export type Context = {
  readonly db: Kysely<Schema>
  readonly dialect: Dialect
}

/** For comparing and sorting without regard to case, the same in both databases. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
