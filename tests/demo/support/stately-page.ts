import {createBrowserReceiver, type StatelyInspectionEvent} from '@statelyai/inspect'
import {createKeepspace, defineComponent, type Keepspace, type KeepspaceOptions, memoryStorage} from 'keepspace'
import {inspectInWindow} from 'keepspace/inspector'
import * as v from 'valibot'
import type {InspectionEvent} from 'xstate'

/** What both pages let their driver do. One script is both: the app, and in another window the receiver of Stately. */
export type StatelyPage = {
  /** One line for each thing that XState itself tells the app, or that the receiver was told. */
  readonly lines: string[]
  /** Everything the receiver was told, as text. */
  text(): string
  /** Opens the receiver, and lives through a save, a conflict and an eviction. */
  live(secret: string): Promise<{
    readonly wasConflict: boolean
    readonly isEvicted: boolean
    /** So many lines were there before it was inspected. */
    readonly before: number
  }>
  stop(): void
}

const lines: string[] = []
const told: StatelyInspectionEvent[] = []

const note = defineComponent({
  type: 'note',
  version: 1,
  schema: v.object({text: v.string()}),
  initial: {text: ''},
})

/** Tabs that cannot hear each other: what the other one did is first seen when a commit is refused. */
const alone: Pick<KeepspaceOptions, 'bus' | 'locks'> = {
  bus: {post: () => undefined, subscribe: () => () => undefined, close: () => undefined},
  locks: {acquire: async () => ({ended: new Promise(() => undefined), release: () => undefined})},
}

if (window.location.search === '?receiver') {
  createBrowserReceiver().subscribe((event) => {
    told.push(event)
    lines.push(lineOf(event, event.sessionId))
  })
}

let connection: {stop(): void} | undefined

const page: StatelyPage = {
  lines,
  text: () => JSON.stringify(told),
  live: async (secret) => {
    const storage = memoryStorage({isPersistent: true})
    const options = {namespace: 'stately', components: [note], storage, cap: 2, ...alone}
    const keepspace = createKeepspace({...options, inspect: (event) => hear(event)})
    const before = lines.length
    connection = inspectInWindow(keepspace, {url: '/?receiver'})
    const entryId = await keepspace.catalogue.createEntry({title: secret, id: 'entry'})
    await keepspace.catalogue.createWorkspace({entryId, title: secret, id: 'a'})
    await write(keepspace, secret)
    const other = createKeepspace(options)
    await other.whenStarted()
    await write(other, `${secret} there`)
    keepspace
      .workspace('a')
      .component(note, 'n1')
      .set({text: `${secret} here`})
    await keepspace.persist('a', 'explicit')
    const wasConflict = keepspace.getStatus('a').save === 'conflict'
    await keepspace.workspace('a').resolveConflict('mine')
    keepspace.hide('a')
    await keepspace.unload('a')
    const isEvicted = keepspace.getStatus('a').phase === 'cold'
    await other.dispose()
    return {wasConflict, isEvicted, before}
  },
  stop: () => connection?.stop(),
}
Object.assign(window, {page})

async function write(keepspace: Keepspace, text: string): Promise<void> {
  keepspace.activate('a')
  await keepspace.whenReady('a')
  const workspace = keepspace.workspace('a')
  workspace.add(note, {id: 'n1', ifAbsent: true})
  workspace.component(note, 'n1').set({text})
  await keepspace.persist('a', 'explicit')
}

/** What XState says, at the moment itself. */
function hear(event: InspectionEvent): void {
  if (event.type === '@xstate.actor' || event.type === '@xstate.event' || event.type === '@xstate.snapshot') {
    lines.push(lineOf(event, event.actorRef.sessionId))
  }
}

function lineOf(event: InspectionEvent | StatelyInspectionEvent, sessionId: string): string {
  const parts: unknown[] = [event.type, sessionId]
  if (event.type === '@xstate.event' || event.type === '@xstate.snapshot') {
    parts.push(event.event.type)
  }
  if (event.type === '@xstate.snapshot') {
    const {status, value} = event.snapshot as {readonly status?: string; readonly value?: unknown}
    parts.push(status, JSON.stringify(value))
  }
  return parts.join(' ')
}
