import type {RequestOptions, SessionServer} from '../../model/session-server.ts'
import type {Time} from '../../model/time.ts'
import type {
  DocumentMetadata,
  DocumentVersion,
  DocumentWithContent,
  Page,
  SnapshotWithContent,
  Visit,
} from '../../model/wire/documents.ts'
import {listQueryString} from '../../model/wire/lists.ts'
import {etagOf, routes} from '../../model/wire/routes.ts'
import {errorOfAnswer, offline} from './server-errors.ts'
import {followEvents} from './session-events.ts'

/** How long a request may take before it counts as unanswered. */
const REQUEST_LIMIT_MS = 15_000

export type HttpSessionServerOptions = {
  /** Where the server is, without the path of its interface. @defaultValue `''`, the origin of the page */
  readonly url?: string
  /** The token of who is signed in, asked for before each request; undefined when a cookie does it. */
  readonly token?: () => string | undefined | Promise<string | undefined>
  /** @defaultValue the `fetch` of the platform */
  readonly fetch?: typeof fetch
  readonly time: Time
  /** @defaultValue 15,000 */
  readonly requestLimitMs?: number
}

type Call = RequestOptions & {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly revision?: number
}

/** Speaks to `keepspace-server`. Never repeats a request by itself: who asks knows whether that is wanted. */
export function createHttpSessionServer(options: HttpSessionServerOptions): SessionServer {
  const {url = '', token = () => undefined, time, requestLimitMs = REQUEST_LIMIT_MS} = options
  const send = options.fetch ?? fetch

  const call = async <Answer>(path: string, request: Call = {}): Promise<Answer> => {
    const abort = new AbortController()
    const limit = time.setTimeout(() => abort.abort(), requestLimitMs)
    const onAbort = () => abort.abort()
    request.signal?.addEventListener('abort', onAbort)
    try {
      const response = await send(`${url}${path}`, {
        method: request.method ?? 'GET',
        headers: headersOf(request, await token()),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: abort.signal,
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
      })
      if (!response.ok) {
        throw await errorOfAnswer(response)
      }
      return (response.status === 204 ? undefined : await response.json()) as Answer
    } catch (error) {
      throw offline(error)
    } finally {
      time.clearTimeout(limit)
      request.signal?.removeEventListener('abort', onAbort)
    }
  }

  return {
    listSessions: (query = {}) => call<Page<DocumentMetadata>>(routes.sessions() + listQueryString(query)),
    createSession: (body, more) => call<DocumentMetadata>(routes.sessions(), {method: 'POST', body, ...more}),
    readSession: (id, more) => call<DocumentWithContent>(routes.session(id), more),
    readSessionMetadata: (id, more) => call<DocumentMetadata>(routes.sessionMetadata(id), more),
    updateSession: (id, revision, body, more) =>
      call<DocumentMetadata>(routes.session(id), {method: 'PUT', body, revision, ...more}),
    deleteSession: (id, revision, more) => call<void>(routes.session(id), {method: 'DELETE', revision, ...more}),
    copySession: (id, body, more) => call<DocumentMetadata>(routes.sessionCopies(id), {method: 'POST', body, ...more}),
    listVersions: (id, query = {}) => call<Page<DocumentVersion>>(routes.sessionHistory(id) + listQueryString(query)),
    readVersion: (id, revision) =>
      call<DocumentVersion & {readonly content: unknown}>(routes.sessionVersion(id, revision)),
    listSnapshots: (query = {}) => call<Page<DocumentMetadata>>(routes.snapshots() + listQueryString(query)),
    createSnapshot: (body, more) => call<DocumentMetadata>(routes.snapshots(), {method: 'POST', body, ...more}),
    readSnapshot: (id, more) => call<SnapshotWithContent>(routes.snapshot(id), more),
    deleteSnapshot: (id, revision, more) => call<void>(routes.snapshot(id), {method: 'DELETE', revision, ...more}),
    restoreVersion: (id, revision, expected, more) =>
      call<DocumentMetadata>(routes.restoreSession(id, revision), {method: 'POST', revision: expected, ...more}),
    watchSession: async (id, listener, {signal}) =>
      followEvents({send, url: `${url}${routes.sessionEvents(id)}`, token: await token(), time, signal}, listener),
    listTemplates: (query = {}) => call<Page<DocumentMetadata>>(routes.templates() + listQueryString(query)),
    createTemplate: (body, more) => call<DocumentMetadata>(routes.templates(), {method: 'POST', body, ...more}),
    readTemplate: (id, more) => call<DocumentWithContent>(routes.template(id), more),
    deleteTemplate: (id, revision, more) => call<void>(routes.template(id), {method: 'DELETE', revision, ...more}),
    listVisits: (query = {}) => call<Page<Visit>>(routes.visits() + listQueryString(query)),
    forgetVisit: (snapshotId, more) => call<void>(routes.visit(snapshotId), {method: 'DELETE', ...more}),
  }
}

function headersOf({body, revision, idempotencyKey}: Call, token: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body !== undefined && {'content-type': 'application/json'}),
    ...(revision !== undefined && {'if-match': etagOf(revision)}),
    ...(idempotencyKey !== undefined && {'idempotency-key': idempotencyKey}),
    ...(token !== undefined && {authorization: `Bearer ${token}`}),
  }
}
