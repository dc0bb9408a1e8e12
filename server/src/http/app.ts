import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox'
import {
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify'
import {API_PREFIX, problemOf, USER_HEADER, userHeaderOf} from 'keepspace/wire'
import type {Clock} from '../clock.ts'
import {type Database, DatabaseUnavailable} from '../database/database.ts'
import {type Authenticate, AuthenticationUnavailable, bearerToken, type Identity} from '../identity/identity.ts'
import {startVisitMarking} from '../jobs/visit-marking.ts'
import {type Audit, described} from './audit.ts'
import {type BodyLimit, readJson} from './body.ts'
import {sessionRoutes, templateRoutes} from './documents-routes.ts'
import {exportRoute} from './export-route.ts'
import {createMetrics} from './metrics.ts'
import {personRoute} from './person-route.ts'
import {ProblemError} from './problem-error.ts'
import {createRateLimiter, type RateLimit} from './rates.ts'
import {ProblemBody} from './schemas.ts'
import {checkLoopbackName, checkOrigin, isFromHere} from './security.ts'
import {type App, createRun, type Service} from './service.ts'
import {snapshotRoutes} from './snapshot-routes.ts'
import {storeRoutes} from './store-routes.ts'
import {createWatchers} from './watchers.ts'
import {workspaceRoutes} from './workspace-routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | undefined
  }
  interface FastifyContextConfig {
    /** `anyone`: also without being signed in. @defaultValue `owner` */
    access?: 'owner' | 'anyone'
    /** Only looks, whatever its method: nothing for the audit log. */
    isReading?: boolean
    /** Only looks, and is for the audit log all the same. */
    isAudited?: boolean
    /** For bodies that are larger or nested deeper than those of other routes. */
    body?: BodyLimit
  }
}

export type AppOptions = {
  readonly database: Database
  readonly authenticate: Authenticate
  readonly clock: Clock
  readonly newId: () => string
  /** Signs cursors; the same for all servers of a database. */
  readonly secret: string
  readonly audit: Audit
  /** Pages of other origins that may use the server. */
  readonly allowedOrigins?: readonly string[]
  /** Answers only to the names of this machine. */
  readonly isLoopbackOnly?: boolean
  /** Takes the address of a client from the proxy before the server. */
  readonly trustProxy?: boolean
  /** Lets whoever has it read the metrics from elsewhere; from this machine anyone may. */
  readonly metricsToken?: string | undefined
  readonly limits?: Partial<AppLimits>
  readonly logger?: FastifyServerOptions['logger']
}

export type AppLimits = {
  /** Requests of one address in a minute. */
  readonly addressPerMinute: number
  /** Requests of one person. */
  readonly identity: RateLimit
  /** Links that led nowhere, of one address. */
  readonly misses: RateLimit
  /** Bytes of one commit to a store. */
  readonly storeCommitBytes: number
  /** Bytes of everything that one person keeps in stores. */
  readonly storeBytes: number
  /** How long a body may take to arrive. */
  readonly bodyMs: number
  /** How long a whole request may take to arrive. */
  readonly requestMs: number
}

const defaultLimits: AppLimits = {
  addressPerMinute: 3_000,
  identity: {burst: 600, perMinute: 1_200},
  misses: {burst: 20, perMinute: 10},
  storeCommitBytes: 16_777_216,
  storeBytes: 268_435_456,
  bodyMs: 10_000,
  requestMs: 15_000,
}

