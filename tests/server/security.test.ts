import {mkdtemp, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {exportJWK, generateKeyPair, SignJWT} from 'jose'
import {jwtAuthentication, startServer} from 'keepspace-server'
import {describe, expect, onTestFinished, test} from 'vitest'
import {startTestServer} from './support/start-test-server.ts'

const create = {title: 'Plan', content: 1}

describe('pages of other origins', () => {
  test.each([
    ['another origin', {origin: 'https://evil.example'}, 403],
    ['no origin at all by a browser that comes from elsewhere', {'sec-fetch-site': 'cross-site'}, 403],
    ['an opaque origin', {origin: 'null'}, 403],
    ['an allowed origin', {origin: 'https://app.example'}, 201],
    ['no browser', {}, 201],
  ])('change something from %s: %j gives %i', async (_, headers, status) => {
    const {as} = await startTestServer('sqlite', {allowedOrigins: ['https://app.example']})
    const answer = await as('anna')('POST', '/sessions', {body: create, headers: headers as Record<string, string>})
    expect(answer.status).toBe(status)
    expect((await as('anna')('GET', '/sessions')).body.items).toHaveLength(status === 201 ? 1 : 0)
  })

  test('the server’s own origin may', async () => {
    const {as, url} = await startTestServer('sqlite')
    expect((await as('anna')('POST', '/sessions', {body: create, headers: {origin: url}})).status).toBe(201)
  })

  test('read answers only when they are allowed by name', async () => {
    const {as} = await startTestServer('sqlite', {allowedOrigins: ['https://app.example']})
    const allowed = await as('anna')('GET', '/sessions', {headers: {origin: 'https://app.example'}})
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const foreign = await as('anna')('GET', '/sessions', {headers: {origin: 'https://evil.example'}})
    expect([
      foreign.headers.get('access-control-allow-origin'),
      foreign.headers.get('access-control-allow-credentials'),
    ]).toEqual([null, null])
  })
})

test('every answer keeps itself out of caches, frames, referrers and guesses about its type', async () => {
  const {as, asNobody} = await startTestServer('sqlite')
  for (const answer of [
    await as('anna')('GET', '/sessions'),
    await asNobody('GET', '/sessions'),
    await asNobody('GET', '/nothing', {prefix: ''}),
  ]) {
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-type': expect.stringMatching(/^application\/(problem\+)?json/),
    })
  }
})

