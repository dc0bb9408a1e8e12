import {describe, expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {signOut} from '../../src/host/outbox/sign-out.ts'
import {listUnsentWork, sendUnsentWork} from '../../src/host/outbox/unsent-work.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EntryId} from '../../src/model/ids.ts'
import type {StoragePort, StorageTarget} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createOwnServer} from '../support/own-server.ts'
import {createFakeSessionServer} from '../support/session-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

describe('what the server does not have', () => {
  test('is named once each: in no session, in a session with changes, waiting to be sent', async () => {
    const {keepspace, time, sessions, serverSaves, own, component} = await startSignedIn()
    own.faults.push(...Array<number>(20).fill(503))
    await finish(time, keepspace.catalogue.renameWorkspace('b' as never, 'B'))
    await finish(time, sessions.saveAs(entryOf(keepspace, 'a'), {title: 'Plans'}))
    component.set({text: 'more'})
    expect(await finish(time, listUnsentWork(keepspace, {sessions, serverSaves}))).toEqual([
      {kind: 'workspace', id: 'b', title: 'B', reason: 'waiting'},
      {kind: 'session', id: entryOf(keepspace, 'a'), title: 'Plans'},
      {kind: 'workspace', id: 'c', title: 'c', reason: 'onDeviceOnly'},
    ])
  })

  test('is sent where no choice is needed, also what no server was asked to keep', async () => {
    const {keepspace, time, sessions, serverSaves, fake, component} = await startSignedIn()
    await finish(time, sessions.saveAs(entryOf(keepspace, 'a'), {title: 'Plans'}))
    component.set({text: 'more'})
    await finish(time, keepspace.catalogue.renameEntry(entryOf(keepspace, 'c'), 'c'.repeat(40)))
    const options = {sessions, serverSaves}
    const work = await finish(time, listUnsentWork(keepspace, options))
    expect(await finish(time, sendUnsentWork(keepspace, work, options))).toEqual([])
    expect([...fake.sessions.values()].map(({title, revision}) => [title, revision])).toEqual([
      ['Plans', 2],
      [`${'c'.repeat(29)}…`, 1],
    ])
    expect(await finish(time, signOut(keepspace, options))).toEqual({status: 'signedOut', unsent: []})
  })

  test('names a session that was deleted there once, and sends it as a new one', async () => {
    const {keepspace, time, sessions, serverSaves, fake} = await startSignedIn()
    const entryId = entryOf(keepspace, 'a')
    await finish(time, sessions.saveAs(entryId, {title: 'Plans'}))
    fake.sessions.clear()
    await finish(time, keepspace.catalogue.renameEntry(entryId, 'Plans of mine'))
    expect(await finish(time, sessions.save(entryId))).toMatchObject({status: 'gone'})
    const work = await finish(time, listUnsentWork(keepspace, {sessions, serverSaves}))
    expect(work.filter(({id}) => id === entryId || id === 'a')).toMatchObject([{kind: 'session', id: entryId}])
    expect(await finish(time, sendUnsentWork(keepspace, work, {sessions, serverSaves}))).toEqual([])
    expect([...fake.sessions.values()].map(({title}) => title)).toContain('Plans')
  })

  test('stays here when signing out keeps the local copies, and is there when the person comes back', async () => {
    const {keepspace, time, sessions, serverSaves, again} = await startSignedIn()
    const report = await finish(time, signOut(keepspace, {sessions, serverSaves, localCopies: 'keep'}))
    expect([report.status, report.unsent.length]).toEqual(['signedOut', 2])
    const next = await again()
    expect(next.catalogue.getSnapshot().workspaces.map(({id}) => id)).toEqual(['a', 'b', 'c'])
    await next.dispose()
  })

  test('holds up a sign-out that keeps local copies only if it is not even stored here', async () => {
    const {keepspace, time, sessions, serverSaves, faults, component} = await startSignedIn()
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    component.set({text: 'nowhere but here'})
    const {status, unsent} = await finish(time, signOut(keepspace, {sessions, serverSaves, localCopies: 'keep'}))
    expect([status, unsent[0]]).toEqual(['unsent', {kind: 'workspace', id: 'a', title: 'a', reason: 'unsaved'}])
    expect(component.getState()).toMatchObject({text: 'nowhere but here'})
    faults.clear()
    await finish(time, keepspace.dispose())
  })
})

describe('signing out while the device has no room', () => {
  test('names the session that could not even be saved here, and goes on when that is wanted', async () => {
    const disk = smallDisk()
    const {keepspace, time, sessions, serverSaves, component} = await startSignedIn(disk.target)
    const entryId = entryOf(keepspace, 'a')
    await finish(time, sessions.saveAs(entryId, {title: 'Plans'}))
    await time.advanceAsync(5_000)
    disk.fill()
    component.set({text: 'nowhere but here'})
    await time.advanceAsync(30_000)
    const report = await finish(time, signOut(keepspace, {sessions, serverSaves}))
    expect(report.status).toBe('unsent')
    expect(report.unsent.map(({kind, id}) => [kind, id])).toEqual(
      expect.arrayContaining([
        ['workspace', 'a'],
        ['session', entryId],
      ]),
    )
    expect(component.getState()).toMatchObject({text: 'nowhere but here'})
    const anyway = finish(time, signOut(keepspace, {sessions, serverSaves, anyway: true}))
    await expect(anyway).resolves.toMatchObject({status: 'signedOut'})
  })
})

/** Three workspaces in entries of their own; `b` is saved to a server by itself. */
async function startSignedIn(target?: StorageTarget) {
  const started = await startWithNote(target === undefined ? {} : {target}, ['a', 'b', 'c'])
  const {keepspace, time} = started
  for (const id of ['b', 'c']) {
    const entryId = await finish(time, keepspace.catalogue.createEntry({title: id}))
    await finish(time, keepspace.catalogue.moveWorkspace(id as never, entryId))
  }
  const fake = createFakeSessionServer()
  const own = createOwnServer()
  const sessions = createSessions(keepspace, {server: fake.server})
  const serverSaves = createServerSaves(keepspace, {server: own.server, includes: ({id}) => id === 'b'})
  onTestFinished(() => {
    sessions.close()
    serverSaves.close()
  })
  await time.settle()
  return {...started, sessions, serverSaves, fake, own}
}

/** Storage that takes nothing more once it is full, but lets everything be removed. */
function smallDisk() {
  const inner = memoryStorage({isPersistent: true})
  let isFull = false
  const open = async (): Promise<StoragePort> => {
    const port = await inner.open()
    return {
      ...port,
      commit: async (groups, options) => {
        const adds = groups.some(({puts}) => puts.some(({key}) => !key.endsWith('/purged')))
        if (isFull && adds) {
          throw new KeepspaceError('storage.quota')
        }
        return port.commit(groups, options)
      },
    }
  }
  const fill = () => {
    isFull = true
  }
  return {target: {...inner, open}, fill}
}

function entryOf(keepspace: Awaited<ReturnType<typeof startWithNote>>['keepspace'], id: string) {
  return keepspace.catalogue.getSnapshot().workspaces.find((workspace) => workspace.id === id)?.entryId as EntryId
}
