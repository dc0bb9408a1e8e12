import type {InputOf, OperationName, OutputOf} from '../store/operations.ts'
import type {Dialect} from './dialect.ts'

/** A database that runs the operations of the store. */
export interface Database {
  readonly dialect: Dialect
  /**
   * Runs one operation in a transaction. Resolves when it is durable.
   *
   * @throws DatabaseUnavailable when nobody knows whether it landed, or it could not be tried
   */
  run<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>>
  /** Hears what other servers of the same database changed. Nothing where there is no other server. */
  onChange(listener: (change: Change) => void): () => void
  /** Tells the other servers of the same database. Nothing where there is no other server. */
  announce(change: Change): void
  close(): Promise<void>
}

/** A session that changed or was deleted (revision 0). */
export type Change = {readonly ownerId: string; readonly id: string; readonly revision: number}

/** The database gives no answer. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}
