import type {IncomingMessage, ServerResponse} from 'node:http'
import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox'
import type {FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault} from 'fastify'
import type {Clock} from '../clock.ts'
import type {Database} from '../database/database.ts'
import type {InputOf, OperationName, OutputOf} from '../store/operations.ts'
import type {Metrics} from './metrics.ts'
import {notFound, ProblemError} from './problem-error.ts'
import type {RateLimiter} from './rates.ts'
import type {Watchers} from './watchers.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** What routes work with. */
export type Service = {
  readonly clock: Clock
  readonly newId: () => string
  /** Signs cursors; the same for all servers of a database. */
  readonly secret: string
  readonly metrics: Metrics
  readonly watchers: Watchers
  /** Counts links that led nowhere, per address. */
  readonly misses: RateLimiter
  readonly storeLimits: {
    /** Bytes of one commit. */
    readonly commitBytes: number
    /** Bytes of everything that one person keeps. */
    readonly totalBytes: number
  }
  /** Runs an operation of the store and measures it. */
  run<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>>
  /** Begins background work that a change left behind. */
  afterDelete(): void
}

export function createRun(database: Database, metrics: Metrics): Service['run'] {
  return async (name, input) => {
    const stop = metrics.operations.startTimer({operation: name})
    try {
      const output = await database.run(name, input)
      stop({outcome: 'done'})
      return output as OutputOf<typeof name>
    } catch (error) {
      stop({outcome: 'failed'})
      throw error
    }
  }
}

/** Who made a request to a route that needs somebody. */
export function ownerOf(request: FastifyRequest): string {
  const {identity} = request
  if (identity === undefined) {
    throw new ProblemError('auth.required')
  }
  return identity.userId
}

type Outcome<Metadata> =
  | {readonly status: 'done'; readonly metadata: Metadata}
  | {readonly status: 'missing'}
  | {readonly status: 'mismatch'}
  | {readonly status: 'stale'; readonly current: unknown}

/**
 * What a change achieved.
 *
 * @throws {@link ProblemError} `notFound` | `idempotency.mismatch` | `revision.stale`
 */
export function doneOrThrow<Metadata>(outcome: Outcome<Metadata>): Metadata {
  switch (outcome.status) {
    case 'done':
      return outcome.metadata
    case 'missing':
      throw notFound()
    case 'mismatch':
      throw new ProblemError('idempotency.mismatch')
    case 'stale':
      throw new ProblemError('revision.stale', {current: outcome.current})
  }
}
