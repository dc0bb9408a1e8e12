import type {FastifyRequest} from 'fastify'
import {cleanName, isDescription, isTitle, revisionOf} from 'keepspace/wire'
import type {Names} from '../store/documents.ts'
import type {RequestKey} from '../store/requests.ts'
import {sha256} from './content.ts'
import {ProblemError} from './problem-error.ts'

/**
 * The revision a change is based on.
 *
 * @throws {@link ProblemError} `revision.required` | `request.invalid`
 */
export function expectedRevision({headers}: FastifyRequest): number {
  const text = headers['if-match']
  if (text === undefined) {
    throw new ProblemError('revision.required')
  }
  const revision = revisionOf(text)
  if (revision === undefined) {
    throw new ProblemError('request.invalid', {detail: 'If-Match'})
  }
  return revision
}

/** The same for a workspace, which may also be expected not to exist: 0. */
export function expectedWorkspaceRevision(request: FastifyRequest): number {
  return request.headers['if-none-match'] === '*' && request.headers['if-match'] === undefined
    ? 0
    : expectedRevision(request)
}

/**
 * The idempotency key of a request, bound to what it asks for.
 *
 * @param parts - what of the body counts
 * @throws {@link ProblemError} `request.invalid`
 */
export function requestKey(
  {headers, method, url}: FastifyRequest,
  parts: readonly unknown[] = [],
): RequestKey | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) {
    return undefined
  }
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key)) {
    throw new ProblemError('request.invalid', {detail: 'Idempotency-Key'})
  }
  return {key, fingerprint: sha256(JSON.stringify([method, url, headers['if-match'] ?? null, ...parts]))}
}

/**
 * Title and description as they are stored, as far as they are given.
 *
 * @throws {@link ProblemError} `request.invalid`
 */
export function namesOf({title, description}: {title?: string; description?: string}): Partial<Names> {
  const cleanTitle = title === undefined ? undefined : cleanName(title)
  const cleanDescription = description === undefined ? undefined : cleanName(description)
  if (cleanTitle !== undefined && !isTitle(cleanTitle)) {
    throw new ProblemError('request.invalid', {detail: 'title: 1 to 30 characters'})
  }
  if (cleanDescription !== undefined && !isDescription(cleanDescription)) {
    throw new ProblemError('request.invalid', {detail: 'description: at most 250 characters'})
  }
  return {
    ...(cleanTitle !== undefined && {title: cleanTitle}),
    ...(cleanDescription !== undefined && {description: cleanDescription}),
  }
}
