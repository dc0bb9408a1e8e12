import type {AuditEntry, RunningServer, ServerOptions} from 'keepspace-server'
import {startServer} from 'keepspace-server'
import {onTestFinished} from 'vitest'
import {createTestDatabase, type DatabaseKind, type TestDatabase} from './databases.ts'
import {createTestClock, type TestClock} from './test-clock.ts'

/** An answer, read to its end. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly etag: string | null
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  readonly body: any
}

export type Call = (
  method: string,
  path: string,
  options?: {body?: unknown; headers?: Record<string, string>; prefix?: string},
) => Promise<Answer>

export type TestServer = {
  readonly url: string
  readonly server: RunningServer
  readonly clock: TestClock
  readonly audited: readonly AuditEntry[]
  readonly database: TestDatabase
  /** Calls as a signed-in person. */
  as(userId: string): Call
  /** Calls as nobody. */
  readonly asNobody: Call
}

/** The test's host knows people by a token that is their name. */
export const authenticate: NonNullable<ServerOptions['authenticate']> = async ({headers}) => {
  const userId = /^Bearer user-(.+)$/.exec(headers.authorization ?? '')?.[1]
  return userId === undefined ? undefined : {userId}
}

/** A server on a database of its own, both gone after the test. */
export async function startTestServer(
  kind: DatabaseKind,
  options: Partial<ServerOptions> & {database?: TestDatabase} = {},
): Promise<TestServer> {
  const {database: given, ...serverOptions} = options
  const database = given ?? (await createTestDatabase(kind))
  const clock = createTestClock()
  const audited: AuditEntry[] = []
  const server = await startServer({
    ...database.options,
    port: 0,
    authenticate,
    clock,
    audit: (entry) => void audited.push(entry),
    limits: {addressPerMinute: 1e9, identity: {burst: 1e9, perMinute: 1e9}, ...serverOptions.limits},
    ...serverOptions,
  })
  onTestFinished(async () => {
    await server.close()
    if (given === undefined) {
      await database.remove()
    }
  })
  return {
    url: server.url,
    server,
    clock,
    audited,
    database,
    as: (userId) => callOf(server.url, {authorization: `Bearer user-${userId}`}),
    asNobody: callOf(server.url, {}),
  }
}

function callOf(url: string, common: Record<string, string>): Call {
  return async (method, path, {body, headers = {}, prefix = '/api/v1'} = {}) => {
    const response = await fetch(`${url}${prefix}${path}`, {
      method,
      headers: {...common, ...(body !== undefined && {'content-type': 'application/json'}), ...headers},
      ...(body !== undefined && {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      etag: response.headers.get('etag'),
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }
}
