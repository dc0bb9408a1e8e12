import type {FastifyRequest} from 'fastify'
import {MAX_CONTENT_DEPTH, MAX_STORE_KEY_LENGTH, stampOf, type WireRecord} from 'keepspace/wire'
import {Type} from 'typebox'
import type {StampedText} from '../store/stores.ts'
import {sendJson} from './answers.ts'
import {requestKey} from './conditions.ts'
import {sha256} from './content.ts'
import {ProblemError} from './problem-error.ts'
import {
  StoreCommitBody,
  StoreKeyList,
  StoreListBody,
  StoreParameters,
  StoreReadBody,
  StoreRecords,
  StoreResults,
} from './schemas.ts'
import {type App, doneOrThrow, ownerOf, type Service} from './service.ts'
import {recordListText} from './workspace-routes.ts'

const tags = ['Stores']
/** What is around a value: `{"groups": [{"puts": [{"value": …}]}]}`. */
const ENVELOPE_DEPTH = 5
/** Every so many commits of a person, answers that nobody waits for any more are forgotten. */
const FORGOTTEN_EVERY = 64
const CommitHeaders = Type.Object({'idempotency-key': Type.Optional(Type.String())})

/** Records under keys: what an app needs that keeps everything here instead of on the device. */
export function storeRoutes(app: App, service: Service) {
  const {commitBytes, totalBytes} = service.storeLimits
  const body = {shownBytes: commitBytes, bytes: commitBytes, depth: MAX_CONTENT_DEPTH + ENVELOPE_DEPTH}
  const reading = {isReading: true, body}

  app.post(
    '/stores/:id/commits',
    {
      config: {body},
      schema: {
        tags,
        summary:
          'Write the groups whose expectation holds, each all or nothing, in one transaction; leave the others out',
        params: StoreParameters,
        headers: CommitHeaders,
        body: StoreCommitBody,
        response: {200: StoreResults},
      },
    },
    async (request, reply) => {
      const ownerId = ownerOf(request)
      const groups = request.body.groups.map(({expect, puts, deletes}) => ({
        expect,
        puts: puts.map(stampedText),
        deletes,
      }))
      refuseTwice(groups.flatMap(({puts, deletes}) => [...puts.map(({key}) => key), ...deletes]))
      refuseLong(groups.flatMap(({expect, puts, deletes}) => [expect.key, ...puts.map(({key}) => key), ...deletes]))
      const now = service.clock.now()
      const outcome = await service.run('commitStore', {
        ownerId,
        storeId: request.params.id,
        groups,
        maxBytes: totalBytes,
        now,
        request: requestKeyOf(request, groups),
      })
      if (outcome.status === 'full') {
        const {sizeBytes, limitBytes} = outcome
        throw new ProblemError('storage.full', {sizeBytes, limitBytes})
      }
      const {results, commits} = doneOrThrow(outcome)
      service.metrics.contentBytes.observe(
        {kind: 'store'},
        groups.reduce((sum, {puts}) => sum + puts.reduce((bytes, put) => bytes + put.bytes, 0), 0),
      )
      if (commits % FORGOTTEN_EVERY === 0) {
        // Not doing it now is no loss: the next time does it all.
        service.run('forgetRequests', {ownerId, now}).catch(() => undefined)
      }
      return reply.send({results: [...results]})
    },
  )

  app.post(
    '/stores/:id/reads',
    {
      config: reading,
      schema: {
        tags,
        summary: 'Records by key or by the beginning of their keys, all of one moment',
        params: StoreParameters,
        body: StoreReadBody,
        response: {200: StoreRecords},
      },
    },
    async (request, reply) => {
      const {selectors} = request.body
      refuseLong(selectors.map((selector) => ('key' in selector ? selector.key : selector.prefix)))
      const lists = await service.run('readStore', {
        ownerId: ownerOf(request),
        storeId: request.params.id,
        selectors,
      })
      return sendJson(reply, `{"recordLists":[${lists.map(recordListText).join(',')}]}`)
    },
  )

  app.post(
    '/stores/:id/lists',
    {
      config: reading,
      schema: {
        tags,
        summary: 'Keys by their beginning',
        params: StoreParameters,
        body: StoreListBody,
        response: {200: StoreKeyList},
      },
    },
    async (request) => {
      const {prefix} = request.body
      refuseLong([prefix])
      const keys = await service.run('listStore', {ownerId: ownerOf(request), storeId: request.params.id, prefix})
      return {keys: [...keys]}
    },
  )
}

function stampedText({key, value}: WireRecord): StampedText {
  const text = JSON.stringify(value)
  return {key, text, stamp: JSON.stringify(stampOf(value)), bytes: Buffer.byteLength(key) + Buffer.byteLength(text)}
}

function requestKeyOf(request: FastifyRequest, groups: readonly object[]) {
  return request.headers['idempotency-key'] === undefined
    ? undefined
    : requestKey(request, [sha256(JSON.stringify(groups))])
}

function refuseTwice(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) {
    throw new ProblemError('request.invalid', {detail: 'a key is named twice'})
  }
}

/** The schema counts characters; what a database can index is bytes. */
function refuseLong(keys: readonly string[]): void {
  if (keys.some((key) => key.length > MAX_STORE_KEY_LENGTH)) {
    throw new ProblemError('request.invalid', {detail: `a key of more than ${MAX_STORE_KEY_LENGTH} characters`})
  }
}
