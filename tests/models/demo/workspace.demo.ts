import {workspaceActorId} from '../../../src/machines/root/root.machine.ts'
import {defaultPacing} from '../../../src/machines/workspace/pacing.policy.ts'
import type {workspaceMachine} from '../../../src/machines/workspace/workspace.machine.ts'
import type {KeepspaceError} from '../../../src/model/errors.ts'
import type {WorkspaceId} from '../../../src/model/ids.ts'
import type {ChartModel} from '../../../src/testing/chart-model.ts'
import {assertSame} from '../same.ts'
import {workspaceModel} from '../workspace.model.ts'
import {
  changedElsewhere,
  newNotebook,
  noteSaved,
  noteTheirs,
  type Texts,
  type TextsNotebook,
} from '../workspace-notebook.ts'
import {
  COLLECT_WINDOW_MS,
  carriesChanges,
  isReleasing,
  isTooLong,
  type WorkspaceSnapshot as Snapshot,
  statusFor,
  TYPING_MS,
  unsavedOf,
} from '../workspace-situations.ts'
import {byHand} from './by-hand.ts'
import {type DemoPage, openDrivenPage, openPage, type View} from './demo-page.ts'
import type {DrivenDemo} from './driven-demo.ts'
import {planningWorld} from './planning-world.ts'
import {preparedRecords} from './prepared.ts'
import {soon} from './soon.ts'
import {storedText} from './stored-text.ts'
import {assertScreen} from './workspace-screen.ts'

type Notebook = TextsNotebook & {
  /** What changes in the middle of the step that is made. */
  atLast: Partial<Texts>
}

type System = DemoPage & {readonly notebook: Notebook; readonly stickyId: string}
type Step = {readonly before: Snapshot}

const ID = 'w1'
const ACTOR_ID = workspaceActorId(ID as WorkspaceId)

