import {onTestFinished, vi} from 'vitest'
import type {KeepspaceOptions} from '../../src/host/options.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from './definitions.ts'
import {createFakeSessionServer, type FakeSessionServer} from './session-server.ts'

/** An entry with one note, kept on a server as the session `s1`. `again()` is a reload: the first life is closed before. */
export async function startSession(options: Partial<KeepspaceOptions> = {}) {
  const storage = memoryStorage({isPersistent: true})
  const fake = createFakeSessionServer()
  const first = await startLife(fake, {storage, ...options})
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
    return startLife(fake, {storage, ...options})
  }
  return {...first, fake, storage, entryId, workspaceId, write, becomes, again}
}

async function startLife(fake: FakeSessionServer, options: Pick<KeepspaceOptions, 'storage'>) {
  const keepspace = createKeepspace({namespace: 'test', components: [note], ...options})
  const sessions = createSessions(keepspace, {server: fake.server})
  const close = async () => {
    sessions.close()
    await keepspace.dispose()
  }
  onTestFinished(close)
  await keepspace.whenStarted()
  return {keepspace, sessions, close}
}
