import {expect, test} from 'vitest'
import {startSession} from '../support/start-session.ts'

const pending = {status: 'pending'} as const

test('a save that is asked for during another one is answered by the one after it, with what was written meanwhile', async () => {
  const {sessions, entryId, fake, write, becomes} = await startSession()
  await becomes('saved')
  await write('first')
  const first = holding(fake)
  const one = sessions.save(entryId)
  await becomes('saving')
  await write('second')
  const two = sessions.save(entryId)
  const second = holding(fake)
  first()
  expect(await one).toMatchObject({status: 'saved', revision: 2})
  await becomes('saving')
  expect(await Promise.race([two, pending])).toBe(pending)
  fake.fault = 'server.offline'
  second()
  expect(await two).toMatchObject({status: 'waiting', error: {code: 'server.offline'}})
  expect(JSON.stringify(fake.sessions.get('s1'))).not.toContain('second')
  fake.fault = undefined
  expect(await sessions.save(entryId)).toMatchObject({status: 'saved', revision: 3})
  expect(JSON.stringify(fake.sessions.get('s1'))).toContain('second')
})

function holding(fake: {hold: Promise<void> | undefined}): () => void {
  let release: () => void = () => undefined
  fake.hold = new Promise((resolve) => {
    release = resolve
  })
  return release
}
