import type {ComponentId, WorkspaceId} from './ids.ts'
import type {Stamp} from './records.ts'

/**
 * Why a stored record could not be used.
 *
 * - `checksum`: its bytes are not the ones that were written
 * - `json`: its text is not JSON
 * - `shape`: it is not the kind of record that its key says
 * - `format`: it was written in a newer format than this version of Keepspace knows
 */
export type DamageReason = 'checksum' | 'json' | 'shape' | 'format'

/** A copy of a record that could not be used, made before anything may be written over it. */
export type QuarantineRecord = Stamp & {
  readonly formatVersion: number
  /** Where it was found. */
  readonly key: string
  readonly reason: DamageReason
  readonly quarantinedAt: number
  /** What was found, as it was. */
  readonly value: unknown
}

/** One row of a list of quarantined records. */
export type QuarantineItem = {
  readonly id: string
  /** Where it was found. */
  readonly key: string
  /** The workspace and component it belongs to, where the key tells. */
  readonly workspaceId: WorkspaceId | undefined
  readonly componentId: ComponentId | undefined
  readonly reason: DamageReason
  /** Milliseconds since 1970. */
  readonly quarantinedAt: number
  /** UTF-8 bytes of what was found, as JSON. */
  readonly bytes: number
}

/** Stored records that could not be used: kept as they were found, until somebody discards them. */
export interface Quarantine {
  /** Newest first. */
  list(): Promise<readonly QuarantineItem[]>
  /**
   * One record as a file of JSON, with where and when it was found and why it could not be used.
   *
   * @throws {@link KeepspaceError} `notFound`
   */
  export(id: string): Promise<{readonly name: string; readonly blob: Blob}>
  /** Deletes the copy for good. What was copied stays where it is. */
  discard(id: string): Promise<void>
}
