import type {StandardSchemaV1} from '@standard-schema/spec'
import {createKeepspace, defineComponent, type Keepspace} from '../../src/index.ts'
import {localforageStorage} from '../../src/localforage.ts'
import {type Counters, claimSaves} from './claims.ts'
import {type Content, componentLengths, contentOf, counterBefore, workspaceIds} from './content.ts'
import {type Random, seededRandom} from './random.ts'
import {post} from './reporting.ts'
import type {FoundReport, FoundWorkspace, SessionOrder} from './reports.ts'

const schema: StandardSchemaV1<unknown, Content> = {
  '~standard': {version: 1, vendor: 'kill', validate: (value) => ({value: value as Content})},
}
const sheet = defineComponent({type: 'sheet', version: 1, schema, initial: {counter: 0, text: ''}})
const componentIds = Object.keys(componentLengths)

/** Half of the sessions run at the usual pace; the others save so often that a kill in the middle of a save is likely. */
const quickPacing = {debounceMs: 20, maxWaitMs: 60, atRiskMs: 80, costFactor: 1}

/** A busy machine may let a load run into its time limit; a person would ask again. */
const MAX_OPENINGS = 5

/** Saves so late that a claim made with the edit is surely a lie, where nobody asks for a save. */
const slowPacing = {debounceMs: 60_000, maxWaitMs: 60_000, atRiskMs: 60_000}

addEventListener('error', ({message}) => post('trouble', {message}))
addEventListener('unhandledrejection', ({reason}) => post('trouble', {message: String(reason)}))
await run(await (await fetch('/session')).json())

/** Opens everything, tells what came back, then edits and saves until the browser is killed. */
async function run(order: SessionOrder): Promise<void> {
  const random = seededRandom(`${order.seed}/page/${order.session}`)
  const keepspace = createKeepspace({
    namespace: 'kill',
    components: [sheet],
    storage: localforageStorage({heal: order.heals}),
    // One less than there are workspaces, so that some are evicted and come back.
    cap: workspaceIds.length - 1,
    pacing: order.claimAt === 'edited' ? slowPacing : random.next() < 0.5 ? quickPacing : {},
  })
  const found = await report(keepspace, order.session)

  const counters: Counters = new Map(workspaceIds.map((id) => [id, {}]))
  const persist = claimSaves(keepspace, counters, order)
  const editor = createEditor(keepspace, counters, order.session)
  for (const {workspace, states} of found.filter(({refusal}) => refusal === undefined)) {
    editor.complete(workspace, Object.keys(states))
  }
  for (let focus = random.pick(workspaceIds); ; focus = random.next() < 0.3 ? random.pick(workspaceIds) : focus) {
    editBurst(editor.edit, focus, random)
    if (order.claimAt !== 'edited') {
      interfere(keepspace, focus, persist, random.next())
    }
    await pause(random.between(0, 20))
  }
}

/** What people do between edits: save, close, look, look away. Mostly nothing. */
function interfere(keepspace: Keepspace, id: string, persist: (id: string) => void, chance: number): void {
  if (chance < 0.4) {
    persist(id)
  } else if (chance < 0.45) {
    void keepspace.unload(id)
  } else if (chance < 0.5) {
    keepspace.activate(id)
  } else if (chance < 0.55) {
    keepspace.hide(id)
  }
}

async function report(keepspace: Keepspace, session: number): Promise<readonly FoundWorkspace[]> {
  const said = new Set<string>()
  const note = (error: {readonly code: string} | undefined) => error && said.add(error.code)
  keepspace.on('*', (event) => 'error' in event && note(event.error))
  await keepspace.whenStarted()
  const workspaces: FoundWorkspace[] = []
  for (const workspace of workspaceIds) {
    workspaces.push(await readWorkspace(keepspace, workspace))
    note(keepspace.getStatus(workspace).error)
  }
  note(keepspace.getSnapshot().storage.error)
  note(keepspace.catalogue.getSnapshot().error)
  const found: FoundReport = {session, workspaces, said: [...said]}
  await post('found', found)
  if (said.has('storage.emptied')) {
    await keepspace.storage.acceptEmpty()
  }
  return workspaces
}

async function readWorkspace(keepspace: Keepspace, workspace: string): Promise<FoundWorkspace> {
  const handle = keepspace.open(workspace, {create: {title: workspace}})
  for (let tries = 1; ; tries += 1) {
    try {
      await keepspace.whenReady(workspace)
      break
    } catch (error) {
      if (tries === MAX_OPENINGS) {
        return {workspace, states: {}, refusal: `${error}`}
      }
      handle.retryLoad()
    }
  }
  const states = handle.getComponents().map(({id}) => [id, handle.component(sheet, id).getState() ?? null])
  return {workspace, states: Object.fromEntries(states)}
}

type Edit = (workspace: string, component: string) => void

/** Makes edits, and keeps the newest counter of every component it made one for. */
function createEditor(keepspace: Keepspace, counters: Counters, session: number) {
  let counter = counterBefore(session)
  const next = (workspace: string, component: string) => {
    counter += 1
    return contentOf(workspace, component, counter)
  }
  const noteMade = (workspace: string, component: string, content: Content) => {
    counters.set(workspace, {...counters.get(workspace), [component]: content.counter})
  }
  const edit: Edit = (workspace, component) => {
    const content = next(workspace, component)
    keepspace.workspace(workspace).component(sheet, component).set(content)
    noteMade(workspace, component, content)
  }
  /** Adds the components that a workspace does not have. It may have been evicted since they were looked at. */
  const complete = (workspace: string, present: readonly string[]) => {
    for (const id of componentIds.filter((component) => !present.includes(component))) {
      const state = next(workspace, id)
      keepspace.workspace(workspace).add(sheet, {id, state})
      noteMade(workspace, id, state)
    }
  }
  return {edit, complete}
}

function editBurst(edit: Edit, workspace: string, random: Random): void {
  for (let left = random.between(1, 4); left > 0; left -= 1) {
    edit(workspace, random.pick(componentIds))
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
