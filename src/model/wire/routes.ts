import {API_PREFIX} from './limits.ts'

const at = (...parts: readonly (string | number)[]) =>
  `${API_PREFIX}/${parts.map((part) => encodeURIComponent(part)).join('/')}`

/** The addresses of the session server. */
export const routes = {
  /** Who is signed in. */
  me: () => at('me'),
  sessions: () => at('sessions'),
  session: (id: string) => at('sessions', id),
  sessionMetadata: (id: string) => at('sessions', id, 'metadata'),
  sessionCopies: (id: string) => at('sessions', id, 'copies'),
  sessionHistory: (id: string) => at('sessions', id, 'history'),
  sessionVersion: (id: string, revision: number) => at('sessions', id, 'history', revision),
  /** With `If-Match`, as every change. */
  restoreSession: (id: string, revision: number) => at('sessions', id, 'history', revision, 'restore'),
  /** `text/event-stream`. */
  sessionEvents: (id: string) => at('sessions', id, 'events'),
  snapshots: () => at('snapshots'),
  snapshot: (id: string) => at('snapshots', id),
  snapshotSessions: (id: string) => at('snapshots', id, 'sessions'),
  visits: () => at('visits'),
  visit: (snapshotId: string) => at('visits', snapshotId),
  templates: () => at('templates'),
  template: (id: string) => at('templates', id),
  templateSessions: (id: string) => at('templates', id, 'sessions'),
  workspaces: () => at('workspaces'),
  workspace: (id: string) => at('workspaces', id),
  workspaceCommits: (id: string) => at('workspaces', id, 'commits'),
  workspaceHistory: (id: string) => at('workspaces', id, 'history'),
  workspaceVersion: (id: string, revision: number) => at('workspaces', id, 'history', revision),
  restoreWorkspace: (id: string, revision: number) => at('workspaces', id, 'history', revision, 'restore'),
  storeCommits: (id: string) => at('stores', id, 'commits'),
  storeReads: (id: string) => at('stores', id, 'reads'),
  storeLists: (id: string) => at('stores', id, 'lists'),
  exported: () => at('export'),
} as const

/** Names the person that a request is meant for. Whoever else is signed in gets no answer. */
export const USER_HEADER = 'keepspace-user'

/** The value of {@link USER_HEADER} for a person. */
export function userHeaderOf(userId: string): string {
  return encodeURIComponent(userId.toWellFormed())
}

/** The value of `If-Match` and of `ETag` for a revision. */
export function etagOf(revision: number): string {
  return `"${revision}"`
}

/** The revision inside an `ETag` or an `If-Match`, undefined when it is none of ours. */
export function revisionOf(etag: string | null | undefined): number | undefined {
  // Proxies that compress an answer mark its ETag as weak.
  const digits = /^(?:W\/)?"(\d{1,15})"$/.exec(etag ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}
