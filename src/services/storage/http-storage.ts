import {KeepspaceError} from '../../model/errors.ts'
import type {IdSource} from '../../model/ids.ts'
import type {GroupResult, StoragePort, StorageTarget, StoredRecord} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {routes} from '../../model/wire/routes.ts'
import type {StoreCommitted, StoreKeys, StoreRead, WireGroupResult} from '../../model/wire/stores.ts'
import {randomIds} from '../random-ids.ts'
import {createHttpCall, type HttpRequest, type HttpServerOptions} from '../server-link/http-call.ts'
import {systemTime} from '../time/system-time.ts'
import {type CallLimit, startLimit} from './call-limit.ts'
import {commitText} from './http-commit.ts'
import {pauseAfter, storageErrorOf} from './http-errors.ts'

const NAME = 'http'
const DEFAULT_TIMEOUT_MS = 30_000
/** One request that is not answered leaves time for two more. */
const REQUESTS_WITHIN_TIMEOUT = 3

export type HttpStorageOptions = Pick<HttpServerOptions, 'url' | 'token' | 'fetch'> & {
  /** Names this store among others of the same person: up to 64 of letters, digits and `._~-`. @defaultValue `main` */
  readonly store?: string
  /** How long a call may take before it is given up, with all its repetitions. @defaultValue 30000 */
  readonly timeoutMs?: number
  /** @defaultValue the clock of the platform */
  readonly time?: Time
  /** Names requests. @defaultValue from the randomness of the platform */
  readonly ids?: IdSource
}

/**
 * Storage in a store of a `keepspace-server`, for apps that keep nothing on the device. Every load and save waits for the
 * network: where work has to go on without it, store on the device and let workspaces save themselves to the server too.
 *
 * - A commit is on the disk of the server when it is answered, under either durability. One whose answer got lost is
 *   repeated a few times under one idempotency key, so that it is never written twice; then it rejects with `storage.lost`
 *   or `storage.timeout`, and whoever saves tries again later.
 * - Reads that are not answered reject with `storage.unavailable`. Without a valid token everything rejects with
 *   `storage.unauthorized`; the token is asked for anew before each request.
 * - A commit that is larger than the server takes rejects with `value.tooLarge`, one for which it has no room with
 *   `storage.quota`, both with the two numbers; what the server refuses otherwise with `server.refused`.
 * - Nothing is written in the last moment of a page that nobody waits for: there are no last words.
 *
 * Values must be JSON; another one rejects with `storage.unavailable`. Calling this touches nothing; only `open()` does.
 *
 * @throws {@link KeepspaceError} `usage` when the name of the store is not one or `timeoutMs` is not a positive number.
 */
export function httpStorage(options: HttpStorageOptions = {}): StorageTarget {
  const {url = '', store = 'main', timeoutMs = DEFAULT_TIMEOUT_MS} = options
  if (!/^[A-Za-z0-9._~-]{1,64}$/.test(store)) {
    throw new KeepspaceError('usage', `the name of a store has 1 to 64 letters, digits and ._~-, got ${store}`)
  }
  if (!(timeoutMs > 0)) {
    throw new KeepspaceError('usage', `timeoutMs must be more than 0, got ${timeoutMs}`)
  }
  return {
    name: NAME,
    place: `${NAME}/${url}/${store}`,
    async open() {
      const port = createPort({...options, store, timeoutMs})
      try {
        await port.read([])
        return port
      } catch (cause) {
        const {code, detail} = KeepspaceError.from(cause)
        throw code === 'storage.unauthorized' ? cause : new KeepspaceError('storage.unavailable', detail, {cause})
      }
    },
  }
}

type PortOptions = HttpStorageOptions & {readonly store: string; readonly timeoutMs: number}

function createPort({store, timeoutMs, time = systemTime, ids = randomIds, ...server}: PortOptions): StoragePort {
  const ask = createHttpCall({...server, time, requestLimitMs: Math.ceil(timeoutMs / REQUESTS_WITHIN_TIMEOUT)})
  const running = new Set<Promise<unknown>>()
  let lastCommit: Promise<unknown> = Promise.resolve()
  let closing: Promise<void> | undefined

  /** Asks until there is an answer, or none can be expected, or the limit is reached. */
  async function answered<Answer>(path: string, request: HttpRequest, limit: CallLimit): Promise<Answer> {
    const abort = new AbortController()
    for (let tries = 1; ; tries += 1) {
      try {
        return await limit.race(ask<Answer>(path, {...request, signal: abort.signal}))
      } catch (error) {
        const pauseMs = pauseAfter(error, tries)
        if (limit.isReached() || pauseMs === undefined) {
          abort.abort()
          throw error
        }
        await limit.race(pause(time, pauseMs))
      }
    }
  }

  /** Makes a call within its limit, which starts now, whatever the call has to wait for. */
  async function call<Result>(
    kind: 'read' | 'commit',
    work: (limit: CallLimit) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    if (closing) {
      throw new KeepspaceError('disposed')
    }
    const limit = startLimit(time, timeoutMs, signal)
    const answer = work(limit).finally(() => {
      limit.end()
      running.delete(answer)
    })
    running.add(answer)
    try {
      return await answer
    } catch (cause) {
      throw storageErrorOf(cause, kind)
    }
  }

  const read = <Answer>(path: string, body: object) =>
    call('read', (limit) => answered<Answer>(path, {method: 'POST', body}, limit))

  async function readAll(selectors: Parameters<StoragePort['read']>[0]): Promise<StoreRead['recordLists']> {
    return (await read<StoreRead>(routes.storeReads(store), {selectors})).recordLists
  }

  /** Commits go out one after the other: whoever commits on what is being written finds it written. */
  async function inOrder<Result>(limit: CallLimit, work: () => Promise<Result>): Promise<Result> {
    const before = lastCommit
    const turn = limit.race(before).then(work)
    lastCommit = Promise.allSettled([before, turn])
    return turn
  }

  return {
    name: NAME,
    isPersistent: true,
    commit: (groups, {signal}) =>
      call(
        'commit',
        async (limit) => {
          const request = {method: 'POST', bodyText: commitText(groups), idempotencyKey: ids.next()} as const
          const {results} = await inOrder(limit, () =>
            answered<StoreCommitted>(routes.storeCommits(store), request, limit),
          )
          return results.map(groupResultOf)
        },
        signal,
      ),
    read: (selectors) => readAll(selectors),
    async readPrefix(prefix) {
      const [records = []] = await readAll([{prefix}])
      return records satisfies readonly StoredRecord[]
    },
    list: async (prefix) => (await read<StoreKeys>(routes.storeLists(store), {prefix})).keys,
    close() {
      closing ??= Promise.allSettled(running).then(() => undefined)
      return closing
    },
  }
}

function groupResultOf(result: WireGroupResult): GroupResult {
  return result.status === 'committed'
    ? {status: 'committed'}
    : {status: 'conflict', revision: result.revision, commitId: result.commitId as never}
}

function pause(time: Time, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    time.setTimeout(() => resolve(), delayMs)
  })
}
