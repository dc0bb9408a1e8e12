/** Every refusal and failure of the session server, as data. Closed. */
export type ProblemCode =
  /** The request does not have the documented form. */
  | 'request.invalid'
  /** The body is not JSON. */
  | 'request.notJson'
  /** The body nests deeper than the limit. */
  | 'request.tooDeep'
  /** The body has a key that could change prototypes. */
  | 'request.forbiddenKey'
  /** The body or its content is larger than the limit; `sizeBytes` and `limitBytes` say by how much. */
  | 'request.tooLarge'
  /** The body is compressed or not `application/json`. */
  | 'request.unsupportedType'
  /** The body did not arrive in time. */
  | 'request.timeout'
  /** The page size is not a whole number from 1 to 100. */
  | 'page.invalid'
  /** The cursor does not belong to this list, this order or this person. */
  | 'cursor.invalid'
  /** Nobody is signed in, or the signature has expired. */
  | 'auth.required'
  /** The request comes from a web page that may not speak to this server. */
  | 'auth.foreignOrigin'
  /** Whoever is signed in is not the person that the request is meant for. */
  | 'auth.otherUser'
  /** It does not exist, was deleted, or belongs to somebody else: one answer for all three. */
  | 'notFound'
  /** The change names no revision it is based on. */
  | 'revision.required'
  /** The change is based on an older revision; `current` holds the newest metadata. */
  | 'revision.stale'
  /** The same idempotency key was used for another request. */
  | 'idempotency.mismatch'
  /** Too many requests; `Retry-After` says how long to wait. */
  | 'rate.limited'
  /** The stored content does not match its checksum. It is left as it is. */
  | 'content.damaged'
  /** The store of this person would grow beyond what it may hold; `sizeBytes` and `limitBytes` say by how much. */
  | 'storage.full'
  /** The database gives no answer right now. */
  | 'server.unavailable'
  /** A fault of the server. */
  | 'server.failed'

const kinds: Record<ProblemCode, readonly [status: number, title: string]> = {
  'request.invalid': [400, 'The request does not have the expected form.'],
  'request.notJson': [400, 'The body is not JSON.'],
  'request.tooDeep': [400, 'The content is nested too deeply.'],
  'request.forbiddenKey': [400, 'The content has a key that is not allowed.'],
  'request.tooLarge': [413, 'The content is too large.'],
  'request.unsupportedType': [415, 'Only uncompressed application/json is accepted.'],
  'request.timeout': [408, 'The request did not arrive in time.'],
  'page.invalid': [400, 'The page size is not allowed.'],
  'cursor.invalid': [400, 'The list cannot be continued from here.'],
  'auth.required': [401, 'You have to sign in.'],
  'auth.foreignOrigin': [403, 'This page may not use the server.'],
  'auth.otherUser': [403, 'Somebody else is signed in.'],
  notFound: [404, 'It does not exist, or it was deleted.'],
  'revision.required': [428, 'The change does not say which revision it is based on.'],
  'revision.stale': [412, 'This was changed somewhere else in the meantime.'],
  'idempotency.mismatch': [422, 'The idempotency key belongs to another request.'],
  'rate.limited': [429, 'Too many requests. Please wait a moment.'],
  'content.damaged': [500, 'The stored content is damaged and was left as it is.'],
  'storage.full': [507, 'There is no room for this.'],
  'server.unavailable': [503, 'The server cannot be used right now.'],
  'server.failed': [500, 'The server failed.'],
}

/** All codes, for documents and tests. */
export const problemCodes = Object.keys(kinds) as readonly ProblemCode[]

/** The body of every refusal (`application/problem+json`, RFC 9457). Branch on `code`. */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  /** Technical detail: names, numbers. Never contains user content. */
  readonly detail?: string
  readonly sizeBytes?: number
  readonly limitBytes?: number
  readonly retryAfterSeconds?: number
  /** The metadata that is stored now, with `revision.stale`. */
  readonly current?: unknown
}

/** The body for `code`. */
export function problemOf(code: ProblemCode, more: Omit<Problem, 'type' | 'title' | 'status' | 'code'> = {}): Problem {
  const [status, title] = kinds[code]
  return {type: `urn:keepspace:problem:${code}`, title, status, code, ...more}
}

/** Whether an answer is a problem of the session server, and not one of something between it and us. */
export function isProblem(body: unknown): body is Problem {
  const code = Object(body).code as unknown
  return typeof code === 'string' && Object.hasOwn(kinds, code)
}
