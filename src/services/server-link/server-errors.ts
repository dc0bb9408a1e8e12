import {KeepspaceError, type KeepspaceErrorCode} from '../../model/errors.ts'
import {isProblem, type Problem, type ProblemCode} from '../../model/wire/problems.ts'

/** What a refusal of the server means here. */
const codes: Partial<Record<ProblemCode, KeepspaceErrorCode>> = {
  'auth.required': 'server.unauthorized',
  'auth.foreignOrigin': 'server.unauthorized',
  'auth.otherUser': 'server.otherUser',
  notFound: 'notFound',
  'request.tooLarge': 'value.tooLarge',
  'request.timeout': 'server.busy',
  'revision.stale': 'revision.conflict',
  'storage.full': 'storage.quota',
  'rate.limited': 'server.busy',
  'server.unavailable': 'server.busy',
  'server.failed': 'server.busy',
  'content.damaged': 'record.corrupt',
}

/** The error for an answer that is not a success. */
export async function errorOfAnswer(response: Response): Promise<KeepspaceError> {
  const body: unknown = await response.json().catch(() => undefined)
  const problem = isProblem(body) ? body : undefined
  const retryAfterMs = waitOf(response.headers)
  const code = (problem && codes[problem.code]) ?? codeOfStatus(response.status)
  return new KeepspaceError(code, detailOf(response.status, problem), {retryAfterMs})
}

/** An error of the way to the server; one that is an answer already stays. */
export function offline(cause: unknown): KeepspaceError {
  return cause instanceof KeepspaceError ? cause : new KeepspaceError('server.offline', undefined, {cause})
}

function codeOfStatus(status: number): KeepspaceErrorCode {
  if (status === 401 || status === 403) {
    return 'server.unauthorized'
  }
  return status >= 500 || status === 429 ? 'server.busy' : 'server.refused'
}

function detailOf(status: number, problem: Problem | undefined): string {
  const {sizeBytes, limitBytes, detail} = problem ?? {}
  return sizeBytes === undefined || limitBytes === undefined
    ? [problem?.code ?? `status ${status}`, detail].filter((part) => part !== undefined).join(': ')
    : `${sizeBytes} of at most ${limitBytes} bytes`
}

/** Seconds, or a moment by the clock of the server, which `Date` tells. */
function waitOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? ''
  const waitMs = /^\s*\d+\s*$/.test(text)
    ? Number(text) * 1_000
    : Date.parse(text) - Date.parse(headers.get('date') ?? '')
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined
}
