import {Kysely, PostgresDialect} from 'kysely'
import {Client, Pool, types} from 'pg'
import type {Clock} from '../clock.ts'
import type {Context} from '../store/context.ts'
import {type InputOf, type OperationName, type OutputOf, operations} from '../store/operations.ts'
import {type Change, type Database, DatabaseUnavailable} from './database.ts'
import {migrate} from './migrations.ts'
import type {Schema} from './schema.ts'

const CHANNEL = 'keepspace_changes'
/** How long a statement may take before it is given up. */
const STATEMENT_MS = 10_000
const CONNECT_MS = 5_000
/** How often a transaction that lost against another is tried again. */
const MOST_ATTEMPTS = 5
/** Serialization failure, deadlock, and a key that another transaction inserted meanwhile. */
const worthRepeating = new Set(['40001', '40P01', '23505'])
const INT8 = 20
const NUMERIC = 1700

/** How long after its connection broke a server listens again. */
const LISTEN_AGAIN_MS = 1_000

export type PostgresOptions = {
  readonly clock: Clock
  readonly url: string
  /** Connections of this server. @defaultValue 10 */
  readonly poolSize?: number
  /** Hear other servers through LISTEN and NOTIFY. Off where the database has none. @defaultValue true */
  readonly isNotifying?: boolean
}

/**
 * PostgreSQL, shared by any number of servers.
 *
 * @throws Error when it does not answer or its schema cannot be brought up to date
 */
export async function openPostgresDatabase({
  clock,
  url,
  poolSize = 10,
  isNotifying = true,
}: PostgresOptions): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    statement_timeout: STATEMENT_MS,
    connectionTimeoutMillis: CONNECT_MS,
    types: {getTypeParser: numbersAsNumbers},
  })
  // A connection that breaks while idle is replaced by the pool.
  pool.on('error', () => undefined)
  const db = new Kysely<Schema>({dialect: new PostgresDialect({pool})})
  const changes = createChanges(url, clock)
  try {
    await migrate(db, 'postgres')
    if (isNotifying) {
      await changes.start()
    }
  } catch (error) {
    await changes.stop()
    await db.destroy()
    throw error
  }

  const attempt = <Name extends OperationName>(name: Name, input: InputOf<Name>) =>
    db.transaction().execute((transaction) => {
      const operation = operations[name] as (context: Context, input: unknown) => Promise<OutputOf<Name>>
      return operation({db: transaction, dialect: 'postgres'}, input)
    })

  return {
    dialect: 'postgres',
    async run(name, input) {
      for (let attempts = 1; ; attempts += 1) {
        try {
          return (await attempt(name, input)) as OutputOf<typeof name>
        } catch (error) {
          if (attempts >= MOST_ATTEMPTS || !worthRepeating.has(codeOf(error))) {
            throw isUnavailable(error) ? new DatabaseUnavailable(messageOf(error)) : error
          }
        }
      }
    },
    onChange: changes.subscribe,
    announce: (change) => {
      if (isNotifying) {
        // A hint only: watchers that miss it poll.
        pool.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(change)]).catch(() => undefined)
      }
    },
    async close() {
      await changes.stop()
      await db.destroy()
    },
  }
}

/** One connection that listens, apart from the pool. Opened again when it breaks. */
function createChanges(url: string, clock: Clock) {
  const listeners = new Set<(change: Change) => void>()
  let client: Client | undefined
  let isStopped = false

  const start = async (): Promise<void> => {
    client?.removeListener('end', startAgain)
    const next = new Client({connectionString: url, connectionTimeoutMillis: CONNECT_MS})
    client = next
    next.on('error', () => undefined)
    next.on('notification', ({payload}) => {
      const change = payload === undefined ? undefined : (JSON.parse(payload) as Change)
      if (change !== undefined) {
        for (const listener of listeners) {
          listener(change)
        }
      }
    })
    next.once('end', startAgain)
    await next.connect()
    await next.query(`listen ${CHANNEL}`)
  }

  const startAgain = () => {
    if (!isStopped) {
      clock.after(LISTEN_AGAIN_MS, () => void start().catch(startAgain))
    }
  }

  return {
    start,
    stop: async () => {
      isStopped = true
      await client?.end().catch(() => undefined)
    },
    subscribe: (listener: (change: Change) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Counters and times fit into a number of JavaScript. */
function numbersAsNumbers(id: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return id === INT8 || id === NUMERIC ? Number : types.getTypeParser(id, format as 'text')
}

function isUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  // Classes 08 (connection), 53 (resources), 57 (shut down or cancelled); the rest are those of the network.
  return /^(08|53|57)/.test(code) || /^E[A-Z]+$/.test(code) || /timeout|terminated|Connection/i.test(messageOf(error))
}

function codeOf(error: unknown): string {
  return String(Object(error).code ?? '')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
