import type {ErrorReport} from './errors.ts'
import type {Revision, WorkspaceId} from './ids.ts'
import type {Stamp} from './records.ts'
import type {ServerVersion} from './workspace-server.ts'

/** What a part of a document was when it was sent: its size and checksum. */
export type Digests = Readonly<Record<string, string>>

/**
 * What the server has acknowledged of one workspace. Stored beside the content: whatever differs from it has to be sent,
 * so nothing that waits can get lost, not even with this record.
 */
export type OutboxRecord = Stamp & {
  readonly formatVersion: number
  readonly workspaceId: WorkspaceId
  /** The version of the server; undefined while it has none of ours. */
  readonly version?: ServerVersion | undefined
  /** The revision of the workspace here that had this content. */
  readonly localRevision: Revision
  /** The title that its entry had here then: a new one is sent too, though it changes no workspace. */
  readonly entryTitle?: string | undefined
  readonly digests: Digests
  /** Saves whose answers are not known, each with the digest of all its digests. What the server has may be one of them. */
  readonly pending?: readonly {readonly localRevision: Revision; readonly digest: string}[] | undefined
  /** The server has a version that this device has not seen; nothing is sent until somebody chooses. */
  readonly isConflicted?: boolean | undefined
}

/** What the way to the server is doing. */
export type ServerSavesPhase =
  /** What is stored here is being read, or something else has to be decided first. */
  | 'starting'
  /** The server has everything. */
  | 'idle'
  /** Something changed; what comes in the next moment goes with it. */
  | 'gathering'
  | 'sending'
  /** The server cannot be reached or is busy; it is tried again. */
  | 'waiting'
  /** Nobody is signed in any more; it goes on with a new token. */
  | 'paused.unauthorized'
  | 'closed'

/** Why the server does not have a workspace as it is here. */
export type UnsentReason = 'waiting' | 'conflict' | 'refused'

/** A workspace that the server does not have as it is here. It is safe on this device. */
export type UnsentWorkspace = {
  readonly workspaceId: WorkspaceId
  readonly title: string
  readonly reason: UnsentReason
  readonly error: ErrorReport | undefined
}

/** How saving to the server fares. A new object only when something in it changed. */
export type ServerSavesSnapshot = {
  readonly phase: ServerSavesPhase
  /** In the order in which they are sent. */
  readonly unsent: readonly UnsentWorkspace[]
  /** Workspaces whose newest changes are in memory only: nothing sends them before they are stored. */
  readonly unstored: readonly WorkspaceId[]
  readonly error: ErrorReport | undefined
}
