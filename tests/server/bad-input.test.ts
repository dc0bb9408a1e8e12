import {request} from 'node:http'
import {connect} from 'node:net'
import {gzipSync} from 'node:zlib'
import {MAX_CONTENT_BYTES} from 'keepspace/wire'
import {describe, expect, test} from 'vitest'
import {databaseKinds} from './support/databases.ts'
import {startTestServer, type TestServer} from './support/start-test-server.ts'

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe.each(databaseKinds)('bad input on %s', (kind) => {
  test('is refused with a stable code and leaves everything stored as it was', async () => {
    const server = await startTestServer(kind)
    const {anna, id, unchanged} = await prepare(server)
    const put = (body: unknown, headers: Record<string, string> = {}) =>
      anna('PUT', `/sessions/${id}`, {body, headers: {'if-match': '"1"', ...headers}})
    const deepest = '{"a":'.repeat(1_000_000)

    const answers: Record<string, [number, string]> = {}
    const note = async (name: string, answer: ReturnType<typeof put>) => {
      const {status, body, headers} = await answer
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      answers[name] = [status, body.code]
    }
    await note('too large', put({content: 'x'.repeat(MAX_CONTENT_BYTES)}))
    await note('65 levels', put(`{"content":${nested(65)}}`))
    await note('a million levels cut off', put(deepest.slice(0, 1_000_000)))
    await note('half a million levels', put(`{"content":${nested(500_000)}}`))
    await note('not JSON', put('{"content":'))
    await note('nothing', put(''))
    await note('another type', put('content=1', {'content-type': 'application/x-www-form-urlencoded'}))
    await note('text', put('{"content":1}', {'content-type': 'text/plain'}))
    await note('wrong types', put({title: 5}))
    await note('null title', put({title: null}))
    await note('unknown keys', put({titel: 'x'}))
    await note('an array', put([1]))
    await note('own prototype', put('{"content":{"a":[{"__proto__":{"x":1}}]}}'))
    await note('prototype at the top', put('{"__proto__":{"x":1},"content":1}'))
    await note('constructor', put('{"content":{"constructor":{"prototype":{"x":1}}}}'))
    await note('compressed', put('x', {'content-encoding': 'gzip'}))
    await note('title of 31', put({title: 'x'.repeat(31)}))
    await note('title of control characters', put({title: '\u202e\u0000'}))
    await note('description of 251', put({description: 'x'.repeat(251)}))
    await note('no revision', anna('PUT', `/sessions/${id}`, {body: {title: 'X'}}))
    await note('a revision that is none', put({title: 'X'}, {'if-match': 'W/x'}))
    await note('any revision', put({title: 'X'}, {'if-match': '*'}))
    await note('stale revision', put({title: 'X'}, {'if-match': '"7"'}))
    await note('a strange key', put({title: 'X'}, {'idempotency-key': 'a b'}))
    await note('unknown id', anna('PUT', '/sessions/unknown', {body: {title: 'X'}, headers: {'if-match': '"1"'}}))

    expect(answers).toEqual({
      'too large': [413, 'request.tooLarge'],
      '65 levels': [400, 'request.tooDeep'],
      'a million levels cut off': [400, 'request.notJson'],
      'half a million levels': [400, 'request.tooDeep'],
      'not JSON': [400, 'request.notJson'],
      nothing: [400, 'request.notJson'],
      'another type': [415, 'request.unsupportedType'],
      text: [415, 'request.unsupportedType'],
      'wrong types': [400, 'request.invalid'],
      'null title': [400, 'request.invalid'],
      'unknown keys': [400, 'request.invalid'],
      'an array': [400, 'request.invalid'],
      'own prototype': [400, 'request.forbiddenKey'],
      'prototype at the top': [400, 'request.forbiddenKey'],
      constructor: [400, 'request.forbiddenKey'],
      compressed: [415, 'request.unsupportedType'],
      'title of 31': [400, 'request.invalid'],
      'title of control characters': [400, 'request.invalid'],
      'description of 251': [400, 'request.invalid'],
      'no revision': [428, 'revision.required'],
      'a revision that is none': [400, 'request.invalid'],
      'any revision': [400, 'request.invalid'],
      'stale revision': [412, 'revision.stale'],
      'a strange key': [400, 'request.invalid'],
      'unknown id': [404, 'notFound'],
    })
    await unchanged()
  })

  test.each(['0', '-1', '101', '1000000000', 'x', '', '1.5', '1e1'])('page size %j is refused', async (pageSize) => {
    const {as} = await startTestServer(kind)
    const answer = await as('anna')('GET', `/sessions?pageSize=${pageSize}`)
    expect([answer.status, answer.body.code]).toEqual([400, 'page.invalid'])
  })
})

