import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import {problemOf} from '../../../src/model/wire/problems.ts'
import {type HttpStorageOptions, httpStorage} from '../../../src/services/storage/http-storage.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'

const group = {
  commitId: 'c' as never,
  expect: {key: 'a', revision: 0},
  puts: [{key: 'a', value: 1}],
  deletes: ['b', 'b'],
}
const relaxed = {durability: 'relaxed'} as const

type Reply = 'offline' | 'silence' | Response | (() => Response)

/** A storage whose server says what it is told to, request after request, and then that all went well. */
function start(replies: Reply[], options: Partial<HttpStorageOptions> = {}) {
  const time = createSimulatedTime()
  const sent: {url: string; body: unknown; key: string | undefined; token: string | undefined; at: number}[] = []
  let aborted = 0
  const send: typeof fetch = async (input, init) => {
    const {'idempotency-key': key, authorization: token} = {...(init?.headers as Record<string, string>)}
    sent.push({url: String(input), body: JSON.parse(String(init?.body)), key, token, at: time.now()})
    const reply =
      replies.shift() ?? (() => Response.json({results: [{status: 'committed'}], recordLists: [[]], keys: []}))
    if (reply === 'offline') {
      throw new TypeError('no network')
    }
    if (reply === 'silence') {
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => {
          aborted += 1
          reject(new DOMException('aborted', 'AbortError'))
        })
      })
    }
    return typeof reply === 'function' ? reply() : reply
  }
  let names = 0
  const ids = {next: () => `id-${++names}`}
  const storage = httpStorage({url: 'https://kept.example', fetch: send, time, ids, ...options})
  return {
    time,
    sent,
    storage,
    abortedCount: () => aborted,
    async open() {
      const port = await storage.open()
      sent.length = 0
      return port
    },
  }
}

const opened: Reply = () => Response.json({recordLists: []})
const problem = (...[code, more]: Parameters<typeof problemOf>) => {
  const body = problemOf(code, more)
  const wait = more?.retryAfterSeconds
  return Response.json(body, {status: body.status, headers: wait === undefined ? {} : {'retry-after': `${wait}`}})
}
const failureOf = async (call: Promise<unknown>) => {
  const error = await call.then(() => undefined, KeepspaceError.from)
  return [error?.code, error?.detail, error?.retryAfterMs]
}

