import type {SessionServer} from '../../model/session-server.ts'
import type {
  DocumentMetadata,
  DocumentVersion,
  DocumentWithContent,
  Page,
  SnapshotWithContent,
  Visit,
} from '../../model/wire/documents.ts'
import {listQueryString} from '../../model/wire/lists.ts'
import {routes} from '../../model/wire/routes.ts'
import {createHttpCall, type HttpServerOptions} from './http-call.ts'
import {followEvents} from './session-events.ts'

/** Speaks to `keepspace-server`. Never repeats a request by itself: who asks knows whether that is wanted. */
export function createHttpSessionServer(options: HttpServerOptions): SessionServer {
  const {url = '', token = () => undefined, time} = options
  const send = options.fetch ?? fetch
  const call = createHttpCall(options)

  return {
    userId: call.userId,
    listSessions: (query = {}) => call<Page<DocumentMetadata>>(routes.sessions() + listQueryString(query)),
    createSession: (body, more) => call<DocumentMetadata>(routes.sessions(), {method: 'POST', body, ...more}),
    readSession: (id, more) => call<DocumentWithContent>(routes.session(id), more),
    readSessionMetadata: (id, more) => call<DocumentMetadata>(routes.sessionMetadata(id), more),
    updateSession: (id, revision, body, more) =>
      call<DocumentMetadata>(routes.session(id), {method: 'PUT', body, revision, ...more}),
    deleteSession: (id, revision, more) => call<void>(routes.session(id), {method: 'DELETE', revision, ...more}),
    copySession: (id, body, more) => call<DocumentMetadata>(routes.sessionCopies(id), {method: 'POST', body, ...more}),
    listVersions: (id, query = {}) => call<Page<DocumentVersion>>(routes.sessionHistory(id) + listQueryString(query)),
    readVersion: (id, revision) =>
      call<DocumentVersion & {readonly content: unknown}>(routes.sessionVersion(id, revision)),
    listSnapshots: (query = {}) => call<Page<DocumentMetadata>>(routes.snapshots() + listQueryString(query)),
    createSnapshot: (body, more) => call<DocumentMetadata>(routes.snapshots(), {method: 'POST', body, ...more}),
    readSnapshot: (id, more) => call<SnapshotWithContent>(routes.snapshot(id), more),
    deleteSnapshot: (id, revision, more) => call<void>(routes.snapshot(id), {method: 'DELETE', revision, ...more}),
    restoreVersion: (id, revision, expected, more) =>
      call<DocumentMetadata>(routes.restoreSession(id, revision), {method: 'POST', revision: expected, ...more}),
    watchSession: async (id, listener, {signal}) =>
      followEvents(
        {
          send,
          url: `${url}${routes.sessionEvents(id)}`,
          token: await token(),
          headers: call.userHeaders(),
          time,
          signal,
        },
        listener,
      ),
    listTemplates: (query = {}) => call<Page<DocumentMetadata>>(routes.templates() + listQueryString(query)),
    createTemplate: (body, more) => call<DocumentMetadata>(routes.templates(), {method: 'POST', body, ...more}),
    readTemplate: (id, more) => call<DocumentWithContent>(routes.template(id), more),
    deleteTemplate: (id, revision, more) => call<void>(routes.template(id), {method: 'DELETE', revision, ...more}),
    listVisits: (query = {}) => call<Page<Visit>>(routes.visits() + listQueryString(query)),
    forgetVisit: (snapshotId, more) => call<void>(routes.visit(snapshotId), {method: 'DELETE', ...more}),
  }
}
