import type {FastifyReply, FastifyRequest} from 'fastify'
import {etagOf, routes} from 'keepspace/wire'
import {Type} from 'typebox'
import type {DocumentKind} from '../database/schema.ts'
import {THINNED_EVERY} from '../store/thinning.policy.ts'
import {created, historyPage, isKnown, notModified, sendDocument, sendJson, withContent} from './answers.ts'
import {expectedRevision, namesOf, requestKey} from './conditions.ts'
import {storedContent, textOf} from './content.ts'
import {pageOf, parseList} from './lists.ts'
import {notFound, ProblemError} from './problem-error.ts'
import {
  CreateBody,
  IdParameters,
  ListParameters,
  Metadata,
  MetadataPage,
  UpdateBody,
  VersionPage,
  VersionParameters,
  VersionWithContent,
  WithContent,
} from './schemas.ts'
import {type App, doneOrThrow, ownerOf, type Service} from './service.ts'

const conditional = Type.Object({'if-match': Type.Optional(Type.String())})
const keyed = Type.Object({'idempotency-key': Type.Optional(Type.String({maxLength: 128}))})
/** Headers of a change, for the documentation. */
export const ChangeHeaders = Type.Object({...conditional.properties, ...keyed.properties})

/** Sessions: private, mutable, with a history. */
export function sessionRoutes(app: App, service: Service) {
  commonRoutes(app, service, {kind: 'session', collection: 'sessions', tag: 'Sessions'})

  app.get(
    '/sessions/:id/metadata',
    {
      schema: {
        tags: ['Sessions'],
        summary: 'What changed, without the content',
        params: IdParameters,
        response: {200: Metadata},
      },
    },
    async (request, reply) => {
      service.metrics.polls.inc()
      const {id} = request.params
      const metadata = await service.run('readMetadata', {ownerId: ownerOf(request), kind: 'session', id})
      if (metadata === undefined) {
        throw notFound()
      }
      return isKnown(request, metadata.revision)
        ? notModified(reply)
        : reply.header('etag', etagOf(metadata.revision)).send(metadata)
    },
  )

  app.put(
    '/sessions/:id',
    {
      schema: {
        tags: ['Sessions'],
        summary: 'Change a session that still has the revision of If-Match',
        params: IdParameters,
        headers: ChangeHeaders,
        body: UpdateBody,
        response: {200: Metadata},
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const {id} = request.params
      const expected = expectedRevision(request)
      const names = namesOf(request.body)
      const content = 'content' in request.body ? await storedContent(request.body.content) : undefined
      const now = service.clock.now()
      const metadata = doneOrThrow(
        await service.run('updateDocument', {
          ownerId,
          kind: 'session',
          id,
          expected,
          names,
          content,
          now,
          request: requestKey(request, [names, content?.hash]),
        }),
      )
      if (content !== undefined) {
        service.metrics.contentBytes.observe({kind: 'session'}, content.bytes)
      }
      changed(service, ownerId, metadata, now)
      return reply.header('etag', etagOf(metadata.revision)).send(metadata)
    },
  )

  app.post(
    '/sessions/:id/copies',
    {
      schema: {
        tags: ['Sessions'],
        summary: 'Save as: a new session; what the body leaves out is taken over',
        params: IdParameters,
        headers: keyed,
        body: UpdateBody,
        response: {201: Metadata},
      },
    },
    (request, reply) => copyInto(service, request, reply, {kind: 'session', revision: undefined}),
  )

  app.get(
    '/sessions/:id/history',
    {
      schema: {
        tags: ['Sessions'],
        summary: 'Kept versions, newest first',
        params: IdParameters,
        querystring: Type.Pick(ListParameters, ['pageSize', 'cursor']),
        response: {200: VersionPage},
      },
    },
    async (request) => {
      const ownerId = ownerOf(request)
      const {id} = request.params
      const page = historyPage(request.query, JSON.stringify([ownerId, 'session', id]), service.secret)
      if ((await service.run('readMetadata', {ownerId, kind: 'session', id})) === undefined) {
        throw notFound()
      }
      return page.of(await service.run('documentHistory', {ownerId, kind: 'session', id, ...page.range}))
    },
  )

  app.get(
    '/sessions/:id/history/:revision',
    {
      schema: {
        tags: ['Sessions'],
        summary: 'A kept version',
        params: VersionParameters,
        response: {200: VersionWithContent},
      },
    },
    async (request, reply) => {
      const {id} = request.params
      const revision = Number(request.params.revision)
      const row = await service.run('readVersion', {ownerId: ownerOf(request), kind: 'session', id, revision})
      if (row === undefined) {
        throw notFound()
      }
      const version = {
        revision,
        title: row.title,
        description: row.description,
        createdAt: row.created_at,
        contentHash: row.content_hash,
        bytes: row.bytes,
      }
      const text = await textOf({encoding: row.encoding, data: row.content, hash: row.content_hash, bytes: row.bytes})
      return sendJson(reply, withContent(version, text))
    },
  )

  app.post(
    '/sessions/:id/history/:revision/restore',
    {
      schema: {
        tags: ['Sessions'],
        summary: 'Make a kept version the newest one',
        params: VersionParameters,
        headers: ChangeHeaders,
        response: {200: Metadata},
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const now = service.clock.now()
      const metadata = doneOrThrow(
        await service.run('restoreDocument', {
          ownerId,
          kind: 'session',
          id: request.params.id,
          revision: Number(request.params.revision),
          expected: expectedRevision(request),
          now,
          request: requestKey(request),
        }),
      )
      changed(service, ownerId, metadata, now)
      return reply.header('etag', etagOf(metadata.revision)).send(metadata)
    },
  )

  app.get(
    '/sessions/:id/events',
    {
      schema: {
        tags: ['Sessions'],
        summary: 'Server-sent events about new revisions',
        params: IdParameters,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const {id} = request.params
      const metadata = await service.run('readMetadata', {ownerId, kind: 'session', id})
      if (metadata === undefined) {
        throw notFound()
      }
      const headers = reply.getHeaders()
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        ...(headers as Record<string, string>),
        'content-type': 'text/event-stream',
        'x-accel-buffering': 'no',
      })
      const {revision} = metadata
      if (!service.watchers.watch(response, {ownerId, id, revision, expiresAt: request.identity?.expiresAt})) {
        response.end()
      }
      service.metrics.watchers.set(service.watchers.count())
    },
  )
}

/** Templates: what sessions are started from. */
export function templateRoutes(app: App, service: Service) {
  commonRoutes(app, service, {kind: 'template', collection: 'templates', tag: 'Templates'})
  app.post(
    '/templates/:id/sessions',
    {
      schema: {
        tags: ['Templates'],
        summary: 'Start a session from a template',
        params: IdParameters,
        headers: keyed,
        body: UpdateBody,
        response: {201: Metadata},
      },
    },
    (request, reply) => copyInto(service, request, reply, {kind: 'template', revision: undefined}),
  )
}

/** What sessions and templates have in common: list, create, read, delete. */
function commonRoutes(
  app: App,
  service: Service,
  {kind, collection, tag}: {kind: DocumentKind; collection: string; tag: string},
) {
  app.get(
    `/${collection}`,
    {schema: {tags: [tag], summary: 'A page of one’s own', querystring: ListParameters, response: {200: MetadataPage}}},
    async (request) => {
      const input = parseList(request.query, {ownerId: ownerOf(request), list: kind, secret: service.secret})
      return pageOf(await service.run('list', input), input, service.secret) as never
    },
  )

  app.post(
    `/${collection}`,
    {schema: {tags: [tag], summary: 'Create', headers: keyed, body: CreateBody, response: {201: Metadata}}},
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const {title = '', description = ''} = namesOf(request.body)
      const content = await storedContent(request.body.content)
      const metadata = doneOrThrow(
        await service.run('createDocument', {
          ownerId,
          kind,
          id: service.newId(),
          title,
          description,
          content,
          link: undefined,
          now: service.clock.now(),
          request: requestKey(request, [title, description, content.hash]),
        }),
      )
      service.metrics.contentBytes.observe({kind}, content.bytes)
      return created(reply, `${routes.sessions().replace('sessions', collection)}/${metadata.id}`).send(metadata)
    },
  )

  app.get(
    `/${collection}/:id`,
    {schema: {tags: [tag], summary: 'Read', params: IdParameters, response: {200: WithContent}}},
    async (request, reply) => {
      const {id} = request.params
      const found = await service.run('readDocument', {ownerId: ownerOf(request), kind, id})
      if (found === undefined) {
        throw notFound()
      }
      return isKnown(request, found.metadata.revision) ? notModified(reply) : sendDocument(reply, found)
    },
  )

  app.delete(
    `/${collection}/:id`,
    {
      schema: {
        tags: [tag],
        summary: 'Delete; with If-Match, only that revision',
        params: IdParameters,
        headers: ChangeHeaders,
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const {id} = request.params
      const expected = request.headers['if-match'] === undefined ? undefined : expectedRevision(request)
      doneOrThrow(
        await service.run('deleteDocument', {
          ownerId,
          kind,
          id,
          expected,
          now: service.clock.now(),
          request: requestKey(request),
        }),
      )
      if (kind === 'session') {
        service.watchers.changed({ownerId, id, revision: 0})
      }
      return reply.code(204).send()
    },
  )
}

/** A new session of a document of one's own. */
async function copyInto(
  service: Service,
  request: FastifyRequest<{Params: {id: string}; Body: {title?: string; description?: string; content?: unknown}}>,
  reply: FastifyReply,
  {kind, revision}: {kind: DocumentKind; revision: number | undefined},
) {
  const ownerId = ownerOf(request)
  const names = namesOf(request.body)
  const content = 'content' in request.body ? await storedContent(request.body.content) : undefined
  const metadata = doneOrThrow(
    await service.run('copyDocument', {
      ownerId,
      kind: 'session',
      id: service.newId(),
      source: {ownerId, kind, id: request.params.id, revision},
      names,
      content,
      link: undefined,
      now: service.clock.now(),
      request: requestKey(request, [names, content?.hash]),
    }),
  )
  return created(reply, routes.session(metadata.id)).send(metadata)
}

/** Tells watchers, and now and then thins what has become old. Neither holds up the answer. */
function changed(service: Service, ownerId: string, {id, revision}: {id: string; revision: number}, now: number) {
  service.watchers.changed({ownerId, id, revision})
  if (revision % THINNED_EVERY === 0) {
    // Not doing it now is no loss: the next time does it all.
    service.run('thinDocument', {ownerId, kind: 'session', id, now}).catch(() => undefined)
    service.run('forgetRequests', {ownerId, now}).catch(() => undefined)
  }
}

/** @throws {@link ProblemError} `request.invalid` */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) {
    throw new ProblemError('request.invalid', {detail: name})
  }
  return value
}
