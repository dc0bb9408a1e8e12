import {request} from 'node:http'
import {describe, expect, test} from 'vitest'
import {seededRandom} from '../kill/random.ts'
import {databaseKinds} from './support/databases.ts'
import {startTestServer} from './support/start-test-server.ts'
import {type Fault, startProxy} from './support/unreliable-proxy.ts'

const UPDATES = 60

describe.each(databaseKinds)('a network that cuts, swallows, delays and doubles, before a server on %s', (kind) => {
  test('leads to no second version and to no lost one', async () => {
    const {as, url} = await startTestServer(kind)
    const random = seededRandom('network')
    const seen = {none: 0, cut: 0, swallow: 0, delay: 0, duplicate: 0}
    const nextFault = (): Fault => {
      const fault: Fault = random.pick([
        {type: 'none'},
        {type: 'cut', afterBytes: random.between(0, 700)},
        {type: 'swallow'},
        {type: 'delay', ms: random.between(0, 5)},
        {type: 'duplicate'},
      ])
      seen[fault.type] += 1
      return fault
    }
    const proxy = await startProxy(url, nextFault)
    const create = {title: 'Plan', content: {n: 1}}
    const {id} = (await untilAnswered(proxy.url, 'POST', '/sessions', create, {'idempotency-key': 'create'})) as {
      id: string
    }
    for (let n = 2; n <= UPDATES; n += 1) {
      const headers = {'if-match': `"${n - 1}"`, 'idempotency-key': `update-${n}`}
      const body = await untilAnswered(proxy.url, 'PUT', `/sessions/${id}`, {content: {n}}, headers)
      expect(body).toMatchObject({revision: n})
    }
    await proxy.close()

    const anna = as('anna')
    expect((await anna('GET', '/sessions')).body.items).toMatchObject([{id, revision: UPDATES}])
    const history = (await anna('GET', `/sessions/${id}/history?pageSize=100`)).body.items as {revision: number}[]
    expect(history).toHaveLength(UPDATES)
    for (const {revision} of history) {
      expect((await anna('GET', `/sessions/${id}/history/${revision}`)).body.content).toEqual({n: revision})
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
  })
})

/** What a client does: the same request with the same key until an answer arrives whole. */
async function untilAnswered(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await once(url, method, path, JSON.stringify(body), headers).catch(() => undefined)
    if (answer !== undefined) {
      expect([200, 201]).toContain(answer.status)
      return answer.body
    }
  }
  throw new Error('never answered')
}

/** Each on a connection of its own, so that each meets its own fault. */
function once(url: string, method: string, path: string, body: string, headers: Record<string, string>) {
  return new Promise<{status: number | undefined; body: unknown}>((resolve, reject) => {
    const outgoing = request(
      `${url}/api/v1${path}`,
      {
        method,
        agent: false,
        headers: {
          authorization: 'Bearer user-anna',
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () =>
          response.complete ? resolve({status: response.statusCode, body: JSON.parse(text)}) : reject(new Error('cut')),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
