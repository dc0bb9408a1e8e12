import type {SessionChoice} from '../../machines/session/session.machine.ts'
import type {EntryContent} from '../../model/content.ts'
import type {Undo} from '../../model/handles.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import type {RecoverableSession, SessionSaveOutcome, SessionStatus} from '../../model/session.ts'
import type {SessionServer} from '../../model/session-server.ts'
import type {DocumentMetadata} from '../../model/wire/documents.ts'
import type {SessionDeletions} from './deletions.ts'
import type {NewNames} from './renaming.ts'
import type {SessionHistory} from './session-history.ts'
import type {SessionRecovery} from './session-recovery.ts'
import type {ResolveOptions, SessionConflict} from './session-resolving.ts'
import type {ReadTemplate, TemplateOptions} from './templates.ts'

/** Names a new session or snapshot. A title has 1 to 30 characters, a description at most 250. */
export type SessionNames = {readonly title: string; readonly description?: string}

/**
 * Entries as sessions of a server: saved under a name on request, compared, opened elsewhere, shared as snapshots.
 * Everything stays on this device until the server has acknowledged it, whatever the server and the network do.
 *
 * All methods reject with the codes of {@link SessionServer} and of storage.
 */
export interface Sessions {
  /** The server itself, for lists, histories and deletions. */
  readonly server: SessionServer
  /** The status of an entry's session; `phase` is `none` without one. The same object until something changes. */
  getStatus(entryId: string): SessionStatus
  subscribe(listener: () => void): Undo
  /** Saves an entry as a new session, and binds it to that. */
  saveAs(entryId: string, names: SessionNames): Promise<SessionStatus>
  /**
   * Saves an entry to its session. A save that runs is followed by another one. Resolves when the server has
   * acknowledged it, or with the reason why it has not yet; it is then sent as soon as that is possible.
   */
  save(entryId: string): Promise<SessionSaveOutcome>
  /**
   * The entry of a session: the one on this device if there is one, untouched, and otherwise a new one with what the
   * server has. Work that was not sent is never replaced.
   */
  open(sessionId: string): Promise<EntryId>
  /** Both versions, where the server has one that this device has not seen. */
  readConflict(entryId: string): Promise<SessionConflict>
  /**
   * Goes on with one version. What is replaced is kept: here in the trash, on the server in its history. A version of the
   * server that is newer than the one that was compared is not written over: the phase stays `conflict` then.
   *
   * With `mine` and `merge` the answer comes when the save that follows has ended: with the phase `waiting`, `paused` or
   * `refused` it was chosen, and the server does not have it.
   */
  resolve(entryId: string, choice: SessionChoice, options?: ResolveOptions): Promise<SessionStatus>
  /** Renames a session that still has `revision`, whether it is on this device or not. Its content stays. */
  rename(sessionId: string, revision: number, names: NewNames): Promise<DocumentMetadata>
  /** Asks the server now whether it has a newer revision. */
  lookAgain(entryId: string): Promise<void>
  /**
   * Watches the session of an entry until it is undone: every 10 s and with every focus while the window is seen, and by
   * listening where the server tells by itself. `isBehind` says what was found; only a save decides. A session that was
   * deleted there has the phase `gone`.
   */
  watch(entryId: string): Undo
  /**
   * Ends the tie between an entry and its session: the entry stays on this device as it is, and belongs to no session any
   * more. The session, if the server still has it, stays there.
   */
  detach(entryId: string): Promise<void>
  /** Deletions on the server that can be undone for a while, over a restart too. */
  readonly deletions: SessionDeletions
  /** Work of an earlier visit that the server has not acknowledged. */
  readonly recovery: SessionRecovery
  /** The versions that the server keeps. */
  readonly history: SessionHistory
  /**
   * Makes a kept version the newest one, here and on the server. Unsaved work here goes into the trash first.
   *
   * @throws {@link KeepspaceError} `revision.conflict` when the server has a version that this device has not seen
   */
  restoreVersion(entryId: string, revision: number): Promise<SessionStatus>
  /** The entries that are kept as sessions, as it is stored on this device. */
  listKept(): Promise<readonly EntryId[]>
  /** Sessions with work on this device that the server has not acknowledged. Reads only this device. */
  listRecoverable(): Promise<readonly RecoverableSession[]>
  /**
   * Gives up what the server has not acknowledged: it goes into the trash as an entry, and the server's version comes. Of a
   * session that the server does not have any more, the entry itself goes into the trash.
   */
  discardChanges(entryId: string): Promise<SessionStatus>
  /** An immutable copy that anyone with its id can open. */
  createSnapshot(entryId: string, names: SessionNames): Promise<DocumentMetadata>
  /** The content of a snapshot, to be looked at. */
  readSnapshot(id: string): Promise<{readonly metadata: DocumentMetadata; readonly content: EntryContent}>
  /** An own entry with the content of a snapshot. */
  makeOwn(snapshotId: string): Promise<EntryId>
  /** The content of an entry, or of one of its workspaces, as something to start from. */
  createTemplate(entryId: string, names: SessionNames, options?: TemplateOptions): Promise<DocumentMetadata>
  /** A template with its content, to be looked at. */
  readTemplate(templateId: string): Promise<ReadTemplate>
  /** A new entry that begins as a template; it has no session until it is saved. */
  startFrom(templateId: string, title?: string): Promise<EntryId>
  /** Adds the workspaces of a template to an entry that is there; the answer is the new ones. */
  addFrom(templateId: string, entryId: string): Promise<readonly WorkspaceId[]>
  /** A new token is there: what waited for it goes out. */
  tokenDelivered(): void
  /** The network is back: what waited for it goes out. */
  networkReturned(): void
  /** Stops everything; nothing is given up. */
  close(): void
}
