import type {ComponentContent} from './content.ts'
import type {EntryId, WorkspaceId} from './ids.ts'

/** A workspace as a server keeps it: everything in it that can be read, and nothing of this device. Plain JSON. */
export type WorkspaceDocument = {
  readonly formatVersion: number
  readonly id: WorkspaceId
  readonly title: string
  readonly entryId: EntryId
  readonly entryTitle: string
  readonly components: readonly ComponentContent[]
}

/** Names a version on the server: a revision, an ETag, whatever it gives. Compared for being the same, never ordered. */
export type ServerVersion = string | number

/** What goes with a save. */
export type WorkspaceSaveOptions = {
  /** The version that this is based on; undefined for a workspace that the server must not have yet. */
  readonly expected: ServerVersion | undefined
  /** Names this very save. Seen a second time, it has been done already. */
  readonly idempotencyKey: string
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** What differs from the version that is expected, for a server that takes parts. The document says the same. */
  readonly changes: {readonly puts: ReadonlyMap<string, unknown>; readonly deletes: readonly string[]}
}

/**
 * Where workspaces are kept beside this device: `keepspace-server`, or a server of your own in two functions.
 *
 * Reject with a {@link KeepspaceError}, or with anything that has an HTTP `status`: 409 and 412 are a version that is not
 * the expected one, 401 and 403 ask for a new token, 408, 429 and 5xx are tried again (after `retryAfterMs`, if it has
 * one), anything else from 400 on is refused for good. An answer that takes longer than a minute counts as lost. What has neither counts as a lost connection: it may have landed.
 */
export interface WorkspaceServer {
  /**
   * Whose account whoever asks is taken for. Asked before anything else, and again after each new token: the first answer
   * is kept with the scope, and nothing is sent while it is another one. Without this, only the app sees to it that a scope
   * and a token belong to the same person.
   */
  userId?(): Promise<string>
  /** What it has now, or undefined. */
  load(
    id: WorkspaceId,
    options: {readonly signal: AbortSignal},
  ): Promise<{readonly document: unknown; readonly version: ServerVersion} | undefined>
  /** Keeps a document if the version there is still the expected one. */
  save(document: WorkspaceDocument, options: WorkspaceSaveOptions): Promise<{readonly version: ServerVersion}>
  /**
   * Deletes it if the version there is still the expected one: a person deleted it for good here. Without this it stays
   * on the server.
   */
  remove?(id: WorkspaceId, options: {readonly expected: ServerVersion; readonly signal: AbortSignal}): Promise<void>
}
