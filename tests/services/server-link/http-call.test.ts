import {expect, test} from 'vitest'
import {createHttpSessionServer} from '../../../src/services/server-link/http-session-server.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'

test('a token that never comes counts as no answer of the server, within the limit of a request', async () => {
  const time = createSimulatedTime(1_000_000)
  const server = createHttpSessionServer({
    token: () => new Promise<string>(() => undefined),
    time,
    fetch: async () => new Response('{}'),
  })
  let code = ''
  void server.listSessions().catch((error) => {
    code = error.code
  })
  await time.advanceAsync(14_000)
  expect(code).toBe('')
  await time.advanceAsync(2_000)
  expect(code).toBe('server.offline')
})