/** Somebody opens a workspace in the demo and types into its note; storage answers; somebody else types into it too. */
export const workspaceByHand = (demo: DrivenDemo): ChartModel<typeof workspaceMachine, System> =>
  byHand(workspaceModel(planningWorld), {
    start: async ({inspect}) => {
      const records = await preparedRecords(demo, [ID])
      const {machine} = workspaceModel(planningWorld)
      const page = await openDrivenPage({
        demo,
        chart: machine.id,
        machine,
        inspect,
        records,
        ids: [ID],
        hash: '#/trash',
      })
      await page.drive('holdEvictions')
      const stickyId = records.map(({key}) => /\/c\/w1\/([^/]+)\/state$/.exec(key)?.[1]).find(Boolean) ?? ''
      const notebook: Notebook = {...newNotebook(), atLast: {}}
      return {...page, notebook, stickyId}
    },
    stop: (system) => system.stop(),
    time: ({drive}) => ({advanceAsync: (ms) => drive('advance', ms)}),
    settle,
    events: {
      'open.requested': async (system: System, _: unknown, {before}: Step) => {
        if (before.matches('cold')) {
          await goToProject(system)
          await system.drive('attachMemo', ID)
        } else {
          await system.drive('send', ACTOR_ID, {type: 'open.requested'})
        }
      },
      'edit.recorded': edit,
      'save.requested': async (system: System, _: unknown, {before}: Step) => {
        if (before.hasTag('savable')) {
          await system.page.keyboard.press('Control+s')
          return
        }
        // Nobody can ask for a save here, but a workspace that is not looked at any more does.
        await system.page.getByRole('button', {name: 'Trash'}).click()
        await system.page.getByRole('heading', {name: 'Trash'}).first().waitFor()
        await goToProject(system)
      },
      'release.requested': (system: System) => system.drive('unload', ID),
      'release.withdrawn': async (system: System, _: unknown, {before}: Step) => {
        if (isReleasing(before)) {
          const {note: text} = atLast(system, 'note')
          const act = {kind: 'set', workspaceId: ID, componentId: system.stickyId, patch: {text}} as const
          await system.atState('.releasing', act)
        } else {
          await system.page.evaluate((id) => void window.keepspace.open(id), ID)
        }
      },
      'reload.requested': async ({page}: System, _: unknown, {before}: Step) => {
        if (before.matches('loadFailed')) {
          await page.getByRole('button', {name: 'Try again'}).click()
        } else {
          await page.evaluate((id) => window.keepspace.workspace(id).retryLoad(), ID)
        }
      },
      'readOnly.requested': async ({page, drive}: System, _: unknown, {before}: Step) => {
        if (before.matches('loadFailed')) {
          await page.getByRole('button', {name: 'Open read-only'}).click()
        } else {
          await drive('send', ACTOR_ID, {type: 'readOnly.requested'})
        }
      },
      'retry.due': async ({page, drive}: System, _: unknown, {before}: Step) => {
        if (before.matches({hot: 'failed'})) {
          await page.getByRole('button', {name: 'Try again'}).click()
        } else {
          await drive('send', ACTOR_ID, {type: 'retry.due'})
        }
      },
      'live.switched': ({drive}: System, event: {readonly isLive: boolean}) =>
        drive('send', ACTOR_ID, {type: 'live.switched', ...event} as {type: string}),
      'mine.requested': (system: System, _: unknown, {before}: Step) => choose(system, 'mine', before),
      'theirs.requested': async (system: System, _: unknown, {before}: Step) => {
        await choose(system, 'theirs', before)
        if (before.matches({hot: 'conflicted'})) {
          noteTheirs(system.notebook)
        }
      },
    },
    done: {
      load: ({drive}: System) => answer(drive),
      save: async (system: System, _: unknown, {before}: Step) => {
        const {notebook, drive} = system
        if (!carriesChanges(before)) {
          notebook.hasNothingToSave = true
          return
        }
        await sendToStorage(system)
        noteSaved(notebook)
        await answer(drive)
      },
      prepareRelease: ({drive}: System) => drive('answerEviction', true),
      release: () => undefined,
    },
    failed: {
      load: ({drive}: System) => answer(drive, 'storage.unavailable'),
      save: async (system: System, error: KeepspaceError) => {
        await sendToStorage(system)
        system.notebook.carried = undefined
        if (error.code === 'revision.conflict') {
          await writeInAnotherTab(system)
          await answer(system.drive)
        } else {
          await answer(system.drive, error.code)
        }
      },
      prepareRelease: ({drive}: System) => drive('answerEviction', false),
      release: () => undefined,
    },
    after: {
      maxWait: async (system: System) => {
        // Somebody who never pauses long enough.
        for (let waitedMs = 0; waitedMs < defaultPacing.maxWaitMs - TYPING_MS; waitedMs += TYPING_MS) {
          await system.drive('advance', TYPING_MS)
          await type(system, {isCanvasShown: true})
          await system.settle()
        }
        await system.drive('advance', TYPING_MS - 1)
        const [status] = (await system.look()).statuses
        assertSame('save before the longest wait is over', status?.save, 'unsaved')
        await system.drive('advance', 1)
      },
    },
    states: {
      '': (system, snapshot) =>
        soon(system, (view) => {
          assertSame('what went wrong', view.faults, [])
          assertSame('status', view.statuses[0], statusFor(snapshot))
          assertStored(system, view)
          assertMemory(snapshot, view)
          assertScreen(snapshot, view.seen, system.notebook.shown.note)
          if (snapshot.matches('hot') || snapshot.matches('evicting')) {
            assertSame('what the app holds', view.memo, system.notebook.shown.memo)
          }
          const waitsToLeave = snapshot.context.wantsRelease && !snapshot.matches('flushed')
          assertSame('how many wait for it to leave', view.unloading, waitsToLeave ? 1 : 0)
        }),
    },
  })

/** A save with nothing to do waits for the others of its transaction all the same. */
async function settle(system: System): Promise<void> {
  const {notebook} = system
  notebook.shown = {...notebook.shown, ...notebook.atLast}
  notebook.atLast = {}
  await system.settle()
  if (notebook.hasNothingToSave && (await system.look()).statuses[0]?.save === 'saving') {
    notebook.hasNothingToSave = false
    await system.drive('advance', COLLECT_WINDOW_MS)
    await system.settle()
  }
}

async function goToProject({page}: DemoPage): Promise<void> {
  await page.locator('.entry-button').filter({hasText: 'Project'}).click()
  await page.locator('.tab[data-selected]').waitFor()
}

async function edit(
  system: System,
  {version, isUrgent}: {readonly version: number; readonly isUrgent: boolean},
  {before}: Step,
): Promise<void> {
  if (isReleasing(before)) {
    // Where typing ends the wish to leave, it does both.
    if (before.context.wantsRelease) {
      await system.atState('.releasing', {kind: 'jot', text: atLast(system, 'memo').memo ?? ''})
    }
    return
  }
  if (before.hasTag('saving')) {
    await sendToStorage(system)
  }
  if (before.matches({hot: 'dirty'}) && !isUrgent) {
    await system.drive('advance', TYPING_MS)
  }
  if (before.context.wantsRelease) {
    await system.drive('jot', jotNext(system))
    return
  }
  const isCanvasShown = before.matches('hot') || before.matches('evicting')
  await type(system, {isUrgent, isTooLong: isTooLong(version), isCanvasShown})
}