/** The longest id in an address, each character escaped. */
const MAX_PARAMETER_LENGTH = 1_800
const CHECK_CONNECTIONS_MS = 1_000
/** What other answers get from hooks. */
const bareHeaders = {
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
const exposedHeaders = ['ETag', 'Location', 'Retry-After']

/** The whole server behind a port: routes, protection, documentation. It does not listen yet. */
export async function createApp(options: AppOptions): Promise<App> {
  const {database, authenticate, clock, newId, secret, audit, allowedOrigins = [], isLoopbackOnly = false} = options
  const limits = {...defaultLimits, ...options.limits}
  const metrics = createMetrics()
  const watchers = createWatchers({clock, database})
  const marking = startVisitMarking({clock, database, metrics})
  const identities = createRateLimiter({clock, limit: limits.identity})
  const service: Service = {
    clock,
    newId,
    secret,
    metrics,
    watchers,
    misses: createRateLimiter({clock, limit: limits.misses}),
    storeLimits: {commitBytes: limits.storeCommitBytes, totalBytes: limits.storeBytes},
    run: createRun(database, metrics),
    afterDelete: () => void marking.look(),
  }

  const app: App = fastify({
    logger: options.logger ?? false,
    // Logged by ourselves, without the ids in addresses.
    logController: new LogController({disableRequestLogging: true}),
    trustProxy: options.trustProxy ?? false,
    requestTimeout: limits.requestMs,
    forceCloseConnections: true,
    http: {connectionsCheckingInterval: CHECK_CONNECTIONS_MS},
    routerOptions: {maxParamLength: MAX_PARAMETER_LENGTH},
    // An address that cannot be read leads nowhere, like one that does not exist. No hook has run yet.
    frameworkErrors: (_error, _request, reply) => void sendProblem(reply.headers(bareHeaders), problemOf('notFound')),
    ajv: {customOptions: {coerceTypes: false, removeAdditional: false, useDefaults: false}},
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    async (request: FastifyRequest, payload: Parameters<typeof readJson>[0]) => {
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
        throw new ProblemError('request.unsupportedType', {detail: 'compressed'})
      }
      return readJson(payload, {clock, limitMs: limits.bodyMs, limit: request.routeOptions.config.body})
    },
  )

  app.decorateRequest('identity', undefined)
  app.setErrorHandler((error: FastifyError | ProblemError, request, reply) => {
    const problem = problemFor(error)
    if (problem.status >= 500) {
      request.log.error({err: error, ...described(request)}, problem.code)
    }
    metrics.problems.inc({code: problem.code})
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problemOf('notFound')))

  await app.register(swagger, {openapi: openApi()})
  await app.register(helmet, {
    contentSecurityPolicy: {useDefaults: false, directives: {'default-src': ["'none'"], 'frame-ancestors': ["'none'"]}},
    referrerPolicy: {policy: 'no-referrer'},
    crossOriginResourcePolicy: {policy: allowedOrigins.length > 0 ? 'cross-origin' : 'same-origin'},
  })
  await app.register(cors, {
    origin: [...allowedOrigins],
    credentials: false,
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders,
  })
  await app.register(rateLimit, {
    max: limits.addressPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, {ttl}) =>
      new ProblemError('rate.limited', {retryAfterSeconds: Math.ceil(ttl / 1_000)}),
  })
  await app.register(compress, {globalDecompression: false})

  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'private, no-store')
    if (isLoopbackOnly) {
      checkLoopbackName(request)
    }
    checkOrigin(request, allowedOrigins)
  })
  app.addHook('onResponse', async (request, reply) => {
    const {action, target} = described(request)
    metrics.requests.observe(
      {route: request.routeOptions.url ?? 'unknown', method: request.method, status: reply.statusCode},
      reply.elapsedTime / 1_000,
    )
    request.log.info({action, target, status: reply.statusCode, ms: Math.round(reply.elapsedTime)})
    const {isReading = request.method === 'GET', isAudited = !isReading} = request.routeOptions.config
    if (isAudited || reply.statusCode === 401 || reply.statusCode === 403) {
      const address = request.ip
      audit({at: clock.now(), actor: request.identity?.userId, action, target, status: reply.statusCode, address})
    }
  })
  app.addHook('onClose', async () => {
    watchers.close()
    await marking.close()
  })
  app.addHook('preClose', async () => watchers.close())

  await app.register(
    async (api) => {
      api.addHook('onRequest', async (request) => {
        request.identity = await authenticate(request)
        if (request.identity === undefined && request.routeOptions.config.access !== 'anyone') {
          throw new ProblemError('auth.required')
        }
        const person = request.identity?.userId
        if (person === undefined) {
          return
        }
        const meant = request.headers[USER_HEADER]
        if (meant !== undefined && meant !== userHeaderOf(person)) {
          throw new ProblemError('auth.otherUser')
        }
        const waitSeconds = identities.waitSeconds(person)
        if (waitSeconds > 0) {
          throw new ProblemError('rate.limited', {retryAfterSeconds: waitSeconds})
        }
        identities.take(person)
      })
      api.addHook('onRoute', (route) => {
        route.schema = {
          ...route.schema,
          response: {...Object(route.schema?.response), '4xx': ProblemBody, '5xx': ProblemBody},
        }
      })
      const typed = api as App
      personRoute(typed)
      sessionRoutes(typed, service)
      snapshotRoutes(typed, service)
      templateRoutes(typed, service)
      workspaceRoutes(typed, service)
      storeRoutes(typed, service)
      exportRoute(typed, service)
    },
    {prefix: API_PREFIX},
  )

  app.get('/health/live', {schema: {tags: ['Operation'], summary: 'The process answers'}}, async () => ({status: 'ok'}))
  app.get('/health/ready', {schema: {tags: ['Operation'], summary: 'The database answers'}}, async () => {
    await service.run('ping', {})
    return {status: 'ok'}
  })
  app.get('/metrics', {schema: {tags: ['Operation'], summary: 'For Prometheus'}}, async (request, reply) => {
    const isAllowed =
      options.metricsToken === undefined
        ? isFromHere(request, options.trustProxy)
        : bearerToken(request) === options.metricsToken
    if (!isAllowed) {
      throw new ProblemError('auth.required')
    }
    metrics.watchers.set(watchers.count())
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  app.get('/openapi.json', {schema: {hide: true}}, async () => app.swagger())
  await app.ready()
  return app
}

function problemFor(error: FastifyError | ProblemError) {
  if (error instanceof ProblemError) {
    return error.problem
  }
  if (error instanceof DatabaseUnavailable || error instanceof AuthenticationUnavailable) {
    return problemOf('server.unavailable')
  }
  if (error.validation !== undefined) {
    // An id that cannot exist is answered like one that does not.
    return error.validationContext === 'params'
      ? problemOf('notFound')
      : problemOf('request.invalid', {detail: error.message})
  }
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problemOf('request.unsupportedType')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return problemOf('request.notJson')
    default:
      return error.statusCode !== undefined && error.statusCode < 500
        ? problemOf('request.invalid', {detail: error.code})
        : problemOf('server.failed')
  }
}

function sendProblem(reply: FastifyReply, problem: ReturnType<typeof problemOf>) {
  const {code, status, retryAfterSeconds} = problem
  if (retryAfterSeconds !== undefined) {
    reply.header('retry-after', retryAfterSeconds)
  }
  if (code === 'auth.required') {
    reply.header('www-authenticate', 'Bearer')
  }
  if (code === 'request.tooLarge' || code === 'request.timeout') {
    // What is left of the body is not waited for.
    reply.header('connection', 'close')
  }
  return reply.code(status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem))
}

function openApi() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keepspace session server',
      version: '1',
      description:
        'Sessions, snapshots, templates and workspaces of signed-in people. Every change names the revision it is based on; every refusal is a problem with a stable code.',
    },
    components: {securitySchemes: {bearer: {type: 'http' as const, scheme: 'bearer'}}},
    security: [{bearer: []}],
  }
}
