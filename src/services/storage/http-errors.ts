import {doubledMs} from '../../model/backoff.ts'
import {KeepspaceError, type KeepspaceErrorCode} from '../../model/errors.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 2_000
const MOST_TRIES = 4

/**
 * The wait before a request is repeated: doubled with each try, never shorter than what the server asked for. Undefined
 * when repeating it here is of no use: whoever asks waits longer.
 */
export function pauseAfter(error: unknown, tries: number): number | undefined {
  const {code, retryAfterMs = 0} = KeepspaceError.from(error)
  const isPassing = code === 'server.offline' || code === 'server.busy'
  const pauseMs = Math.max(retryAfterMs, doubledMs(FIRST_PAUSE_MS, tries - 1, LONGEST_PAUSE_MS))
  return isPassing && tries < MOST_TRIES && pauseMs <= LONGEST_PAUSE_MS ? pauseMs : undefined
}

/** What storage rejects with. A commit without an answer may have landed. */
export function storageErrorOf(cause: unknown, kind: 'read' | 'commit'): KeepspaceError {
  const error = KeepspaceError.from(cause)
  const code = codeOf(error.code, kind)
  const {detail, retryAfterMs} = error
  return code === error.code ? error : new KeepspaceError(code, detail, {cause, retryAfterMs})
}

function codeOf(code: KeepspaceErrorCode, kind: 'read' | 'commit'): KeepspaceErrorCode {
  switch (code) {
    case 'server.offline':
    case 'server.busy':
      return kind === 'commit' ? 'storage.lost' : 'storage.unavailable'
    case 'server.unauthorized':
      return 'storage.unauthorized'
    case 'notFound':
      return 'storage.unavailable'
    default:
      return code
  }
}
