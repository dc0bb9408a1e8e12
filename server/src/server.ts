import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {nanoid} from 'nanoid'
import type {Clock} from './clock.ts'
import type {Database} from './database/database.ts'
import {openPostgresDatabase} from './database/postgres-database.ts'
import {openSqliteDatabase} from './database/sqlite-database.ts'
import {type AppOptions, createApp} from './http/app.ts'
import {isLoopback} from './http/security.ts'
import type {Authenticate} from './identity/identity.ts'
import {singleUserAuthentication, singleUserToken} from './identity/single-user.ts'
import {systemClock} from './time/system-clock.ts'

const SECRET_LENGTH = 43
const OWNER_ONLY_FOLDER = 0o700

export type ServerOptions = {
  /** Folder of the database file and of the token. Not needed with `databaseUrl` and `authenticate`. @defaultValue `./keepspace-data` */
  readonly dataFolder?: string
  /** `postgres://…`; without it, SQLite in the data folder. */
  readonly databaseUrl?: string | undefined
  /** Hear other servers through LISTEN and NOTIFY. @defaultValue true */
  readonly isNotifying?: boolean
  /** @defaultValue `127.0.0.1` */
  readonly host?: string
  /** 0 takes any free one. @defaultValue 4400 */
  readonly port?: number
  /** The host's authentication. Without it there is one user, known by a token in the data folder, on loopback only. */
  readonly authenticate?: Authenticate | undefined
  readonly clock?: Clock
  readonly audit?: AppOptions['audit']
} & Pick<AppOptions, 'allowedOrigins' | 'trustProxy' | 'metricsToken' | 'limits' | 'logger'>

export type RunningServer = {
  /** Where it listens, e.g. `http://127.0.0.1:4400`. */
  readonly url: string
  /** The file with the token of the one user, undefined with an authentication of the host. */
  readonly tokenFile: string | undefined
  /** Ends streams and open requests, finishes what is being written, closes the database. */
  close(): Promise<void>
}

const DEFAULT_PORT = 4400
const DEFAULT_DATA_FOLDER = 'keepspace-data'

/**
 * Starts a session server.
 *
 * @throws Error with a sentence: the database cannot be opened, the port is taken, or there is no authentication though
 * other machines could reach it
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const {host = '127.0.0.1', port = DEFAULT_PORT, dataFolder = DEFAULT_DATA_FOLDER, clock = systemClock} = options
  if (options.authenticate === undefined && !isLoopback(host)) {
    throw new Error(`Without an authentication the server listens on loopback only, not on ${host}.`)
  }
  if (options.databaseUrl === undefined || options.authenticate === undefined) {
    await mkdir(dataFolder, {recursive: true, mode: OWNER_ONLY_FOLDER})
  }
  const tokenFile = options.authenticate === undefined ? join(dataFolder, 'token') : undefined
  const authenticate =
    options.authenticate ?? singleUserAuthentication(await singleUserToken(join(dataFolder, 'token')))
  const database = await openDatabase(options, dataFolder, clock)
  try {
    const app = await createApp({
      database,
      authenticate,
      clock,
      newId: nanoid,
      secret: await database.run('sharedSecret', {name: 'cursor', proposal: nanoid(SECRET_LENGTH)}),
      audit: options.audit ?? ((entry) => app.log.info({audit: entry})),
      isLoopbackOnly: tokenFile !== undefined,
      allowedOrigins: options.allowedOrigins ?? [],
      trustProxy: options.trustProxy ?? false,
      metricsToken: options.metricsToken,
      limits: options.limits ?? {},
      logger: options.logger ?? false,
    })
    const url = await app.listen({host, port})
    return {
      url,
      tokenFile,
      close: async () => {
        await app.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

function openDatabase({databaseUrl, isNotifying}: ServerOptions, dataFolder: string, clock: Clock): Promise<Database> {
  return databaseUrl === undefined
    ? openSqliteDatabase({file: join(dataFolder, 'keepspace.sqlite')})
    : openPostgresDatabase({url: databaseUrl, clock, isNotifying: isNotifying ?? true})
}