/** With the keyboard where there is a note to type into, and nothing more than usual is asked for. */
async function type(
  system: System,
  {
    isUrgent = false,
    isTooLong: isLong = false,
    isCanvasShown,
  }: {isUrgent?: boolean; isTooLong?: boolean; isCanvasShown: boolean},
): Promise<void> {
  const text = noteNext(system, isLong ? 'x'.repeat(3_000) : undefined)
  if (isUrgent || !isCanvasShown) {
    await system.drive('set', ID, system.stickyId, {text}, isUrgent)
  } else {
    await system.page.locator('.sticky-text').fill(text)
  }
}

function noteNext({notebook}: System, text?: string): string {
  notebook.typed += 1
  notebook.shown = {...notebook.shown, note: text ?? `typed ${notebook.typed}`}
  return notebook.shown.note
}

/** It counts as soon as the step is made. */
function atLast({notebook}: System, part: keyof Texts): Partial<Texts> {
  notebook.typed += 1
  notebook.atLast = {[part]: `at last ${notebook.typed}`}
  return notebook.atLast
}

function jotNext({notebook}: System): string {
  notebook.typed += 1
  notebook.shown = {...notebook.shown, memo: `jotted ${notebook.typed}`}
  return notebook.shown.memo
}

async function choose({page, drive}: System, choice: 'mine' | 'theirs', before: Snapshot): Promise<void> {
  if (before.matches({hot: 'conflicted'})) {
    await page.getByRole('button', {name: choice === 'mine' ? 'Keep mine' : 'Take theirs'}).click()
  } else {
    await drive('send', ACTOR_ID, {type: `${choice}.requested`})
  }
}

async function answer(drive: DemoPage['drive'], code?: string): Promise<void> {
  await (code === undefined ? drive('answer') : drive('answer', code))
}

/** The save under way takes what is there now and goes to storage. */
async function sendToStorage(system: System): Promise<void> {
  const {notebook, page, drive} = system
  if (notebook.carried !== undefined) {
    return
  }
  notebook.carried = notebook.shown
  const {waiting, storage} = await system.look()
  if (waiting.length === 0 && storage.phase === 'backingOff') {
    await page.evaluate(() => window.keepspace.retryStorage())
    await system.settle()
  }
  if ((await system.look()).waiting.length === 0) {
    await drive('advance', COLLECT_WINDOW_MS)
  }
  await system.settle()
}

/** Somebody else changes what is unsaved here. */
async function writeInAnotherTab(system: System): Promise<void> {
  const {context, demo, order, notebook} = system
  const other = await openPage(context, demo, {...order, chart: '', records: [], isFree: true}, {hash: `#/w/${ID}`})
  await other.locator('.sticky-text').waitFor()
  await other.evaluate((id) => window.driver?.attachMemo(id), ID)
  const theirs = changedElsewhere(notebook)
  if (theirs.note !== undefined) {
    await other.locator('.sticky-text').fill(theirs.note)
  }
  if (theirs.memo !== undefined) {
    await other.evaluate((text) => window.driver?.jot(text), theirs.memo)
  }
  await other.keyboard.press('Control+s')
  await other.locator('.save-indicator[data-phase="saved"]').waitFor()
  await other.close()
}

function assertStored({notebook}: System, {stored}: View): void {
  const texts = {note: storedText(stored, `/c/${ID}/`, '/state'), memo: storedText(stored, `/c/${ID}/memo/`, '/text')}
  assertSame('what is stored', texts, notebook.stored)
}

function assertMemory(snapshot: Snapshot, {hot, seen}: View): void {
  const isInMemory =
    !snapshot.matches('cold') &&
    !snapshot.matches('flushed') &&
    // What could not be read takes no room, unless somebody has typed already.
    (!snapshot.matches('loadFailed') || unsavedOf(snapshot) > 0)
  assertSame('workspaces in memory', hot, isInMemory ? [ID] : [])
  assertSame('the count of those in memory', seen.memory, isInMemory ? '1/4' : '0/4')
}
