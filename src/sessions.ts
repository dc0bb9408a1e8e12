/**
 * Entries as sessions of a server: saved under a name, opened elsewhere, compared, shared as snapshots.
 *
 * @packageDocumentation
 */
export type {ServerChoice, ServerConflict} from './host/outbox/outbox-resolving.ts'
export {createServerSaves, type ServerSaves, type ServerSavesOptions} from './host/outbox/server-saves.ts'
export {type SignOutOptions, type SignOutReport, signOut} from './host/outbox/sign-out.ts'
export {createSigningOut, type SigningOut} from './host/outbox/signing-out.ts'
export {
  listUnsentWork,
  sendUnsentWork,
  type UnsentWork,
  type UnsentWorkOptions,
} from './host/outbox/unsent-work.ts'
export type {SessionDeletions} from './host/sessions/deletions.ts'
export type {NewNames} from './host/sessions/renaming.ts'
export type {SessionHistory, VersionPreview} from './host/sessions/session-history.ts'
export type {SessionRecovery} from './host/sessions/session-recovery.ts'
export type {ResolveOptions, SessionConflict} from './host/sessions/session-resolving.ts'
export {createSessions} from './host/sessions/sessions.ts'
export type {SessionNames, Sessions} from './host/sessions/sessions-handle.ts'
export type {ReadTemplate, TemplateOptions} from './host/sessions/templates.ts'
export {outboxMachine} from './machines/outbox/outbox.machine.ts'
export {recoveryMachine} from './machines/recovery/recovery.machine.ts'
export {type SessionChoice, sessionMachine} from './machines/session/session.machine.ts'
export {defaultSessionRetry, type SessionRetryPolicy} from './machines/session/session.policy.ts'
export {watchMachine} from './machines/watch/watch.machine.ts'
export {defaultWatch, type WatchPolicy} from './machines/watch/watch.policy.ts'
export type {DeletedDocument, DeletionList, DeletionsSnapshot, EarlierDeletion} from './model/deletions.ts'
export type {RecoveryPhase, RecoverySnapshot, RecoveryVersions, ReplacedWork} from './model/recovery.ts'
export type {ServerSavesPhase, ServerSavesSnapshot, UnsentReason, UnsentWorkspace} from './model/server-saves.ts'
export type {
  ComponentPreview,
  RecoverableSession,
  SessionBinding,
  SessionPhase,
  SessionSaveOutcome,
  SessionStatus,
} from './model/session.ts'
export type {RequestOptions, SessionServer} from './model/session-server.ts'
export type {
  ServerVersion,
  WorkspaceDocument,
  WorkspaceSaveOptions,
  WorkspaceServer,
} from './model/workspace-server.ts'
export type {ComponentDifference, ContentDifference, Side} from './services/content/content-difference.ts'
export type {HttpServerOptions} from './services/server-link/http-call.ts'
export {createHttpSessionServer} from './services/server-link/http-session-server.ts'
export {createHttpWorkspaceServer} from './services/server-link/http-workspace-server.ts'
export {type HttpStorageOptions, httpStorage} from './services/storage/http-storage.ts'
