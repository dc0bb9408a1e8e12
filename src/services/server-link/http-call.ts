import {KeepspaceError} from '../../model/errors.ts'
import type {RequestOptions} from '../../model/session-server.ts'
import type {Time} from '../../model/time.ts'
import {etagOf, routes, USER_HEADER, userHeaderOf} from '../../model/wire/routes.ts'
import {errorOfAnswer, offline} from './server-errors.ts'

/** How long a request may take before it counts as unanswered. */
const REQUEST_LIMIT_MS = 15_000

/** How a `keepspace-server` is reached. */
export type HttpServerOptions = {
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

/** One request. */
export type HttpRequest = RequestOptions & {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  /** The body as JSON already. */
  readonly bodyText?: string
  /** The revision that a change is based on. */
  readonly revision?: number
  /** The change is for what must not exist yet. */
  readonly isNew?: true
}

/** Asks a server for one person. */
export type HttpCall = {
  <Answer>(path: string, request?: HttpRequest): Promise<Answer>
  /** For whom the server takes whoever asks. What is asked from then on is meant for them alone. */
  userId(): Promise<string>
  /** Names them, once they are known. */
  userHeaders(): Readonly<Record<string, string>>
}

/** Asks a server. Never repeats a request by itself: who asks knows whether that is wanted. */
export function createHttpCall(options: HttpServerOptions): HttpCall {
  const {url = '', token = () => undefined, time, requestLimitMs = REQUEST_LIMIT_MS} = options
  const send = options.fetch ?? fetch
  let person: string | undefined

  const userHeaders = () => (person === undefined ? {} : {[USER_HEADER]: userHeaderOf(person)})
  const call = async <Answer>(path: string, request: HttpRequest = {}): Promise<Answer> => {
    const body = bodyOf(request)
    const abort = new AbortController()
    const limit = time.setTimeout(() => abort.abort(), requestLimitMs)
    const onAbort = () => abort.abort()
    const aborted = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => reject(new KeepspaceError('server.offline')))
    })
    aborted.catch(() => undefined)
    request.signal?.addEventListener('abort', onAbort)
    try {
      const response = await send(`${url}${path}`, {
        method: request.method ?? 'GET',
        headers: {
          ...headersOf(request, body !== undefined, await Promise.race([token(), aborted])),
          ...(path !== routes.me() && userHeaders()),
        },
        body: body ?? null,
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
  const userId = async () => {
    const answer = await call<{readonly userId: string}>(routes.me())
    person = answer.userId
    return person
  }
  return Object.assign(call, {userId, userHeaders})
}

function bodyOf({body, bodyText}: HttpRequest): string | undefined {
  return bodyText ?? (body === undefined ? undefined : JSON.stringify(body))
}

function headersOf(
  {revision, isNew, idempotencyKey}: HttpRequest,
  hasBody: boolean,
  token: string | undefined,
): Record<string, string> {
  return {
    accept: 'application/json',
    ...(hasBody && {'content-type': 'application/json'}),
    ...(revision !== undefined && {'if-match': etagOf(revision)}),
    ...(isNew && {'if-none-match': '*'}),
    ...(idempotencyKey !== undefined && {'idempotency-key': idempotencyKey}),
    ...(token !== undefined && {authorization: `Bearer ${token}`}),
  }
}
