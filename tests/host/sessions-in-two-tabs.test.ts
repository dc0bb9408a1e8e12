import {expect, onTestFinished, test, vi} from 'vitest'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import type {SessionStatus} from '../../src/model/session.ts'
import type {TabBus} from '../../src/model/tab-bus.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {startSession} from '../support/start-session.ts'

const OF_A_TAB = {phase: 'saved', hasChanges: false, isBehind: false} as const

test('what one tab saved is saved for the other one too, without a question', async () => {
  const {sessions, entryId, write, becomes, other, shows} = await startTwo()
  await becomes('saved', other)
  await write('two')
  await becomes('changed', other)
  await sessions.save(entryId)
  await shows({...OF_A_TAB, revision: 2})
})

test('a newer revision that the other tab made is no conflict, also when tabs cannot hear each other', async () => {
  const deaf: TabBus = {post: () => undefined, subscribe: () => () => undefined, close: () => undefined}
  const {sessions, entryId, write, becomes, other, shows} = await startTwo(() => deaf)
  await becomes('saved', other)
  await write('two')
  await sessions.save(entryId)
  await other.lookAgain(entryId)
  await shows({...OF_A_TAB, revision: 2})
})

test('a tab follows when another one makes a session of an entry, another session, or none', async () => {
  const {sessions, entryId, becomes, other, shows} = await startTwo()
  await becomes('saved', other)
  await sessions.saveAs(entryId, {title: 'Second'})
  await shows({phase: 'saved', sessionId: 's2', title: 'Second'})
  await sessions.detach(entryId)
  await shows({phase: 'none'})
  await sessions.saveAs(entryId, {title: 'Third'})
  await shows({phase: 'saved', sessionId: 's3', title: 'Third'})
})

test('a conflict that one tab ended is none in the other one', async () => {
  const {sessions, fake, entryId, write, becomes, other, shows} = await startTwo()
  await becomes('saved', other)
  await write('two')
  await fake.put('s1', 'Plans', fake.sessions.get('s1')?.content)
  await fake.put('s1', 'Plans', {...Object(fake.sessions.get('s1')?.content), title: 'Theirs'})
  expect(await sessions.save(entryId)).toMatchObject({status: 'conflict'})
  expect(await other.save(entryId)).toMatchObject({status: 'conflict'})
  await sessions.resolve(entryId, 'mine')
  await shows({phase: 'saved', hasChanges: false})
})

/** The same browser twice: one storage, two tabs. */
async function startTwo(bus: () => TabBus = createFakeBuses()) {
  const first = await startSession({bus: bus()})
  const keepspace = createKeepspace({namespace: 'test', components: [note], storage: first.storage, bus: bus()})
  const other = createSessions(keepspace, {server: first.fake.server})
  onTestFinished(async () => {
    other.close()
    await keepspace.dispose()
  })
  await keepspace.whenStarted()
  const shows = (status: Partial<SessionStatus>) =>
    vi.waitFor(() => expect(other.getStatus(first.entryId)).toMatchObject(status), 10_000)
  return {...first, other, shows}
}
