import {render} from '@testing-library/react'
import {type ReactNode, StrictMode} from 'react'
import {onTestFinished} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {KeepspaceProvider, SessionsProvider} from '../../src/react.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createSessions} from '../../src/sessions.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {note} from './definitions.ts'
import './render.tsx'
import {createFakeSessionServer} from './session-server.ts'

/** An entry with one note, its sessions, and a way to show something below all providers. What waits on screen waits for `time`. */
export async function startSessions() {
  const time = createSimulatedTime(1_000_000)
  const keepspace = createKeepspace({
    namespace: 'test',
    components: [note],
    storage: memoryStorage({isPersistent: true}),
  })
  const fake = createFakeSessionServer()
  const sessions = createSessions(keepspace, {server: fake.server})
  onTestFinished(async () => {
    sessions.close()
    await keepspace.dispose()
  })
  await keepspace.whenStarted()
  const entryId = await keepspace.catalogue.createEntry({title: 'Plans'})
  const workspaceId = await keepspace.catalogue.createWorkspace({entryId, title: 'Monday'})
  const workspace = await keepspace.whenReady(keepspace.open(workspaceId).id)
  workspace.add(note, {id: 'n1', state: {text: 'one'}})
  await workspace.save()
  const wrapped = (ui: ReactNode) => (
    <StrictMode>
      <KeepspaceProvider keepspace={keepspace} time={time}>
        <SessionsProvider sessions={sessions}>{ui}</SessionsProvider>
      </KeepspaceProvider>
    </StrictMode>
  )
  const page = (ui: ReactNode) => {
    const {rerender} = render(wrapped(ui))
    return {rerender: (next: ReactNode) => rerender(wrapped(next))}
  }
  return {keepspace, sessions, time, fake, entryId, workspaceId, text: workspace.component(note, 'n1'), page}
}
