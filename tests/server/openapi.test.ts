import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {startTestServer} from './support/start-test-server.ts'

test('the checked-in OpenAPI document is what the server serves', async () => {
  const {asNobody} = await startTestServer('sqlite')
  const {body} = await asNobody('GET', '/openapi.json', {prefix: ''})
  const checkedIn = JSON.parse(await readFile(new URL('../../server/openapi.json', import.meta.url), 'utf8'))
  // To renew it: npm run openapi
  expect(checkedIn).toEqual(body)
})
