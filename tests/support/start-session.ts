import {onTestFinished, vi} from 'vitest'
import type {KeepspaceOptions} from '../../src/host/options.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import type {SessionServer} from '../../src/model/session-server.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from './definitions.ts'
import {createFakeSessionServer} from './session-server.ts'

/**
 * An entry with one note, kept on a server as the session `s1`. `again()` is a reload: the first life is closed before.
 *
 * @param more - what the server can besides
 */
export async function startSession(options: Partial<KeepspaceOptions> = {}, more: Partial<SessionServer> = {}) {
  const storage = memoryStorage({isPersistent: true})
  const fake = createFakeSessionServer()
  const server = {...fake.server, ...more}
  const first = await startLife(server, {storage, ...options})
  const {keepspace, sessions} = first
  const entryId = await keepspace.catalogue.createEntry({title: 'Plans'})
  const workspaceId = await keepspace.catalogue.createWorkspace({entryId, title: 'Monday'})
  const workspace = await keepspace.whenReady(keepspace.open(workspaceId).id)
  workspace.add(note, {id: 'n1', state: {text: 'one'}})
  await workspace.save()
  await sessions.saveAs(entryId, {title: 'Plans'})
  const becomes = (phase: string, of = sessions) =>
    vi.waitFor(() => {
      const status = of.getStatus(entryId)
      if (status.phase !== phase) {
        throw new Error(`it is ${status.phase}, not ${phase}`)
      }
      return status
    }, 5_000)
  const write = async (text: string) => {
    workspace.component(note, 'n1').set({text})
    await workspace.save()
  }
  const again = async () => {
    await first.close()
    return startLife(server, {storage, ...options})
  }
  return {...first, fake, storage, entryId, workspaceId, write, becomes, again}
}

async function startLife(server: SessionServer, options: Pick<KeepspaceOptions, 'storage'>) {
  const keepspace = createKeepspace({namespace: 'test', components: [note], ...options})
  const sessions = createSessions(keepspace, {server})
  const close = async () => {
    sessions.close()
    await keepspace.dispose()
  }
  onTestFinished(close)
  await keepspace.whenStarted()
  return {keepspace, sessions, close}
}
