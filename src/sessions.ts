/**
 * Entries as sessions of a server: saved under a name, opened elsewhere, compared, shared as snapshots.
 *
 * @packageDocumentation
 */
export type {ResolveOptions, SessionConflict} from './host/sessions/session-resolving.ts'
export {createSessions, type SessionNames, type Sessions} from './host/sessions/sessions.ts'
export {type SessionChoice, sessionMachine} from './machines/session/session.machine.ts'
export {defaultSessionRetry, type SessionRetryPolicy} from './machines/session/session.policy.ts'
export type {
  RecoverableSession,
  SessionBinding,
  SessionPhase,
  SessionSaveOutcome,
  SessionStatus,
} from './model/session.ts'
export type {RequestOptions, SessionServer} from './model/session-server.ts'
export type {ComponentDifference, ContentDifference, Side} from './services/content/content-difference.ts'
export {createHttpSessionServer, type HttpSessionServerOptions} from './services/server-link/http-session-server.ts'
