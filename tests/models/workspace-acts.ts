import {workspaceActorId} from '../../src/machines/root/root.machine.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {note} from '../support/definitions.ts'
import {createMemo} from './memo.ts'
import {assertSame} from './same.ts'
import {countingIds, type RealSystem, SCOPE_PREFIX} from './start-system.ts'
import {changedElsewhere, noteSaved, type Texts, type TextsNotebook} from './workspace-notebook.ts'
import {COLLECT_WINDOW_MS, carriesChanges, type WorkspaceSnapshot as Snapshot} from './workspace-situations.ts'

// What the model of the workspace does to the running product.

export type Notebook = TextsNotebook & {
  /** How many wait for a save that they asked for. */
  askedSaves: number
  /** Somebody was told that nothing can be saved, although it can. */
  isRefused: boolean
  /** Whether somebody waits for the workspace to leave. */
  isUnloading: boolean
  /** Ends the wait of the callback before an eviction. */
  answerCallback: {resolve(): void; reject(error: Error): void} | undefined
}

export type WorkspaceSystem = RealSystem & {readonly notebook: Notebook; readonly memo: ReturnType<typeof createMemo>}

export const id = 'w1' as WorkspaceId
export const ACTOR_ID = workspaceActorId(id)
const TOO_LONG = 'x'.repeat(500)

/** A save with nothing to do waits for the others of its transaction all the same. */
export async function settle(system: WorkspaceSystem): Promise<void> {
  await system.settle()
  if (system.notebook.hasNothingToSave && system.keepspace.getStatus(id).save === 'saving') {
    system.notebook.hasNothingToSave = false
    await system.time.advanceAsync(COLLECT_WINDOW_MS)
    await system.settle()
  }
}

/** Lets something happen between the decision to give memory back and the moment it is. */
export function atLastMoment(system: WorkspaceSystem, happen: ((system: WorkspaceSystem) => void) | undefined): void {
  if (happen === undefined) {
    return
  }
  system.watch.onInspect = (event) => {
    const isLast =
      event.type === '@xstate.microstep' &&
      event._transitions.some(({target}) => target?.some(({id: state}) => state.endsWith('.releasing')))
    if (isLast) {
      system.watch.onInspect = () => undefined
      happen(system)
    }
  }
}

export async function choose(system: WorkspaceSystem, choice: 'mine' | 'theirs', before: Snapshot): Promise<void> {
  if (before.matches({hot: 'conflicted'})) {
    await system.keepspace.workspace(id).resolveConflict(choice)
  } else {
    system.actor(ACTOR_ID).send({type: `${choice}.requested`})
  }
}

export async function answerSave(
  system: WorkspaceSystem,
  _: unknown,
  {before}: {readonly before: Snapshot},
): Promise<void> {
  if (!carriesChanges(before)) {
    system.notebook.hasNothingToSave = true
    return
  }
  const {notebook, storage} = system
  await sendToStorage(system)
  noteSaved(notebook)
  storage.waiting[0]?.succeed()
}

/** The save under way takes what is there now and goes to storage. */
export async function sendToStorage(system: WorkspaceSystem): Promise<void> {
  const {notebook, keepspace, storage, time} = system
  if (notebook.carried !== undefined) {
    return
  }
  notebook.carried = notebook.shown
  if (storage.waiting.length === 0 && keepspace.getSnapshot().storage.phase === 'backingOff') {
    keepspace.retryStorage()
  }
  if (storage.waiting.length === 0) {
    await time.advanceAsync(COLLECT_WINDOW_MS)
  }
  await system.settle()
}

/** Somebody types into the note. */
export function type(system: WorkspaceSystem, {isUrgent = false, isTooLong: isLong = false} = {}): void {
  const {keepspace, notebook} = system
  notebook.typed += 1
  notebook.shown = {...notebook.shown, note: isLong ? TOO_LONG : `typed ${notebook.typed}`}
  keepspace.workspace(id).component(note, 'n1').set({text: notebook.shown.note}, {immediate: isUrgent})
}

/** The app changes its memo. */
export function jot({notebook, memo}: WorkspaceSystem): void {
  notebook.typed += 1
  notebook.shown = {...notebook.shown, memo: `jotted ${notebook.typed}`}
  memo.write(notebook.shown.memo)
}

/** Another tab changes what is unsaved here. */
export async function writeInAnotherTab({world, target, time, notebook}: WorkspaceSystem): Promise<void> {
  const other = world.createKeepspace({
    namespace: 'models',
    components: [note],
    storage: target,
    time,
    ids: countingIds(`other-${notebook.typed}`),
  })
  await other.whenReady(id)
  const memo = createMemo()
  other.workspace(id).attach('memo', memo.source, {type: 'memo'})
  const theirs = changedElsewhere(notebook)
  if (theirs.note !== undefined) {
    other.workspace(id).component(note, 'n1').set({text: theirs.note})
  }
  if (theirs.memo !== undefined) {
    memo.write(theirs.memo)
  }
  const outcome = await other.persist(id, 'explicit')
  assertSame('the other tab', outcome.status, 'saved')
}

export async function storedTexts({stored}: RealSystem): Promise<Texts> {
  const records = await stored.readPrefix(`${SCOPE_PREFIX}c/${id}/`)
  const jsonOf = (key: string) => {
    const found = records.find((record) => record.key.endsWith(key))?.value as {readonly json: string} | undefined
    return found && JSON.parse(found.json)
  }
  return {note: jsonOf('/n1/state')?.text ?? '', memo: jsonOf('/memo/text') ?? ''}
}
