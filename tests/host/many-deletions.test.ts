import {expect, onTestFinished, test} from 'vitest'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {createFakeSessionServer} from '../support/session-server.ts'
import {startKeepspace} from '../support/start-keepspace.ts'

test('many deletions at once wait for as long as the server asks, and all are made', async () => {
  const {keepspace, time} = await startKeepspace()
  const fake = createFakeSessionServer()
  const ids = Array.from({length: 12}, (_, index) => `s${index}`)
  for (const id of ids) {
    await fake.put(id, id)
  }
  let allowed = 5
  const sessions = createSessions(keepspace, {
    server: {
      ...fake.server,
      deleteSession: async (id, revision) => {
        allowed -= 1
        if (allowed < 0) {
          throw new KeepspaceError('server.busy', undefined, {retryAfterMs: 3_000})
        }
        await fake.server.deleteSession(id, revision)
      },
    },
  })
  onTestFinished(() => sessions.close())
  const all = Promise.all(ids.map((id) => sessions.deletions.send('sessions', {id, title: id, revision: 1})))
  await time.advanceAsync(2_000)
  expect(fake.sessions.size).toBe(7)
  allowed = 100
  await time.advanceAsync(3_000)
  expect([await all, fake.sessions.size]).toEqual([ids.map(() => true), 0])
})
