import {expect, onTestFinished, vi} from 'vitest'
import type {KeepspaceOptions} from '../../../src/host/options.ts'
import {createSessions} from '../../../src/host/sessions/sessions.ts'
import type {Sessions} from '../../../src/host/sessions/sessions-handle.ts'
import {createKeepspace} from '../../../src/keepspace.ts'
import type {Keepspace} from '../../../src/model/handles.ts'
import type {StorageTarget} from '../../../src/model/storage-port.ts'
import {createHttpSessionServer} from '../../../src/services/server-link/http-session-server.ts'
import {memoryStorage} from '../../../src/services/storage/memory-storage.ts'
import {systemTime} from '../../../src/services/time/system-time.ts'
import {note} from '../../support/definitions.ts'
import {startTestServer} from './start-test-server.ts'

/** What lies between a device and the server. */
export type Way = {
  /** Answers of writes get lost, after the server has done what they ask for. */
  losesAnswers: boolean
  isCut: boolean
  token: string
  /** Writes sent so far. */
  writes: number
  /** Answers of writes are held back until then. */
  hold: Promise<void> | undefined
  /** Streams of events that were opened. */
  streams: number
  hasStreams: boolean
}

/** A server, and devices of several people. */
export async function startWorld() {
  const {url, as} = await startTestServer('sqlite')
  const device = async (userId: string, given: Partial<KeepspaceOptions> = {}) => {
    const {storage = memoryStorage({isPersistent: true}), time = systemTime} = given
    const way: Way = {
      losesAnswers: false,
      isCut: false,
      token: `user-${userId}`,
      writes: 0,
      hold: undefined,
      streams: 0,
      hasStreams: true,
    }
    const send: typeof fetch = async (input, init) => {
      const isWrite = init?.method !== 'GET'
      if (way.isCut) {
        throw new TypeError('no network')
      }
      const isStream = String(input).endsWith('/events')
      if (isStream && !way.hasStreams) {
        throw new TypeError('no streams')
      }
      way.writes += isWrite ? 1 : 0
      const answer = await fetch(input, init)
      way.streams += isStream ? 1 : 0
      if (isWrite) {
        await way.hold
      }
      if (isWrite && way.losesAnswers) {
        throw new TypeError('connection lost')
      }
      return answer
    }
    const keepspace = createKeepspace({namespace: 'test', components: [note], ...given, storage})
    await keepspace.whenStarted()
    const server = createHttpSessionServer({url, token: () => way.token, fetch: send, time})
    const sessions = createSessions(keepspace, {server})
    onTestFinished(async () => {
      sessions.close()
      await keepspace.dispose()
    })
    return {keepspace, sessions, way, storage}
  }
  return {device, as}
}

/** An entry with one workspace that holds one note. */
export async function writeNote(keepspace: Keepspace, text: string) {
  const entryId = await keepspace.catalogue.createEntry({title: 'Plans'})
  const workspaceId = await keepspace.catalogue.createWorkspace({entryId, title: 'Monday'})
  const workspace = await keepspace.whenReady(keepspace.open(workspaceId).id)
  const id = workspace.add(note, {id: 'n1', state: {text}})
  await workspace.save()
  return {entryId, workspaceId, note: workspace.component(note, id)}
}

/** The states of all components of an entry. */
export async function textIn(keepspace: Keepspace, entryId: string): Promise<readonly unknown[]> {
  const {file} = await keepspace.files.export({entries: [entryId]})
  return file.entries.flatMap(({workspaces}) => workspaces.flatMap(({components}) => components.map(stateOf)))
}

const stateOf = ({records}: {records: Readonly<Record<string, unknown>>}) => records.state

export const phaseBecomes = (sessions: Sessions, entryId: string, phase: string) =>
  vi.waitFor(() => expect(sessions.getStatus(entryId).phase).toBe(phase), {timeout: 15_000})

/** What a storage holds now, as another one: whoever still writes to the first is not seen by the second. */
export async function copyOf(storage: StorageTarget): Promise<StorageTarget> {
  const copy = memoryStorage({isPersistent: true})
  const records = await (await storage.open()).readPrefix('')
  ;(await copy.open()).putNow?.(records)
  return copy
}
