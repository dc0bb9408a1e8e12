import {describe, expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {signOut} from '../../src/host/outbox/sign-out.ts'
import {sendUnsentWork} from '../../src/host/outbox/unsent-work.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import {damageStored} from '../support/damage.ts'
import {createOwnServer} from '../support/own-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'
import {startSession} from '../support/start-session.ts'

const countOf = async (storage: StorageTarget) => (await (await storage.open()).list('')).length

/** Replaces the record of this kind by something that is none. */
async function breakRecord(storage: StorageTarget, kind: string) {
  const port = await storage.open()
  const [found] = (await port.readPrefix('')).filter(({key}) => key.includes(`/${kind}/`))
  port.putNow?.([{key: found?.key ?? '', value: {broken: true}}])
}

describe('signing out', () => {
  test('names work that cannot be read, does not take it for sent, and removes it only when that is wanted', async () => {
    const world = await startSession()
    await world.becomes('saved')
    await world.write('never sent')
    await damageStored(world.storage, '/n1/state')
    const {keepspace, sessions} = await world.again()
    const report = await signOut(keepspace, {sessions})
    expect(report).toMatchObject({
      status: 'unsent',
      unsent: [{kind: 'session'}, {kind: 'unreadable', id: world.workspaceId, title: 'Monday'}],
    })
    const left = await sendUnsentWork(keepspace, report.unsent, {sessions})
    expect(left.map(({kind}) => kind)).toContain('unreadable')
    expect((await signOut(keepspace, {sessions})).status).toBe('unsent')
    expect((await signOut(keepspace, {sessions, anyway: true})).status).toBe('signedOut')
    expect(await countOf(world.storage)).toBe(1)
  })

  test.each(['entry', 'head'])('names work whose %s record is damaged', async (kind) => {
    const world = await startSession()
    await world.becomes('saved')
    await world.write('never sent')
    await breakRecord(world.storage, kind)
    const {keepspace, sessions} = await world.again()
    const {status, unsent} = await signOut(keepspace, {sessions})
    expect([status, unsent.map((work) => work.kind)]).toEqual(['unsent', expect.arrayContaining(['unreadable'])])
  })

  test('names a session that cannot be read at all, and every other one', async () => {
    const {sessions, storage, entryId, becomes} = await startSession()
    await becomes('saved')
    await breakRecord(storage, 'entry')
    expect(await sessions.listRecoverable()).toMatchObject([{entryId, title: 'Plans', bytes: 0}])
  })

  test('names a workspace that could not be sent because a part of it cannot be read', async () => {
    const own = createOwnServer()
    const {time, keepspace, component, storage, again} = await startWithNote({}, ['a'])
    const before = createServerSaves(keepspace, {server: own.server})
    await time.advanceAsync(10_000)
    own.faults.push(...Array<number>(20).fill(503))
    component.set({text: 'never sent'})
    await time.advanceAsync(5_000)
    before.close()
    own.faults.length = 0
    await damageStored(storage.target, '/n1/state')
    const later = await again()
    const serverSaves = createServerSaves(later, {server: own.server})
    onTestFinished(() => serverSaves.close())
    await time.advanceAsync(10_000)
    expect(await finish(time, signOut(later, {serverSaves}))).toMatchObject({
      status: 'unsent',
      unsent: [{kind: 'workspace', id: 'a', reason: 'refused'}],
    })
  })

  test('names nothing for a damaged copy of what the server has', async () => {
    const own = createOwnServer()
    const {time, keepspace, storage, again} = await startWithNote({}, ['a'])
    createServerSaves(keepspace, {server: own.server})
    await time.advanceAsync(10_000)
    await damageStored(storage.target, '/n1/state')
    const later = await again()
    const serverSaves = createServerSaves(later, {server: own.server})
    await time.advanceAsync(10_000)
    expect(await finish(time, signOut(later, {serverSaves}))).toEqual({status: 'signedOut', unsent: []})
  })
})
