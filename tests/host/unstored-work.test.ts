import {expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {describeServerSaves} from '../../src/ui/server-save-words.ts'
import {describeSession} from '../../src/ui/session-words.ts'
import {createOwnServer} from '../support/own-server.ts'
import {createFakeSessionServer} from '../support/session-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

test('a session that this device cannot store has changes, and nobody says that the server has everything', async () => {
  const {sessions, faults, component, time} = await startSaved()
  expect(sessions.getStatus('entry')).toMatchObject({phase: 'saved', hasChanges: false, isStored: true})
  faults.fail('commit', new KeepspaceError('storage.quota'), 100)
  component.set({text: 'only in memory'})
  await time.advanceAsync(30_000)
  const status = sessions.getStatus('entry')
  expect(status).toMatchObject({phase: 'changed', hasChanges: true, isStored: false})
  expect(describeSession(status).sentence).toContain('not stored on this device yet')
})

test('a session whose newest content is not saved by itself has changes at once', async () => {
  const {sessions, keepspace, component, time} = await startSaved()
  await finish(time, keepspace.setFlags({liveState: false}))
  component.set({text: 'only in memory'})
  await time.advanceAsync(1_000)
  expect(sessions.getStatus('entry')).toMatchObject({phase: 'changed', hasChanges: true, isStored: false})
  expect(await finish(time, sessions.save('entry'))).toMatchObject({status: 'saved'})
  await time.advanceAsync(5_000)
  expect(sessions.getStatus('entry')).toMatchObject({phase: 'saved', hasChanges: false, isStored: true})
})

test('a session with a value that cannot be stored is not called saved without it', async () => {
  const {sessions, fake, component, time} = await startSaved()
  component.set({text: 'x'.repeat(20_000_000)})
  await time.advanceAsync(10_000)
  expect(sessions.getStatus('entry').hasChanges).toBe(true)
  const before = fake.sessions.get('s1')?.revision
  expect(await finish(time, sessions.save('entry'))).toMatchObject({
    status: 'refused',
    error: {code: 'value.tooLarge'},
  })
  expect(fake.sessions.get('s1')?.revision).toBe(before)
  component.set({text: 'short again'})
  await time.advanceAsync(10_000)
  expect(await finish(time, sessions.save('entry'))).toMatchObject({status: 'saved'})
})

test('nobody says that the server has all workspaces while one of them cannot be stored', async () => {
  const own = createOwnServer()
  const {keepspace, time, component, faults} = await startWithNote({}, ['a'])
  const saves = createServerSaves(keepspace, {server: own.server})
  onTestFinished(() => saves.close())
  await time.advanceAsync(5_000)
  expect(describeServerSaves(saves.getSnapshot()).label).toBe('On the server')
  faults.fail('commit', new KeepspaceError('storage.quota'), 100)
  component.set({text: 'only in memory'})
  await time.advanceAsync(30_000)
  expect([saves.getSnapshot(), describeServerSaves(saves.getSnapshot()).label]).toMatchObject([
    {unstored: ['a'], unsent: []},
    'Unsaved changes',
  ])
})

async function startSaved() {
  const fake = createFakeSessionServer()
  const world = await startWithNote({}, ['a'])
  const sessions = createSessions(world.keepspace, {server: fake.server})
  onTestFinished(() => sessions.close())
  await finish(world.time, sessions.saveAs('entry', {title: 'Plans'}))
  await world.time.advanceAsync(5_000)
  return {...world, sessions, fake}
}