describe('the size limit', () => {
  test.each([
    ['one byte', 'a', 1],
    ['two bytes', 'é', 2],
    ['three bytes', '漢', 3],
    ['four bytes', '😀', 4],
  ])('counts UTF-8 for characters of %s: limit − 1 and limit pass, limit + 1 does not', async (_, character, width) => {
    const {as} = await startTestServer('sqlite')
    const anna = as('anna')
    for (const [offset, status] of [
      [-1, 201],
      [0, 201],
      [1, 413],
    ] as const) {
      const bytes = MAX_CONTENT_BYTES + offset - 2
      const content = character.repeat(Math.floor(bytes / width)) + 'a'.repeat(bytes % width)
      const answer = await anna('POST', '/sessions', {body: {title: 'T', content}})
      expect(answer.status).toBe(status)
      expect(answer.body).toMatchObject(
        status === 201 ? {bytes: bytes + 2} : {sizeBytes: bytes + 2, limitBytes: MAX_CONTENT_BYTES},
      )
    }
  })

  test('ends a body without a length as soon as there is too much of it', async () => {
    const server = await startTestServer('sqlite')
    const {status, body, sentBytes} = await sendEndless(server)
    expect([status, body.code, body.limitBytes]).toEqual([413, 'request.tooLarge', MAX_CONTENT_BYTES])
    expect(body.sizeBytes).toBeGreaterThan(MAX_CONTENT_BYTES)
    expect(sentBytes).toBeLessThan(MAX_CONTENT_BYTES * 8)
  })

  test('does not wait for a body whose length is too much, and does not believe one that is too little', async () => {
    const {url} = await startTestServer('sqlite')
    const head = `POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer user-anna\r\ncontent-type: application/json\r\n`
    const promised = await rawExchange(url, `${head}content-length: 9000000\r\n\r\n{`)
    expect(promised).toMatch(/^HTTP\/1.1 413 /)
    expect(promised).toContain('"sizeBytes":9000000')
    const short = await rawExchange(
      url,
      `${head}content-length: 10\r\nconnection: close\r\n\r\n{"title":"T","content":1}`,
    )
    expect(short).toMatch(/^HTTP\/1.1 400 /)
  })

  test('a compressed body is not unpacked', async () => {
    const server = await startTestServer('sqlite')
    const response = await fetch(`${server.url}/api/v1/sessions`, {
      method: 'POST',
      headers: {authorization: 'Bearer user-anna', 'content-type': 'application/json', 'content-encoding': 'gzip'},
      body: gzipSync(`{"title":"T","content":"${'x'.repeat(50_000_000)}"}`),
    })
    expect(response.status).toBe(415)
    expect((await server.as('anna')('GET', '/sessions')).body.items).toEqual([])
  })
})

describe('the depth limit', () => {
  test.each([
    [63, 201],
    [64, 201],
    [65, 400],
  ])('%i levels: %i', async (levels, status) => {
    const {as} = await startTestServer('sqlite')
    expect((await as('anna')('POST', '/sessions', {body: `{"title":"T","content":${nested(levels)}}`})).status).toBe(
      status,
    )
  })
})

describe('a body that does not arrive', () => {
  test('in time is given up', async () => {
    const server = await startTestServer('sqlite')
    const {anna, id, unchanged} = await prepare(server)
    const answer = rawExchange(
      server.url,
      `PUT /api/v1/sessions/${id} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer user-anna\r\nif-match: "1"\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"title":`,
    )
    await expect
      .poll(async () => {
        // The request is on its way: only then does its limit run.
        server.clock.advance(10_000)
        return Promise.race([answer, anna('GET', '/sessions').then(() => 'waiting')])
      })
      .toMatch(/^HTTP\/1.1 408 [\s\S]*request.timeout/)
    await unchanged()
  })

  test('to its end changes nothing', async () => {
    const server = await startTestServer('sqlite')
    const {id, unchanged} = await prepare(server)
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    const isClosed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(
      `PUT /api/v1/sessions/${id} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer user-anna\r\nif-match: "1"\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"title":"X"}`,
      () => socket.destroy(),
    )
    await isClosed
    await unchanged()
  })
})

test('names lose control and direction characters, and stay names', async () => {
  const {as} = await startTestServer('sqlite')
  const {body} = await as('anna')('POST', '/sessions', {
    body: {title: 'a\u202egnp.\u0007exe', description: '<img onerror=x>\u2066', content: 1},
  })
  expect([body.title, body.description]).toEqual(['agnp.exe', '<img onerror=x>'])
})

