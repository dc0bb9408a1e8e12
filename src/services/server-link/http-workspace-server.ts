import {KeepspaceError} from '../../model/errors.ts'
import {routes} from '../../model/wire/routes.ts'
import type {WorkspaceMetadata, WorkspaceWithRecords} from '../../model/wire/workspaces.ts'
import type {WorkspaceServer} from '../../model/workspace-server.ts'
import {documentOf} from '../outbox/document.ts'
import {createHttpCall, type HttpServerOptions} from './http-call.ts'

/** Longest title of a workspace that the server takes. */
const MAX_SENT_TITLE = 200

/** Keeps workspaces on a `keepspace-server`, sending only the parts that changed. */
export function createHttpWorkspaceServer(options: HttpServerOptions): WorkspaceServer {
  const call = createHttpCall(options)
  return {
    userId: call.userId,
    load: async (id, {signal}) => {
      try {
        const {recordList, revision} = await call<WorkspaceWithRecords>(routes.workspace(id), {signal})
        return {document: documentOf(new Map(recordList.map(({key, value}) => [key, value]))), version: revision}
      } catch (error) {
        if (error instanceof KeepspaceError && error.code === 'notFound') {
          return undefined
        }
        throw error
      }
    },
    save: async ({id, title}, {expected, idempotencyKey, signal, changes}) => {
      const body = {
        commitId: idempotencyKey,
        title: title.slice(0, MAX_SENT_TITLE).toWellFormed(),
        puts: [...changes.puts].map(([key, value]) => ({key, value})),
        deletes: changes.deletes,
      }
      const condition = expected === undefined ? {isNew: true as const} : {revision: Number(expected)}
      const {revision} = await call<WorkspaceMetadata>(routes.workspaceCommits(id), {
        method: 'POST',
        body,
        idempotencyKey,
        signal,
        ...condition,
      })
      return {version: revision}
    },
    remove: (id, {expected, signal}) =>
      call<void>(routes.workspace(id), {method: 'DELETE', revision: Number(expected), signal}),
  }
}
