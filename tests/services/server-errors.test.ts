import {expect, test} from 'vitest'
import {errorOfAnswer} from '../../src/services/server-link/server-errors.ts'

const date = 'Sat, 21 Nov 2026 10:00:00 GMT'

test.each([
  ['seconds', {'retry-after': '7'}, 7_000],
  ['a moment of the server’s clock', {'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT', date}, 30_000],
  ['a moment that has passed', {'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT', date}, 0],
  ['a moment of a clock that is not told', {'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT'}, undefined],
  ['something else', {'retry-after': 'soon', date}, undefined],
  ['nothing', {date}, undefined],
])('an answer that asks to wait for %s is understood', async (_, headers, retryAfterMs) => {
  const error = await errorOfAnswer(new Response('{}', {status: 503, headers: headers as Record<string, string>}))
  expect([error.code, error.retryAfterMs]).toEqual(['server.busy', retryAfterMs])
})
