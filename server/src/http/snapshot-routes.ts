import type {FastifyRequest} from 'fastify'
import {routes, SNAPSHOT_ID_LENGTH} from 'keepspace/wire'
import {nanoid} from 'nanoid'
import {created, sendDocument} from './answers.ts'
import {namesOf, requestKey} from './conditions.ts'
import {sha256, storedContent} from './content.ts'
import {ChangeHeaders, required} from './documents-routes.ts'
import {pageOf, parseList} from './lists.ts'
import {notFound, ProblemError} from './problem-error.ts'
import {
  CreateSnapshotBody,
  IdParameters,
  ListParameters,
  Metadata,
  MetadataPage,
  SharedSnapshot,
  UpdateBody,
  VisitPage,
} from './schemas.ts'
import {type App, doneOrThrow, ownerOf, type Service} from './service.ts'

const tags = ['Snapshots']

/** Snapshots: immutable, read by anyone who has the link. Visits: what one has seen. */
export function snapshotRoutes(app: App, service: Service) {
  app.get(
    '/snapshots',
    {schema: {tags, summary: 'A page of one’s own', querystring: ListParameters, response: {200: MetadataPage}}},
    async (request) => {
      const input = parseList(request.query, {ownerId: ownerOf(request), list: 'snapshot', secret: service.secret})
      return pageOf(await service.run('list', input), input, service.secret) as never
    },
  )

  app.post(
    '/snapshots',
    {
      schema: {
        tags,
        summary: 'Create, of a content or of a session; counts as a visit',
        headers: ChangeHeaders,
        body: CreateSnapshotBody,
        response: {201: Metadata},
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const {sessionId, revision} = request.body
      const names = namesOf(request.body)
      const content = 'content' in request.body ? await storedContent(request.body.content) : undefined
      const id = nanoid(SNAPSHOT_ID_LENGTH)
      const common = {
        ownerId,
        kind: 'snapshot' as const,
        id,
        link: {linkHash: sha256(id)},
        now: service.clock.now(),
        request: requestKey(request, [names, content?.hash, sessionId, revision]),
      }
      if ((sessionId === undefined) === (content === undefined)) {
        throw new ProblemError('request.invalid', {detail: 'either content or sessionId'})
      }
      const metadata = doneOrThrow(
        sessionId === undefined
          ? await service.run('createDocument', {
              ...common,
              title: required(names.title, 'title'),
              description: names.description ?? '',
              content: required(content, 'content'),
            })
          : await service.run('copyDocument', {
              ...common,
              source: {ownerId, kind: 'session', id: sessionId, revision},
              names,
              content: undefined,
            }),
      )
      return created(reply, routes.snapshot(metadata.id)).send(metadata)
    },
  )

  app.get(
    '/snapshots/:id',
    {
      config: {access: 'anyone'},
      schema: {tags, summary: 'Read by link', params: IdParameters, response: {200: SharedSnapshot}},
    },
    async (request, reply) => {
      const found = await guarded(service, request, () =>
        service.run('visitSnapshot', {
          linkHash: sha256(request.params.id),
          visitorId: request.identity?.userId,
          now: service.clock.now(),
        }),
      )
      return sendDocument(reply, found, {isOwner: found.isOwner})
    },
  )

  app.delete(
    '/snapshots/:id',
    {schema: {tags, summary: 'Delete one’s own', params: IdParameters, headers: ChangeHeaders}},
    async (request, reply) => {
      const {id} = request.params
      doneOrThrow(
        await service.run('deleteSnapshot', {
          ownerId: ownerOf(request),
          id,
          linkHash: sha256(id),
          jobId: service.newId(),
          now: service.clock.now(),
          request: requestKey(request),
        }),
      )
      service.afterDelete()
      return reply.code(204).send()
    },
  )

  app.post(
    '/snapshots/:id/sessions',
    {
      schema: {
        tags,
        summary: 'Make an own session of it',
        params: IdParameters,
        headers: ChangeHeaders,
        body: UpdateBody,
        response: {201: Metadata},
      },
    },
    async (request, reply) => {
      const names = namesOf(request.body)
      const content = 'content' in request.body ? await storedContent(request.body.content) : undefined
      const outcome = await guarded(service, request, async () => {
        const adopted = await service.run('adoptSnapshot', {
          ownerId: ownerOf(request),
          linkHash: sha256(request.params.id),
          id: service.newId(),
          names,
          content,
          now: service.clock.now(),
          request: requestKey(request, [names, content?.hash]),
        })
        return adopted.status === 'missing' ? undefined : adopted
      })
      const metadata = doneOrThrow(outcome)
      return created(reply, routes.session(metadata.id)).send(metadata)
    },
  )

  app.get(
    '/visits',
    {schema: {tags, summary: 'Snapshots one has seen', querystring: ListParameters, response: {200: VisitPage}}},
    async (request) => {
      const input = parseList(request.query, {ownerId: ownerOf(request), list: 'visit', secret: service.secret})
      return pageOf(await service.run('list', input), input, service.secret) as never
    },
  )

  app.delete(
    '/visits/:id',
    {schema: {tags, summary: 'Take a snapshot off one’s own list', params: IdParameters}},
    async (request, reply) => {
      const isForgotten = await service.run('forgetVisit', {visitorId: ownerOf(request), snapshotId: request.params.id})
      if (!isForgotten) {
        throw notFound()
      }
      return reply.code(204).send()
    },
  )
}

/** Follows a link. Whoever follows many that lead nowhere has to wait. */
async function guarded<Found>(
  {misses}: Service,
  request: FastifyRequest,
  follow: () => Promise<Found | undefined>,
): Promise<Found> {
  const waitSeconds = misses.waitSeconds(request.ip)
  if (waitSeconds > 0) {
    throw new ProblemError('rate.limited', {retryAfterSeconds: waitSeconds})
  }
  const found = await follow()
  if (found === undefined) {
    misses.take(request.ip)
    throw notFound()
  }
  return found
}
