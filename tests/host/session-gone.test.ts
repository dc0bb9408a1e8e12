import {describe, expect, test} from 'vitest'
import {signOut} from '../../src/host/outbox/sign-out.ts'
import {startSession} from '../support/start-session.ts'

/** A session that another browser deleted on the server, with an edit here. */
async function startGone() {
  const started = await startSession()
  await started.becomes('saved')
  await started.write('mine')
  await started.becomes('changed')
  started.fake.sessions.delete('s1')
  return started
}

const updates = (asked: readonly string[]) => asked.filter((name) => name === 'updateSession').length

describe('a session that another browser deleted', () => {
  test('ends the next save in a state of its own, which is not tried again by itself', async () => {
    const {sessions, keepspace, fake, entryId, workspaceId} = await startGone()
    const outcome = await sessions.save(entryId)
    expect(outcome).toMatchObject({status: 'gone', error: {code: 'session.gone'}})
    expect(sessions.getStatus(entryId)).toMatchObject({phase: 'gone', hasChanges: true, isBehind: false})
    expect(keepspace.getHealth()).toMatchObject({state: 'gone', issues: [{workspaces: [workspaceId]}]})
    sessions.networkReturned()
    sessions.tokenDelivered()
    expect([sessions.getStatus(entryId).phase, updates(fake.asked)]).toEqual(['gone', 1])
  })

  test('is still known as gone after a restart, without asking, also if nothing was changed since', async () => {
    const {sessions, entryId, fake, again, becomes} = await startSession()
    await becomes('saved')
    fake.sessions.delete('s1')
    await expect(sessions.lookAgain(entryId)).rejects.toMatchObject({code: 'session.gone'})
    expect(sessions.getStatus(entryId).phase).toBe('gone')
    fake.fault = 'server.offline'
    const next = await again()
    await becomes('gone', next.sessions)
    expect(await next.sessions.listRecoverable()).toMatchObject([{entryId}])
    fake.fault = undefined
    expect(await next.sessions.save(entryId)).toMatchObject({status: 'gone'})
  })

  test('is saved as a new one, and goes on as that', async () => {
    const {sessions, entryId, fake, becomes, write, again} = await startGone()
    await fake.put('another', 'Another', {})
    await sessions.save(entryId)
    await sessions.saveAs(entryId, {title: 'Plans again'})
    await becomes('saved')
    expect(sessions.getStatus(entryId)).toMatchObject({
      sessionId: 's2',
      title: 'Plans again',
      revision: 1,
      error: undefined,
    })
    await write('more')
    expect(await sessions.save(entryId)).toMatchObject({status: 'saved', revision: 2})
    const next = await again()
    await becomes('saved', next.sessions)
  })

  test('is detached: the entry stays as it is, belongs to no session, and nothing is asked about it', async () => {
    const {sessions, keepspace, entryId, again} = await startGone()
    await sessions.save(entryId)
    await sessions.detach(entryId)
    expect(sessions.getStatus(entryId)).toMatchObject({phase: 'none', sessionId: undefined})
    expect(keepspace.catalogue.getSnapshot().entries.map(({id}) => id)).toContain(entryId)
    const next = await again()
    await next.sessions.recovery.look()
    expect([next.sessions.getStatus(entryId).phase, next.sessions.recovery.getSnapshot().items]).toEqual(['none', []])
  })

  test('is discarded into the trash', async () => {
    const {sessions, keepspace, entryId} = await startGone()
    await sessions.save(entryId)
    expect(await sessions.discardChanges(entryId)).toMatchObject({phase: 'none'})
    expect(keepspace.catalogue.getSnapshot().trashedEntries.map(({id}) => id)).toEqual([entryId])
  })

  test('is offered for recovery with all of it as its difference', async () => {
    const {sessions, entryId, again} = await startGone()
    await sessions.save(entryId)
    const next = await again()
    await next.sessions.recovery.look()
    const {difference, theirs} = await next.sessions.recovery.compare(entryId)
    expect([difference.components.length, theirs.workspaces]).toEqual([1, []])
  })

  test('goes on when it is there again, e.g. for whom it belongs to', async () => {
    const {sessions, entryId, fake, becomes} = await startSession()
    await becomes('saved')
    const kept = fake.sessions.get('s1')
    fake.sessions.delete('s1')
    await sessions.lookAgain(entryId).catch(() => undefined)
    fake.sessions.set('s1', kept as never)
    await sessions.lookAgain(entryId)
    expect(await becomes('saved')).toMatchObject({error: undefined, hasChanges: false})
  })

  test('is found out by a choice too', async () => {
    const {sessions, entryId, fake, becomes} = await startGone()
    await fake.put('s1', 'Plans', {})
    await fake.put('s1', 'Plans', {})
    expect(await sessions.save(entryId)).toMatchObject({status: 'conflict'})
    fake.sessions.delete('s1')
    expect(await sessions.resolve(entryId, 'theirs')).toMatchObject({phase: 'gone'})
    await becomes('gone')
  })

  test('is named by a sign-out, which removes nothing', async () => {
    const {sessions, keepspace, entryId, becomes, fake} = await startSession()
    await becomes('saved')
    fake.sessions.delete('s1')
    await sessions.lookAgain(entryId).catch(() => undefined)
    expect(await signOut(keepspace, {sessions})).toMatchObject({
      status: 'unsent',
      unsent: [{kind: 'session', id: entryId}],
    })
  })
})

test('a session that a person deletes here leaves its entry here, which belongs to no session any more', async () => {
  const {sessions, keepspace, entryId, fake, becomes} = await startSession()
  await becomes('saved')
  expect(await sessions.deletions.send('sessions', {id: 's1', title: 'Plans', revision: 1})).toBe(true)
  expect([fake.sessions.size, sessions.getStatus(entryId).phase, keepspace.getHealth().state]).toEqual([
    0,
    'none',
    'healthy',
  ])
  expect(keepspace.catalogue.getSnapshot().entries.map(({id}) => id)).toContain(entryId)
})

test('a session that is saved as another one at the same revision goes on as that one', async () => {
  const {sessions, entryId, fake, becomes, write} = await startSession()
  await becomes('saved')
  await sessions.saveAs(entryId, {title: 'Other'})
  await write('two')
  expect(await sessions.save(entryId)).toMatchObject({status: 'saved', revision: 2})
  expect([fake.sessions.get('s1')?.revision, fake.sessions.get('s2')?.revision]).toEqual([1, 2])
})
