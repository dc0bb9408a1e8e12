import {
  createHttpSessionServer,
  createHttpWorkspaceServer,
  createServerSaves,
  createSessions,
  createSigningOut,
} from 'keepspace/sessions'
import {createGate} from './gate.ts'
import {identity} from './identity.ts'
import {keepspace} from './keepspace.ts'

const server = {time: keepspace.time, token: identity.token}

/** Passed once a person has seen what an earlier visit did not send: nothing is sent before. */
export const startGate = createGate()

/** Entries as sessions of the server beside this page. Nothing is asked of it before a person does. */
export const sessions = createSessions(keepspace, {server: createHttpSessionServer(server)})

/** Workspaces that a person wants on the server without asking for it each time. */
export const serverSaves = createServerSaves(keepspace, {
  server: createHttpWorkspaceServer(server),
  includes: ({id, trashedAt}) => trashedAt === undefined && keepspace.settings.get(autoSendSetting(id)) === true,
  after: startGate.passed,
})

/** The way out. */
export const signingOut = createSigningOut(keepspace, {sessions, serverSaves})

/** The setting that says whether a workspace is sent to the server by itself. */
export function autoSendSetting(workspaceId: string): string {
  return `sendsItself/${workspaceId}`
}

window.addEventListener('online', () => sessions.networkReturned())
