import type {ErrorReport} from './errors.ts'
import type {EntryId, Revision, WorkspaceId} from './ids.ts'
import type {Stamp} from './records.ts'

/**
 * How this device stands to a session of the server. Stored beside the content, so that after any crash it is known
 * what the server has acknowledged: whatever differs from that is recoverable work.
 */
export type SessionBinding = Stamp & {
  readonly formatVersion: number
  readonly entryId: EntryId
  readonly sessionId: string
  readonly title: string
  readonly description: string
  /** The revision of the server that the content here is based on. */
  readonly baseRevision: Revision
  /** The hash of the content that the server acknowledged with it. */
  readonly baseHash: string
  /** The revisions of the entry and the workspaces here that had this content. As long as they stay, nothing has changed. */
  readonly revisions: Readonly<Record<string, Revision>>
  /** Which workspace here is which of the session. */
  readonly names: Readonly<Record<string, WorkspaceId>>
  /** When the server acknowledged it, milliseconds since 1970. */
  readonly savedAt: number
  /** An update whose answer is not known: repeated with the same key it makes no second version. */
  readonly pending?:
    | {
        readonly idempotencyKey: string
        readonly contentHash: string
        /** Updates before it whose answers are not known either. What the server has may be one of them. */
        readonly earlierHashes?: readonly string[]
      }
    | undefined
  /** The server said that it has no such session any more. */
  readonly isGone?: boolean | undefined
  /** Work that was discarded or replaced here, in the trash as entries of their own. The newest last; a bounded number. */
  readonly replaced?: readonly {readonly entryId: EntryId; readonly at: number}[] | undefined
}

/** What an entry's session is doing. */
export type SessionPhase =
  /** The entry has no session. */
  | 'none'
  | 'comparing'
  /** The server has what is here. */
  | 'saved'
  /** What is here differs from what the server has; it is safe on this device. */
  | 'changed'
  | 'saving'
  /** The server cannot be reached or is busy; it is tried again. */
  | 'waiting'
  /** Nobody is signed in any more; it goes on with a new token. */
  | 'paused'
  | 'refused'
  | 'conflict'
  /** The server has no such session any more; a person saves it as a new one, or detaches it. */
  | 'gone'
  | 'resolving'

/** Everything a view needs to say about the session of one entry. A new object only when something in it changed. */
export type SessionStatus = {
  readonly entryId: EntryId
  readonly phase: SessionPhase
  readonly sessionId: string | undefined
  readonly title: string | undefined
  /** Whether the content really differs from what the server acknowledged. */
  readonly hasChanges: boolean
  /** False while the newest of it is in memory only: it goes with this page, and no save has it. */
  readonly isStored: boolean
  /** The server has a newer revision than this device. */
  readonly isBehind: boolean
  readonly revision: Revision
  /** The newest revision of the server that this device has heard of. */
  readonly serverRevision: Revision
  /** When the content here was last changed, milliseconds since 1970. */
  readonly changedAt: number | undefined
  /** When the server acknowledged what this is based on, milliseconds since 1970. */
  readonly savedAt: number | undefined
  readonly error: ErrorReport | undefined
}

/** What became of a save to the server. */
export type SessionSaveOutcome =
  | {readonly status: 'saved'; readonly revision: Revision}
  | {readonly status: 'conflict' | 'waiting' | 'paused' | 'refused' | 'gone'; readonly error: ErrorReport | undefined}

/** A session with work on this device that the server has not acknowledged. */
export type RecoverableSession = {
  readonly entryId: EntryId
  readonly sessionId: string
  readonly title: string
  /** When it was last changed here, milliseconds since 1970. */
  readonly changedAt: number
  /** When the server last acknowledged it, milliseconds since 1970. */
  readonly savedAt: number
  /** UTF-8 bytes of what is here. */
  readonly bytes: number
  /** How many components of each type are in it. */
  readonly components: Readonly<Record<string, number>>
  /** The first of them. */
  readonly preview: readonly ComponentPreview[]
}

/** One component, in a few words. */
export type ComponentPreview = {
  readonly workspaceTitle: string
  readonly componentId: string
  readonly type: string
  /** The first text in it, shortened; empty where there is none. */
  readonly text: string
}

/** The status of an entry that has no session. */
export function statusWithoutSession(entryId: EntryId): SessionStatus {
  return {
    entryId,
    phase: 'none',
    sessionId: undefined,
    title: undefined,
    hasChanges: false,
    isStored: true,
    isBehind: false,
    revision: 0,
    serverRevision: 0,
    changedAt: undefined,
    savedAt: undefined,
    error: undefined,
  }
}
