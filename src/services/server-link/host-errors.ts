import {KeepspaceError, type KeepspaceErrorCode} from '../../model/errors.ts'

/** An error of a server that is not ours, by its HTTP status. Without one the connection was lost. */
export function errorOfHost(cause: unknown): KeepspaceError {
  if (cause instanceof KeepspaceError) {
    return cause
  }
  const {status, retryAfterMs} = Object(cause) as {status?: unknown; retryAfterMs?: unknown}
  return new KeepspaceError(codeOf(status), typeof status === 'number' ? `status ${status}` : undefined, {
    cause,
    ...(typeof retryAfterMs === 'number' && {retryAfterMs}),
  })
}

function codeOf(status: unknown): KeepspaceErrorCode {
  if (typeof status !== 'number' || status < 400) {
    return 'server.offline'
  }
  if (status === 409 || status === 412) {
    return 'revision.conflict'
  }
  if (status === 401 || status === 403) {
    return 'server.unauthorized'
  }
  if (status === 413) {
    return 'value.tooLarge'
  }
  return status === 408 || status === 429 || status >= 500 ? 'server.busy' : 'server.refused'
}
