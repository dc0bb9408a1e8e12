import {doubledMs} from '../../model/backoff.ts'
import type {KeepspaceErrorCode} from '../../model/errors.ts'

/** How the writer gathers and retries. All durations are milliseconds. */
export type WriterPolicy = {
  /** What is asked within this time goes into one transaction. Requests that must not wait skip it. */
  readonly collectWindowMs: number
  /** Wait after the first failure; doubles with each further one. */
  readonly firstBackoffMs: number
  readonly maxBackoffMs: number
  /** How often a storage that waiting alone cannot heal is tried again. */
  readonly probeMs: number
}

export const defaultWriterPolicy: WriterPolicy = {
  collectWindowMs: 4,
  firstBackoffMs: 500,
  maxBackoffMs: 30_000,
  probeMs: 30_000,
}

/** Wait before try number `attempt + 1`: `firstBackoffMs`, twice that, … up to `maxBackoffMs`. */
export function backoffMs(policy: WriterPolicy, attempt: number): number {
  return doubledMs(policy.firstBackoffMs, attempt - 1, policy.maxBackoffMs)
}

/**
 * What a failure of the whole target asks for.
 *
 * - `retry`: waiting may help
 * - `room`: somebody must free space
 * - `person`: waiting does not help
 */
export function remedyFor(code: KeepspaceErrorCode): 'retry' | 'room' | 'person' {
  switch (code) {
    case 'storage.unavailable':
    case 'storage.timeout':
    case 'storage.lost':
      return 'retry'
    case 'storage.quota':
      return 'room'
    case 'storage.locked':
    case 'storage.unauthorized':
    case 'storage.emptied':
    case 'storage.returned':
    case 'scope.purged':
    case 'audit.pending':
    case 'revision.conflict':
    case 'record.corrupt':
    case 'record.newer':
    case 'content.partial':
    case 'value.notJson':
    case 'value.tooLarge':
    case 'value.invalid':
    case 'component.unknownType':
    case 'component.duplicate':
    case 'component.missing':
    case 'component.readOnly':
    case 'definition.invalid':
    case 'work.running':
    case 'workspace.trashed':
    case 'notFound':
    case 'load.failed':
    case 'memory.blocked':
    case 'source.failed':
    case 'server.offline':
    case 'server.unauthorized':
    case 'server.otherUser':
    case 'server.busy':
    case 'server.refused':
    case 'session.gone':
    case 'usage':
    case 'closing':
    case 'disposed':
      return 'person'
  }
}
