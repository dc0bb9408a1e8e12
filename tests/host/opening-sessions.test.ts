import {expect, onTestFinished, test} from 'vitest'
import {listUnsentWork} from '../../src/host/outbox/unsent-work.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {SESSION_PREFIX} from '../../src/model/keys.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {note} from '../support/definitions.ts'
import {createFakeSessionServer} from '../support/session-server.ts'
import {finish} from '../support/start-keepspace.ts'
import {startSession} from '../support/start-session.ts'

test('opening a session whose entry is in the trash brings it back from there', async () => {
  const {keepspace, sessions, entryId, becomes} = await startSession()
  await becomes('saved')
  await keepspace.catalogue.deleteEntry(entryId)
  expect(await sessions.open('s1')).toBe(entryId)
  const {entries, trashedEntries} = keepspace.catalogue.getSnapshot()
  expect([entries.map(({id}) => id), trashedEntries]).toEqual([[entryId], []])
})

test('two tabs that open the same session at once get one entry', async () => {
  const storage = memoryStorage({isPersistent: true})
  const fake = createFakeSessionServer()
  await fake.put('s1', 'Plans', {formatVersion: 1, title: 'Plans', workspaces: []})
  const [bus, locks] = [createFakeBuses(), createFakeLocks()]
  const tab = async () => {
    const keepspace = createKeepspace({namespace: 'test', components: [note], storage, bus: bus(), locks: locks()})
    const sessions = createSessions(keepspace, {server: fake.server})
    onTestFinished(async () => {
      sessions.close()
      await keepspace.dispose()
    })
    await keepspace.whenStarted()
    return {keepspace, sessions}
  }
  const [one, two] = [await tab(), await tab()]
  const [first, second] = await Promise.all([one.sessions.open('s1'), two.sessions.open('s1')])
  expect(second).toBe(first)
})

test('a session is not taken for something that no server was asked to keep while it could not be read yet', async () => {
  const {storage, fake, entryId, becomes} = await startSession()
  await becomes('saved')
  let isFailing = true
  const failing: StorageTarget = {
    ...storage,
    open: async () => {
      const port = await storage.open()
      return {
        ...port,
        readPrefix: async (prefix) => {
          if (prefix.endsWith(SESSION_PREFIX) && isFailing) {
            throw new KeepspaceError('storage.timeout')
          }
          return port.readPrefix(prefix)
        },
      }
    },
  }
  const time = createSimulatedTime(1_000_000)
  const keepspace = createKeepspace({namespace: 'test', components: [note], storage: failing, time})
  const sessions = createSessions(keepspace, {server: fake.server})
  onTestFinished(async () => {
    sessions.close()
    await keepspace.dispose()
  })
  await keepspace.whenStarted()
  await time.settle()
  isFailing = false
  expect(sessions.getStatus(entryId).phase).toBe('none')
  expect(await finish(time, listUnsentWork(keepspace, {sessions}))).toEqual([])
})
