import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceHandle} from '../../src/model/handles.ts'
import type {SaveOutcome} from '../../src/model/save.ts'
import type {Step} from './history.ts'
import {INVALID} from './sim-components.ts'
import type {SimTab} from './sim-tab.ts'
import {allWorkspaces, MAX_RECORD_BYTES, storedWorkspaces, type World} from './world.ts'

/** What a step of one kind does. What it starts goes on while time passes. */
export type Action = (world: World, tab: SimTab, step: Step) => void

export const HOUR_MS = 3_600_000

/** What a page says instead of doing what cannot be done: it is shutting down, or there is nothing to work on. */
const refusals: ReadonlySet<string> = new Set(['closing', 'disposed', 'component.missing'])

/** Does something that a page may refuse. */
export function act(action: () => void, world: World): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof KeepspaceError && refusals.has(error.code))) {
      throw error
    }
    world.reached(`step refused: ${error.code}`)
  }
}

/** What somebody asked for has an answer later, good or bad; not having one for ever is a fault. */
export function expectAnswer<Value>(
  world: World,
  tab: SimTab,
  what: string,
  promise: Promise<Value>,
  onAnswer: (value: Value) => void = () => undefined,
): void {
  const done: Promise<unknown> = promise
    .then(
      (value) => onAnswer(value),
      () => world.reached(`${what} rejected`),
    )
    .finally(() => world.pending.delete(done))
  world.pending.set(done, {tab, what})
}

/** Makes a workspace and goes there. */
export function make(tab: SimTab, workspace: string, title: string, entryId: string): void {
  const create = () => tab.keepspace.open(workspace, {create: {title, entryId}})
  tab.accept(workspace, create, [{register: 'title', value: title}], 'catalogue')
}

/** Types something new into a note. */
export function write(world: World, tab: SimTab, workspace: string, step: Step): void {
  const component = `n${step.b % 3}`
  const {text, isStorable} = textOf(world.nextValue(), step.c)
  const set = {register: `${component}.state`, value: text, isStorable}
  tab.accept(workspace, (handle) => handle.component(tab.components.note, component).set({text}), [set])
}

/** Goes to a workspace. */
export function look(world: World, tab: SimTab, step: Step): void {
  const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
  world.note({type: 'wanted', tab: tab.name, workspace})
  tab.keepspace.activate(workspace)
}

/** The page runs again and is looked at. */
export function thaw(tab: SimTab, isAnnounced = true): void {
  tab.client.thaw()
  if (isAnnounced) {
    tab.page('resumed')
  }
  tab.page('visible')
}

/** A person chooses. */
export function resolveConflict(world: World, tab: SimTab, handle: WorkspaceHandle, choice: 'mine' | 'theirs'): void {
  world.reached(`resolve ${choice}`)
  expectAnswer(world, tab, 'resolve', Promise.resolve(handle.resolveConflict(choice)))
}

/** Somebody was told that something is saved. */
export function acknowledge(world: World, tab: SimTab, outcome: SaveOutcome, before: number): void {
  world.reached(`outcome ${outcome.status}`)
  if ((outcome.status === 'saved' || outcome.status === 'unchanged') && tab.isPersistent) {
    world.note({
      type: 'acknowledged',
      tab: tab.name,
      workspace: outcome.target,
      before,
      claim: outcome.durability === 'strict' ? 'flushed' : 'onDevice',
      excluded: new Set(outcome.problems.map(({componentId}) => componentId)),
    })
  }
}

/** Mostly what a person sees, else anything. */
export function workspaceOf(tab: SimTab, step: Step): string {
  const visible = visibleOf(tab)
  const seen = step.a < 6 ? visible[step.a % visible.length] : undefined
  return seen?.id ?? allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
}

/** What a person sees. */
export function visibleOf(tab: SimTab): readonly WorkspaceHandle[] {
  return tab.hot().filter((handle) => handle.getStatus().isVisible)
}

/** UTF-8 bytes of a note around its text. */
const NOTE_FRAME_BYTES = '{"text":""}'.length

/** A text that is known again, of a size around the limit. */
function textOf(value: number, size: number): {readonly text: string; readonly isStorable: boolean} {
  const text = `v${value}.`
  const room = MAX_RECORD_BYTES - NOTE_FRAME_BYTES - text.length
  switch (size) {
    case 5:
      return {text: text + 'x'.repeat(room), isStorable: true}
    case 6:
      return {text: text + 'é'.repeat(room), isStorable: false}
    case 7:
      return {text: INVALID + text, isStorable: false}
    default:
      return {text, isStorable: true}
  }
}

/** Goes to an entry. What is left of the one before is let go. */
export function goToEntry(
  world: World,
  tab: SimTab,
  {entry, stopsWork}: {readonly entry: string; readonly stopsWork: boolean},
): void {
  const since = world.checker.sequence
  expectAnswer(world, tab, 'switch', tab.keepspace.activateEntry(entry, {stopsWork}), (result) => {
    world.reached(`switch ${result.status}`)
    if (result.status === 'switched') {
      const inMemory = new Set(tab.hot().map(({id}) => id))
      const gone = result.released.filter((id) => !inMemory.has(id))
      world.note({type: 'left', tab: tab.name, workspaces: gone, since})
    }
  })
}