describe('rates', () => {
  test('of one person are limited, with the time to wait, and not of another', async () => {
    const {as, clock} = await startTestServer('sqlite', {
      limits: {addressPerMinute: 1e9, identity: {burst: 5, perMinute: 60}},
    })
    const statuses = []
    for (let at = 0; at < 6; at += 1) {
      statuses.push((await as('anna')('GET', '/sessions')).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    const refused = await as('anna')('GET', '/sessions')
    expect([refused.body.code, Number(refused.headers.get('retry-after'))]).toEqual([
      'rate.limited',
      expect.any(Number),
    ])
    expect((await as('ben')('GET', '/sessions')).status).toBe(200)
    clock.advance(Number(refused.headers.get('retry-after')) * 1_000)
    expect((await as('anna')('GET', '/sessions')).status).toBe(200)
  })

  test('of one address are limited before anybody is asked who it is', async () => {
    const {as} = await startTestServer('sqlite', {
      limits: {addressPerMinute: 3, identity: {burst: 1e9, perMinute: 1e9}},
    })
    const statuses = []
    for (const person of ['a', 'b', 'c', 'd']) {
      statuses.push((await as(person)('GET', '/sessions')).status)
    }
    expect(statuses).toEqual([200, 200, 200, 429])
  })

  test('of guessed links are limited, and not of those that lead somewhere', async () => {
    const {as} = await startTestServer('sqlite', {limits: {addressPerMinute: 1e9, misses: {burst: 3, perMinute: 1}}})
    const {id} = (await as('anna')('POST', '/snapshots', {body: create})).body
    const statuses = []
    for (let at = 0; at < 10; at += 1) {
      statuses.push((await as('ben')('GET', `/snapshots/${id}`)).status)
    }
    for (let at = 0; at < 4; at += 1) {
      statuses.push((await as('ben')('GET', `/snapshots/${'x'.repeat(20)}${at}`)).status)
    }
    expect(statuses).toEqual([...Array(10).fill(200), 404, 404, 404, 429])
  })
})

describe('the token of one user', () => {
  test('is made once, readable by its owner only, and needed', async () => {
    const dataFolder = await temporaryFolder()
    const server = await startServer({dataFolder, port: 0})
    const token = (await readFile(server.tokenFile ?? '', 'utf8')).trim()
    expect([token.length, (await stat(server.tokenFile ?? '')).mode & 0o777]).toEqual([43, 0o600])
    const statusOf = async (authorization: string, host?: string) =>
      (await fetch(`${server.url}/api/v1/sessions`, {headers: {authorization, ...(host && {host})}})).status
    expect([await statusOf(`Bearer ${token}`), await statusOf(`Bearer ${token}x`), await statusOf(token)]).toEqual([
      200, 401, 401,
    ])
    await server.close()

    const again = await startServer({dataFolder, port: 0})
    expect((await readFile(again.tokenFile ?? '', 'utf8')).trim()).toBe(token)
    await again.close()
  })

  test('is not enough for a server that other machines can reach', async () => {
    const dataFolder = await temporaryFolder()
    await expect(startServer({dataFolder, port: 0, host: '0.0.0.0'})).rejects.toThrow('listens on loopback only')
  })

  test('does not help a page that points its own name at this machine', async () => {
    const dataFolder = await temporaryFolder()
    const server = await startServer({dataFolder, port: 0})
    const {request} = await import('node:http')
    const status = await new Promise((resolve, reject) => {
      request(`${server.url}/api/v1/sessions`, {headers: {host: 'evil.example'}}, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
    await server.close()
  })
})

describe('signed tokens', () => {
  const issuer = 'https://login.example'
  const audience = 'keepspace'

  async function setup() {
    const [ours, theirs] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
    const jwk = {...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'ES256'}
    const server = await startTestServer('sqlite', {
      authenticate: jwtAuthentication({jwks: {keys: [jwk]}, issuer, audience, now: () => Date.now()}),
    })
    const sign = (claims: {sub?: string; iss?: string; aud?: string; exp?: string}, key = ours.privateKey) => {
      const {sub = 'anna', iss = issuer, aud = audience, exp = '5m'} = claims
      return new SignJWT({})
        .setProtectedHeader({alg: 'ES256', kid: 'one'})
        .setSubject(sub)
        .setIssuer(iss)
        .setAudience(aud)
        .setExpirationTime(exp)
        .sign(key)
    }
    const statusOf = async (token: string) =>
      (await server.asNobody('POST', '/sessions', {body: create, headers: {authorization: `Bearer ${token}`}})).status
    return {sign, statusOf, theirs}
  }

  test('of ours are taken', async () => {
    const {sign, statusOf} = await setup()
    expect(await statusOf(await sign({}))).toBe(201)
  })

  test('that are expired, for others, by others, unsigned or signed with a public key are not', async () => {
    const {sign, statusOf, theirs} = await setup()
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = {sub: 'anna', iss: issuer, aud: audience, exp: 9_999_999_999}
    const tokens = [
      await sign({exp: '-1m'}),
      await sign({aud: 'other'}),
      await sign({iss: 'https://other.example'}),
      await sign({sub: ''}),
      await sign({}, theirs.privateKey),
      `${encoded({alg: 'none'})}.${encoded(claims)}.`,
      'no.token',
    ]
    for (const token of tokens) {
      expect(await statusOf(token)).toBe(401)
    }
  })
})

describe('published keys', () => {
  const claims = {issuer: 'https://login.example', audience: 'keepspace'}

  test.each([[500], [503], [200], [undefined]])(
    'that cannot be read (%s) say nothing of a token: whoever has it stays signed in, and tries again',
    async (status) => {
      const {createServer} = await import('node:http')
      const keys = createServer((_, response) => response.writeHead(status ?? 200).end('{}'))
      await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve))
      const {port} = keys.address() as {port: number}
      const close = () => new Promise((resolve) => keys.close(resolve))
      if (status === undefined) {
        await close()
      } else {
        onTestFinished(() => void close())
      }
      const jwks = new URL(`http://127.0.0.1:${port}/jwks`)
      const {asNobody} = await startTestServer('sqlite', {
        authenticate: jwtAuthentication({jwks, ...claims, now: () => Date.now()}),
      })
      const {privateKey} = await generateKeyPair('ES256')
      const token = await new SignJWT({})
        .setProtectedHeader({alg: 'ES256', kid: 'one'})
        .setSubject('anna')
        .setIssuer(claims.issuer)
        .setAudience(claims.audience)
        .setExpirationTime('5m')
        .sign(privateKey)
      const answer = await asNobody('GET', '/sessions', {headers: {authorization: `Bearer ${token}`}})
      expect([answer.status, answer.body.code]).toEqual([503, 'server.unavailable'])
    },
  )
})

test('a stream of news ends with what it was opened with', async () => {
  let expiresAt = Number.POSITIVE_INFINITY
  const {as, url, clock} = await startTestServer('sqlite', {authenticate: async () => ({userId: 'anna', expiresAt})})
  const {id} = (await as('anna')('POST', '/sessions', {body: create})).body
  expiresAt = clock.now() + 1_000
  const stream = await fetch(`${url}/api/v1/sessions/${id}/events`)
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader?.read())?.value).toContain('"revision":1')
  clock.advance(1_000)
  await as('anna')('PUT', `/sessions/${id}`, {body: {title: 'New'}, headers: {'if-match': '"1"'}})
  expect(await reader?.read()).toEqual({done: true, value: undefined})
})

test('metrics are for this machine, and not for whom a proxy on it asks', async () => {
  const {asNobody} = await startTestServer('sqlite')
  expect((await asNobody('GET', '/metrics', {prefix: ''})).status).toBe(200)
  const headers = {'x-forwarded-for': '203.0.113.7'}
  expect((await asNobody('GET', '/metrics', {prefix: '', headers})).status).toBe(401)
})

test('the audit log names who exported everything', async () => {
  const {as, audited} = await startTestServer('sqlite')
  await as('anna')('GET', '/export')
  await expect.poll(() => audited.map(({actor, action}) => [actor, action])).toEqual([['anna', 'GET /api/v1/export']])
})

test('the audit log names who changed what, without content and without whole links', async () => {
  const {as, audited} = await startTestServer('sqlite')
  const {id} = (await as('anna')('POST', '/snapshots', {body: {title: 'Secret title', content: 'secret content'}})).body
  await as('ben')('DELETE', `/snapshots/${id}`)
  await as('anna')('DELETE', `/snapshots/${id}`)
  await expect
    .poll(() => audited.map(({actor, action, target, status}) => [actor, action, target, status]))
    .toEqual([
      ['anna', 'POST /api/v1/snapshots', undefined, 201],
      ['ben', 'DELETE /api/v1/snapshots/:id', `${id.slice(0, 4)}…`, 404],
      ['anna', 'DELETE /api/v1/snapshots/:id', `${id.slice(0, 4)}…`, 204],
    ])
  expect(JSON.stringify(audited)).not.toMatch(new RegExp(`${id}|[Ss]ecret`))
})

test('metrics and health are for operators: from this machine, or with a token', async () => {
  const {as, asNobody} = await startTestServer('sqlite')
  await as('anna')('POST', '/sessions', {body: create})
  const metrics = await asNobody('GET', '/metrics', {prefix: ''})
  expect(metrics.text).toMatch(
    /keepspace_request_seconds_count\{route="\/api\/v1\/sessions",method="POST",status="201"\} 1/,
  )
  expect(metrics.text).toContain('keepspace_content_bytes_count{kind="session"} 1')
  expect((await asNobody('GET', '/health/ready', {prefix: ''})).body).toEqual({status: 'ok'})

  const guarded = await startTestServer('sqlite', {metricsToken: 'let-me-see'})
  expect((await guarded.asNobody('GET', '/metrics', {prefix: ''})).status).toBe(401)
  const headers = {authorization: 'Bearer let-me-see'}
  expect((await guarded.asNobody('GET', '/metrics', {prefix: '', headers})).status).toBe(200)
})

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-security-'))
  onTestFinished(() => rm(folder, {recursive: true, force: true}))
  return folder
}
