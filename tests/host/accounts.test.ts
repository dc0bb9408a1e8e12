import {expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {SessionServer} from '../../src/model/session-server.ts'
import {createOwnServer} from '../support/own-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'
import {startSession} from '../support/start-session.ts'

test('work of one person waits while somebody else is signed in, and goes out when they are back', async () => {
  const {keepspace, time, own, saves, identity, component} = await startSaving()
  component.set({text: 'of ada'})
  await time.advanceAsync(10_000)
  identity.userId = 'bob'
  own.faults.push(401)
  component.set({text: 'secret of ada'})
  await time.advanceAsync(10_000)
  saves.tokenDelivered()
  await time.advanceAsync(60_000)
  expect([saves.getSnapshot(), JSON.stringify(own.document('a')).includes('secret')]).toMatchObject([
    {
      phase: 'paused.unauthorized',
      unsent: [{workspaceId: 'a', reason: 'waiting'}],
      error: {code: 'server.otherUser', sentence: expect.stringContaining('somebody else’s account')},
    },
    false,
  ])
  expect(keepspace.getHealth().server?.link).toBe('paused.unauthorized')
  identity.userId = 'ada'
  saves.tokenDelivered()
  await time.advanceAsync(60_000)
  expect([saves.getSnapshot().phase, JSON.stringify(own.document('a')).includes('secret')]).toEqual(['idle', true])
})

test('whose work it is, is known after a restart', async () => {
  const {time, own, saves, identity, again, begin, component} = await startSaving()
  component.set({text: 'of ada'})
  await time.advanceAsync(10_000)
  saves.close()
  identity.userId = 'bob'
  const keepspace = await again()
  const next = begin(keepspace)
  await finish(time, keepspace.catalogue.renameWorkspace('a' as WorkspaceId, 'Secret of Ada'))
  await time.advanceAsync(60_000)
  expect([next.getSnapshot().phase, own.document('a')?.title]).toEqual(['paused.unauthorized', 'a'])
})

test('a session is neither saved to nor listed from somebody else’s account', async () => {
  const identity = {userId: 'ada'}
  const more: Partial<SessionServer> = {userId: async () => identity.userId}
  const {sessions, fake, entryId, write, becomes} = await startSession({}, more)
  await write('secret of ada')
  await becomes('changed')
  fake.fault = 'server.unauthorized'
  expect((await sessions.save(entryId)).status).toBe('paused')
  fake.fault = undefined
  identity.userId = 'bob'
  const before = fake.asked.length
  expect(await sessions.save(entryId)).toMatchObject({status: 'paused', error: {code: 'server.otherUser'}})
  await expect(sessions.server.listSessions()).rejects.toMatchObject({code: 'server.otherUser'})
  expect(fake.asked.length).toBe(before)
})

async function startSaving() {
  const own = createOwnServer()
  const identity = {userId: 'ada'}
  const server = {...own.server, userId: async () => identity.userId}
  const world = await startWithNote({}, ['a'])
  const begin = (keepspace: Keepspace) => {
    const saves = createServerSaves(keepspace, {server})
    onTestFinished(() => saves.close())
    return saves
  }
  return {...world, own, identity, begin, saves: begin(world.keepspace)}
}
