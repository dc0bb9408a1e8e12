import {KeepspaceError, type KeepspaceErrorCode} from '../../model/errors.ts'

/**
 * Names under which browsers say that a connection or a transaction is gone although nobody asked for it. Worth a new
 * connection: `UnknownError` is what WebKit says of a restarted storage process, `NotFoundError` what a database says
 * that was deleted and made anew by somebody else.
 */
const lostNames: ReadonlySet<string> = new Set(['InvalidStateError', 'UnknownError', 'NotFoundError', 'AbortError'])

/**
 * What went wrong in IndexedDB, in our words.
 *
 * - `storage.quota`: no room left, also when it is said only when the transaction ends, or when a full disk is what
 *   ended the connection
 * - `storage.lost`: the connection is gone; a new one may work. `null`, the error of a transaction that was aborted
 *   without a reason, counts as one
 * - `storage.unavailable`: everything else
 *
 * The detail is the error's name alone: messages of browsers may quote the value that was stored.
 */
export function toKeepspaceError(cause: unknown): KeepspaceError {
  if (cause instanceof KeepspaceError) {
    return cause
  }
  return new KeepspaceError(codeOf(cause), errorNameOf(cause), {cause})
}

/** The name of a thrown value, free of user content. */
export function errorNameOf(cause: unknown): string | undefined {
  return cause instanceof Error || cause instanceof DOMException ? cause.name : undefined
}

function codeOf(cause: unknown): KeepspaceErrorCode {
  const name = errorNameOf(cause)
  if (
    name === 'QuotaExceededError' ||
    (name === 'UnknownError' && /NO_SPACE|disk full/i.test((cause as Error).message))
  ) {
    return 'storage.quota'
  }
  if (cause === null || cause === undefined || (name !== undefined && lostNames.has(name))) {
    return 'storage.lost'
  }
  return /connection.*(clos|lost)/i.test(cause instanceof Error ? cause.message : '')
    ? 'storage.lost'
    : 'storage.unavailable'
}