async function prepare(server: TestServer) {
  const anna = server.as('anna')
  const {id} = (await anna('POST', '/sessions', {body: {title: 'Plan', content: {kept: true}}})).body
  const before = (await anna('GET', '/export')).text
  return {
    anna,
    id: id as string,
    unchanged: async () => {
      const withoutTime = (text: string) => text.replace(/"exportedAt":\d+/, '')
      expect(withoutTime((await anna('GET', '/export')).text)).toBe(withoutTime(before))
    },
  }
}

/** Sends the whole of `text` and gives what comes back until the connection ends. */
function rawExchange(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(received))
  })
}

function sendEndless({url}: TestServer): Promise<{
  status: number
  body: {code: string; sizeBytes: number; limitBytes: number}
  sentBytes: number
}> {
  return new Promise((resolve, reject) => {
    let sentBytes = 0
    let isAnswered = false
    const outgoing = request(
      `${url}/api/v1/sessions`,
      {method: 'POST', headers: {authorization: 'Bearer user-anna', 'content-type': 'application/json'}},
      (response) => {
        isAnswered = true
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          outgoing.destroy()
          resolve({status: response.statusCode ?? 0, body: JSON.parse(text), sentBytes})
        })
      },
    )
    const chunk = 'x'.repeat(65_536)
    const send = () => {
      while (!isAnswered && !outgoing.destroyed) {
        sentBytes += chunk.length
        if (!outgoing.write(chunk)) {
          outgoing.once('drain', send)
          return
        }
      }
    }
    outgoing.on('error', (error) => !isAnswered && reject(error))
    outgoing.write('{"title":"T","content":"')
    send()
  })
}

describe.each(databaseKinds)('characters that not every database takes, on %s', (kind) => {
  test('are refused alike: in an address they lead nowhere, elsewhere they are no request', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const commit = (id: string, change: string) =>
      anna('POST', `/workspaces/${id}/commits`, {
        body: `{"commitId":"c","puts":[],"deletes":[]${change}}`,
        headers: {'if-none-match': '*'},
      })
    const statusOf = async (answer: ReturnType<typeof commit>) => {
      const {status, body} = await answer
      return [status, body.code]
    }
    const nowhere = [404, 'notFound']
    const noRequest = [400, 'request.invalid']
    expect(await statusOf(anna('GET', '/sessions/a%00b'))).toEqual(nowhere)
    expect(await statusOf(anna('GET', '/snapshots/a%00b'))).toEqual(nowhere)
    expect(await statusOf(commit('w%00x', ''))).toEqual(nowhere)
    expect(await statusOf(commit('w', ',"puts":[{"key":"a\\u0000b","value":1}]'))).toEqual(noRequest)
    expect(await statusOf(commit('w', ',"puts":[{"key":"\\ud800","value":1},{"key":"\\ud801","value":2}]'))).toEqual(
      noRequest,
    )
    expect(await statusOf(commit('w', ',"deletes":["\\u0000"]'))).toEqual(noRequest)
    expect(await statusOf(commit('w', ',"commitId":"c\\u0000"'))).toEqual(noRequest)
    expect(await statusOf(anna('POST', '/snapshots', {body: {sessionId: 'a\u0000'}}))).toEqual(noRequest)
    expect(await statusOf(anna('GET', '/sessions?filter=title:contains:%00'))).toEqual(noRequest)
    expect((await anna('GET', '/workspaces')).body.items).toEqual([])
    expect((await commit('w', ',"puts":[{"key":"😀","value":"\\u0000"}]')).status).toBe(200)
    expect((await anna('GET', '/workspaces/w')).body.recordList).toEqual([{key: '😀', value: '\u0000'}])
  })
})

test('an address that cannot be read leads nowhere, in the same form as any other', async () => {
  const {as} = await startTestServer('sqlite')
  const unknown = await as('anna')('GET', '/sessions/unknown')
  for (const path of ['/sessions/%zz', `/sessions/${'a'.repeat(1_900)}`]) {
    const answer = await as('anna')('GET', path)
    expect([answer.status, answer.text]).toEqual([404, unknown.text])
    for (const name of [
      'cache-control',
      'content-security-policy',
      'content-type',
      'referrer-policy',
      'x-content-type-options',
    ]) {
      expect([name, answer.headers.get(name)]).toEqual([name, unknown.headers.get(name)])
    }
  }
})
