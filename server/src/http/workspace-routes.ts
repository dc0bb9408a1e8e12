import type {FastifyReply} from 'fastify'
import {cleanName, etagOf} from 'keepspace/wire'
import {Type} from 'typebox'
import {THINNED_EVERY} from '../store/thinning.policy.ts'
import type {RecordText, WorkspaceRead} from '../store/workspaces.ts'
import {historyPage, sendJson} from './answers.ts'
import {expectedRevision, expectedWorkspaceRevision, requestKey} from './conditions.ts'
import {isWhole, sha256, storedRecords} from './content.ts'
import {ChangeHeaders} from './documents-routes.ts'
import {pageOf, parseList} from './lists.ts'
import {notFound, ProblemError} from './problem-error.ts'
import {
  CommitBody,
  IdParameters,
  ListParameters,
  VersionParameters,
  Workspace,
  WorkspaceContent,
  WorkspacePage,
  WorkspaceVersionPage,
} from './schemas.ts'
import {type App, doneOrThrow, ownerOf, type Service} from './service.ts'

const tags = ['Workspaces']
const CommitHeaders = Type.Object({...ChangeHeaders.properties, 'if-none-match': Type.Optional(Type.String())})

/** Workspaces that save themselves in the background: commits of the records that changed. */
export function workspaceRoutes(app: App, service: Service) {
  app.get(
    '/workspaces',
    {schema: {tags, summary: 'A page of one’s own', querystring: ListParameters, response: {200: WorkspacePage}}},
    async (request) => {
      const input = parseList(request.query, {ownerId: ownerOf(request), list: 'workspace', secret: service.secret})
      return pageOf(await service.run('list', input), input, service.secret) as never
    },
  )

  app.post(
    '/workspaces/:id/commits',
    {
      schema: {
        tags,
        summary: 'Write changed records, all or nothing: If-Match with the revision, or If-None-Match: * for a new one',
        params: IdParameters,
        headers: CommitHeaders,
        body: CommitBody,
        response: {200: Workspace},
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const {id} = request.params
      const {commitId, title, puts, deletes} = request.body
      const keys = new Set([...puts.map(({key}) => key), ...deletes])
      if (keys.size < puts.length + deletes.length) {
        throw new ProblemError('request.invalid', {detail: 'a key is named twice'})
      }
      const records = storedRecords(puts)
      const now = service.clock.now()
      const metadata = doneOrThrow(
        await service.run('commitWorkspace', {
          ownerId,
          id,
          expected: expectedWorkspaceRevision(request),
          commitId,
          title: title === undefined ? undefined : cleanName(title),
          puts: records,
          deletes,
          now,
          request: requestKey(request, [commitId, sha256(JSON.stringify([title, records, deletes]))]),
        }),
      )
      service.metrics.contentBytes.observe(
        {kind: 'workspace'},
        records.reduce((sum, {bytes}) => sum + bytes, 0),
      )
      thinNowAndThen(service, ownerId, metadata, now)
      return reply.header('etag', etagOf(metadata.revision)).send(metadata)
    },
  )

  app.get(
    '/workspaces/:id',
    {schema: {tags, summary: 'All records', params: IdParameters, response: {200: WorkspaceContent}}},
    async (request, reply) => {
      const {id} = request.params
      return sendWorkspace(
        reply,
        await service.run('readWorkspace', {ownerId: ownerOf(request), id, revision: undefined}),
      )
    },
  )

  app.delete(
    '/workspaces/:id',
    {schema: {tags, summary: 'Delete records and history', params: IdParameters, headers: ChangeHeaders}},
    async (request, reply) => {
      doneOrThrow(
        await service.run('deleteWorkspace', {
          ownerId: ownerOf(request),
          id: request.params.id,
          expected: expectedRevision(request),
          now: service.clock.now(),
          request: requestKey(request),
        }),
      )
      return reply.code(204).send()
    },
  )

  app.get(
    '/workspaces/:id/history',
    {
      schema: {
        tags,
        summary: 'Kept versions, newest first',
        params: IdParameters,
        querystring: Type.Pick(ListParameters, ['pageSize', 'cursor']),
        response: {200: WorkspaceVersionPage},
      },
    },
    async (request) => {
      const ownerId = ownerOf(request)
      const {id} = request.params
      const page = historyPage(request.query, JSON.stringify([ownerId, 'workspace', id]), service.secret)
      const versions = await service.run('workspaceHistory', {ownerId, id, ...page.range})
      if (versions.length === 0 && request.query.cursor === undefined) {
        throw notFound()
      }
      return page.of(versions)
    },
  )

  app.get(
    '/workspaces/:id/history/:revision',
    {
      schema: {
        tags,
        summary: 'All records of a kept version',
        params: VersionParameters,
        response: {200: WorkspaceContent},
      },
    },
    async (request, reply) => {
      const {id, revision} = request.params
      return sendWorkspace(
        reply,
        await service.run('readWorkspace', {ownerId: ownerOf(request), id, revision: Number(revision)}),
      )
    },
  )

  app.post(
    '/workspaces/:id/history/:revision/restore',
    {
      schema: {
        tags,
        summary: 'Make the records of a kept version current again',
        params: VersionParameters,
        headers: ChangeHeaders,
        response: {200: Workspace},
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const now = service.clock.now()
      const metadata = doneOrThrow(
        await service.run('restoreWorkspace', {
          ownerId,
          id: request.params.id,
          revision: Number(request.params.revision),
          expected: expectedRevision(request),
          commitId: service.newId(),
          now,
          request: requestKey(request),
        }),
      )
      thinNowAndThen(service, ownerId, metadata, now)
      return reply.header('etag', etagOf(metadata.revision)).send(metadata)
    },
  )
}

/** Records are sent as they are stored. */
export function workspaceText({metadata, records}: WorkspaceRead, more: object = {}): string {
  return `${JSON.stringify({...metadata, ...more}).slice(0, -1)},"recordList":${recordListText(records)}}`
}

export function recordListText(records: readonly Pick<RecordText, 'key' | 'text'>[]): string {
  return `[${records.map(({key, text}) => `{"key":${JSON.stringify(key)},"value":${text}}`).join(',')}]`
}

function sendWorkspace(reply: FastifyReply, found: WorkspaceRead | undefined) {
  if (found === undefined) {
    throw notFound()
  }
  const damaged = found.records.filter((record) => !isWhole(record))
  if (damaged.length > 0) {
    throw new ProblemError('content.damaged', {detail: damaged.map(({key}) => key).join(', ')})
  }
  return sendJson(reply.header('etag', etagOf(found.metadata.revision)), workspaceText(found))
}

function thinNowAndThen(
  service: Service,
  ownerId: string,
  {id, revision}: {id: string; revision: number},
  now: number,
) {
  if (revision % THINNED_EVERY === 0) {
    // Not doing it now is no loss: the next time does it all.
    service.run('thinWorkspace', {ownerId, id, now}).catch(() => undefined)
    service.run('forgetRequests', {ownerId, now}).catch(() => undefined)
  }
}
