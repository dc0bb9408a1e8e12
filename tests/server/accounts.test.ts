import {expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import {createHttpWorkspaceServer} from '../../src/services/server-link/http-workspace-server.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {systemTime} from '../../src/services/time/system-time.ts'
import {note} from '../support/definitions.ts'
import {startTestServer} from './support/start-test-server.ts'
import {startWorld, writeNote} from './support/start-world.ts'

test('the server says who is signed in, and answers nobody but whom a request is meant for', async () => {
  const {as} = await startTestServer('sqlite')
  const name = 'Zoë / 東'
  const encoded = encodeURIComponent(name)
  const call = as('anna')
  expect((await call('GET', '/me')).body).toEqual({userId: 'anna'})
  expect((await call('GET', '/sessions', {headers: {'keepspace-user': 'anna'}})).status).toBe(200)
  const refused = await call('POST', '/sessions', {
    headers: {'keepspace-user': encoded},
    body: {title: 'X', content: {}},
  })
  expect([refused.status, refused.body.code]).toEqual([403, 'auth.otherUser'])
  expect((await call('GET', '/sessions')).body.items).toEqual([])
})

test('workspaces of one person do not reach the account of another who signs in on the same device', async () => {
  const {url, as} = await startTestServer('sqlite')
  let token = 'user-ada'
  const keepspace = createKeepspace({
    namespace: 'test',
    scope: 'ada',
    components: [note],
    storage: memoryStorage({isPersistent: true}),
  })
  await keepspace.whenStarted()
  const server = createHttpWorkspaceServer({url, token: () => token, time: systemTime})
  const saves = createServerSaves(keepspace, {server, gatherMs: 5})
  onTestFinished(async () => {
    saves.close()
    await keepspace.dispose()
  })
  const first = await writeNote(keepspace, 'of ada')
  expect(await saves.flush()).toEqual([])
  token = 'user-bob'
  const second = await writeNote(keepspace, 'secret of ada')
  await saves.flush()
  saves.tokenDelivered()
  await saves.flush()
  expect(saves.getSnapshot()).toMatchObject({phase: 'paused.unauthorized', error: {code: 'server.otherUser'}})
  expect((await as('bob')('GET', '/workspaces')).body.items).toEqual([])
  token = 'user-ada'
  saves.tokenDelivered()
  expect(await saves.flush()).toEqual([])
  const ids = [first.workspaceId, second.workspaceId]
  expect((await as('ada')('GET', '/workspaces')).body.items.map(({id}: {id: string}) => id).sort()).toEqual(ids.sort())
})

test('a session of one person is not gone because somebody else’s token is given', async () => {
  const {device, as} = await startWorld()
  const {keepspace, sessions, way} = await device('ada')
  const {entryId} = await writeNote(keepspace, 'of ada')
  await sessions.saveAs(entryId, {title: 'Plans'})
  way.token = 'user-bob'
  await expect(sessions.lookAgain(entryId)).rejects.toMatchObject({code: 'server.otherUser'})
  await expect(sessions.saveAs(entryId, {title: 'Again'})).rejects.toMatchObject({code: 'server.otherUser'})
  expect(sessions.getStatus(entryId).phase).toBe('saved')
  expect((await as('bob')('GET', '/sessions')).body.items).toEqual([])
})