describe(httpStorage.name, () => {
  test('repeats a commit under one name until an answer arrives, and names each commit anew', async () => {
    const {time, sent, open} = start([
      opened,
      'offline',
      problem('server.unavailable'),
      problem('rate.limited', {retryAfterSeconds: 1}),
    ])
    const port = await open()
    const commit = port.commit([group], relaxed)
    await time.advanceAsync(10_000)
    expect(await commit).toEqual([{status: 'committed'}])
    expect(sent.map(({key, at}) => [key, at])).toEqual([
      ['id-1', 0],
      ['id-1', 200],
      ['id-1', 600],
      ['id-1', 1_600],
    ])
    expect(sent[0]?.body).toEqual({
      groups: [{expect: {key: 'a', revision: 0}, puts: [{key: 'a', value: 1}], deletes: ['b']}],
    })
    await port.commit([group], relaxed)
    expect(sent.at(-1)?.key).toBe('id-2')
  })

  test('says after four tries that a commit may have landed, and that a read did not work', async () => {
    const offline: Reply[] = ['offline', 'offline', 'offline', 'offline']
    const {time, sent, open} = start([opened, ...offline, ...offline])
    const port = await open()
    const commit = failureOf(port.commit([group], relaxed))
    await time.advanceAsync(5_000)
    expect(await commit).toEqual(['storage.lost', undefined, undefined])
    const read = failureOf(port.read([{key: 'a'}]))
    await time.advanceAsync(5_000)
    expect(await read).toEqual(['storage.unavailable', undefined, undefined])
    expect(sent).toHaveLength(8)
  })

  test('does not wait here as long as a busy server may ask for, and passes the wait on', async () => {
    const {open} = start([opened, problem('rate.limited', {retryAfterSeconds: 30})])
    const port = await open()
    expect(await failureOf(port.list(''))).toEqual(['storage.unavailable', 'rate.limited', 30_000])
  })

  test('gives up what is never answered, and aborts the request', async () => {
    const {time, sent, open, abortedCount} = start([opened, 'silence', 'silence', 'silence'], {timeoutMs: 3_000})
    const port = await open()
    const commit = failureOf(port.commit([group], relaxed))
    await time.advanceAsync(3_000)
    expect([(await commit)[0], abortedCount()]).toEqual(['storage.timeout', sent.length])
  })

  test('a caller that gives up ends the request, and one that waited behind it is never made', async () => {
    const {sent, open, abortedCount, time} = start([opened, 'silence'])
    const port = await open()
    const callers = [new AbortController(), new AbortController()]
    const commits = callers.map(({signal}) => failureOf(port.commit([group], {...relaxed, signal})))
    await time.settle()
    for (const caller of callers.reverse()) {
      caller.abort()
    }
    expect((await Promise.all(commits)).map(([code]) => code)).toEqual(['storage.timeout', 'storage.timeout'])
    await time.settle()
    expect([sent.length, abortedCount()]).toEqual([1, 1])
  })

  test.each([
    ['storage.unauthorized', 'auth.required', problem('auth.required')],
    ['storage.unauthorized', 'auth.foreignOrigin', problem('auth.foreignOrigin')],
    ['value.tooLarge', '9 of at most 8 bytes', problem('request.tooLarge', {sizeBytes: 9, limitBytes: 8})],
    ['storage.quota', '9 of at most 8 bytes', problem('storage.full', {sizeBytes: 9, limitBytes: 8})],
    ['server.refused', 'request.forbiddenKey: __proto__', problem('request.forbiddenKey', {detail: '__proto__'})],
    ['storage.unavailable', 'notFound', problem('notFound')],
  ])('is refused with %s: %s', async (code, detail, reply) => {
    const {open, sent} = start([opened, reply])
    const port = await open()
    const [foundCode, foundDetail] = await failureOf(port.commit([group], relaxed))
    expect([foundCode, foundDetail, sent.length]).toEqual([code, detail, 1])
  })

  test('asks for the token before each request, so that a new one is used at once', async () => {
    let token = 'old'
    const {open, sent} = start([opened, problem('auth.required')], {token: () => token})
    const port = await open()
    expect((await failureOf(port.list('')))[0]).toBe('storage.unauthorized')
    token = 'new'
    await port.list('')
    expect(sent.map((request) => request.token)).toEqual(['Bearer old', 'Bearer new'])
  })

  test('opens only where there is such a server, for somebody it knows', async () => {
    const {storage, time} = start(['offline', 'offline', 'offline', 'offline', problem('auth.required')])
    const first = failureOf(storage.open())
    await time.advanceAsync(5_000)
    expect([(await first)[0], (await failureOf(storage.open()))[0]]).toEqual([
      'storage.unavailable',
      'storage.unauthorized',
    ])
  })

  test('a key that no server takes is named before anything is sent', async () => {
    const {open, sent} = start([])
    const port = await open()
    const long = {...group, deletes: ['x'.repeat(1_001)]}
    expect(await failureOf(port.commit([long], relaxed))).toEqual([
      'value.tooLarge',
      'a key of 1001 of at most 1000 characters',
      undefined,
    ])
    expect(sent).toEqual([])
  })

  test.each([{store: ''}, {store: 'a/b'}, {store: 'x'.repeat(65)}, {timeoutMs: 0}, {timeoutMs: Number.NaN}])(
    'cannot be made of %j',
    (options) => {
      expect(() => httpStorage(options)).toThrow(expect.objectContaining({code: 'usage'}))
    },
  )
})
