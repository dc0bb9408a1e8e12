import {assign} from 'xstate'
import {workspaceActorId} from '../../src/machines/root/root.machine.ts'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import type {SaveOutput} from '../../src/machines/workspace/workspace.setup.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {Source} from '../../src/model/source.ts'
import type {CommitGroup, Selector} from '../../src/model/storage-port.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'
import type {FaultyMethod} from '../../src/testing/storage-faults.ts'
import {note} from '../support/definitions.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {assertHealthy, countingIds, type RealSystem, SCOPE_PREFIX, startSystem, type World} from './start-system.ts'
import {
  COLLECT_WINDOW_MS,
  carriesChanges,
  isFresh,
  isReleasing,
  isResting,
  isTooLong,
  quietIn,
  type WorkspaceSnapshot as Snapshot,
  statusFor,
  type Taken,
  TYPING_MS,
  unsavedOf,
  WHILE_READ_ONLY,
} from './workspace-situations.ts'

/** The components of the workspace: a note that is typed into, and a memo that belongs to the app. */
type Texts = {readonly note: string; readonly memo: string}

type Notebook = {
  typed: number
  /** What a person sees. */
  shown: Texts
  /** What the save under way carries, once it is with storage. */
  carried: Texts | undefined
  /** What this tab knows to be stored. */
  known: Texts
  /** What must be stored, by whichever tab. */
  stored: Texts
  /** The next save has nothing to bring to storage. */
  hasNothingToSave: boolean
  /** How many wait for a save that they asked for. */
  askedSaves: number
  /** Somebody was told that nothing can be saved, although it can. */
  isRefused: boolean
  /** Whether somebody waits for the workspace to leave. */
  isUnloading: boolean
  /** Ends the wait of the callback before an eviction. */
  answerCallback: {resolve(): void; reject(error: Error): void} | undefined
}

type WorkspaceSystem = RealSystem & {readonly notebook: Notebook; readonly memo: ReturnType<typeof createMemo>}

const id = 'w1' as WorkspaceId
const ACTOR_ID = workspaceActorId(id)
const TOO_LONG = 'x'.repeat(500)
const BEFORE: Texts = {note: 'stored', memo: ''}

const machineOfModel = workspaceMachine.provide({
  actions: {
    noteLoaded: assign(({context}) => {
      const taken: Taken = context.error?.code === 'revision.conflict' ? {takenVersion: context.acceptedVersion} : {}
      return {error: undefined, ...taken}
    }),
  },
})

/** One workspace with a note: somebody types, storage and callbacks answer, another tab writes the same note. */
export const workspaceModel = (world: World): ChartModel<typeof workspaceMachine, WorkspaceSystem> => ({
  machine: machineOfModel,
  input: {workspaceId: id, pacing: defaultPacing},
  place: (snapshot) => {
    const {context} = snapshot
    return [
      unsavedOf(snapshot) > 0,
      context.editedDuringSaveMs !== undefined && snapshot.hasTag('saving'),
      context.isUrgent,
      context.wantsRelease,
      context.releaseDelays,
      context.setAsideCount,
      snapshot.matches('loading') && context.error?.code === 'revision.conflict',
      isTooLong(context.acceptedVersion),
      carriesChanges(snapshot),
      snapshot.matches({hot: 'dirty'}) && quietIn(snapshot),
    ]
  },
  start: async ({inspect}) => {
    const records = await recordsOfWorkspaces(world, [id])
    const system = await startSystem(world, {
      inspect,
      waits,
      records,
      locks: createFakeLocks()(),
      maxRecordBytes: 400,
    })
    const memo = createMemo()
    const notebook: Notebook = {
      typed: 0,
      shown: BEFORE,
      carried: undefined,
      known: BEFORE,
      stored: BEFORE,
      hasNothingToSave: false,
      askedSaves: 0,
      isRefused: false,
      isUnloading: false,
      answerCallback: undefined,
    }
    system.keepspace.beforeEviction(
      () =>
        new Promise((resolve, reject) => {
          notebook.answerCallback = {resolve, reject}
        }),
    )
    return {...system, notebook, memo}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: settle,
  events: {
    'open.requested': {
      cases: (snapshot) => (snapshot.matches('cold') || isResting(snapshot) ? [{}] : []),
      perform: (system, _, {before}) => {
        if (before.matches('cold')) {
          system.keepspace.open(id)
          system.keepspace.workspace(id).attach('memo', system.memo.source, {type: 'memo'})
        } else {
          system.actor(ACTOR_ID).send({type: 'open.requested'})
        }
      },
    },
    'edit.recorded': {
      cases: editsIn,
      isImmediate: isReleasing,
      perform: async (system, {version, isUrgent}, {before}) => {
        if (isReleasing(before)) {
          // Where typing ends the wish to leave, it does both.
          atLastMoment(system, before.context.wantsRelease ? jot : undefined)
          return
        }
        if (before.hasTag('saving')) {
          await sendToStorage(system)
        }
        if (before.matches({hot: 'dirty'}) && !isUrgent) {
          await system.time.advanceAsync(TYPING_MS)
        }
        if (before.context.wantsRelease) {
          jot(system)
        } else {
          type(system, {isUrgent, isTooLong: isTooLong(version)})
        }
      },
    },
    'save.requested': {
      cases: (snapshot) => (mayAskForSave(snapshot) ? [{reason: 'explicit', durability: 'strict'}] : []),
      perform: ({keepspace, notebook}, _, {before}) => {
        if (before.hasTag('savable')) {
          notebook.askedSaves += 1
          void keepspace.persist(id, 'explicit').then(({status}) => {
            notebook.askedSaves -= 1
            notebook.isRefused ||= status === 'refused'
          })
          return
        }
        // Nobody may ask for a save here, but a workspace that is not looked at any more does.
        keepspace.activate(id)
        keepspace.hide(id)
      },
    },
    'release.requested': {
      cases: (snapshot) =>
        snapshot.matches('cold') || snapshot.context.wantsRelease
          ? []
          : [{reason: snapshot.matches('readOnly') ? WHILE_READ_ONLY : 'unload'}],
      perform: ({keepspace, notebook}) => {
        notebook.isUnloading = true
        void keepspace.unload(id).then(() => {
          notebook.isUnloading = false
        })
      },
    },
    'release.withdrawn': {
      cases: (snapshot) => {
        const {wantsRelease, releaseReason} = snapshot.context
        const isTooLate =
          snapshot.matches({evicting: 'releasing'}) ||
          (snapshot.matches({leaving: 'releasing'}) && releaseReason === WHILE_READ_ONLY)
        return wantsRelease && !isTooLate ? [{}] : []
      },
      isImmediate: isReleasing,
      perform: (system, _, {before}) => {
        if (isReleasing(before)) {
          atLastMoment(system, type)
        } else {
          system.keepspace.open(id)
        }
      },
    },
    'reload.requested': {
      cases: (snapshot) =>
        snapshot.matches('loadFailed') || snapshot.matches('readOnly') || isResting(snapshot) ? [{}] : [],
      perform: ({keepspace}) => keepspace.workspace(id).retryLoad(),
    },
    'readOnly.requested': {
      cases: (snapshot) =>
        (snapshot.matches('loadFailed') && unsavedOf(snapshot) === 0) || isResting(snapshot) ? [{}] : [],
      perform: (system, _, {before}) => {
        if (before.matches('loadFailed')) {
          system.keepspace.workspace(id).openReadOnly()
        } else {
          system.actor(ACTOR_ID).send({type: 'readOnly.requested'})
        }
      },
    },
    'retry.due': {
      cases: (snapshot) => (snapshot.matches({hot: 'failed'}) || isResting(snapshot) ? [{}] : []),
      perform: (system, _, {before}) => {
        if (before.matches({hot: 'failed'})) {
          system.keepspace.retryStorage()
        } else {
          system.actor(ACTOR_ID).send({type: 'retry.due'})
        }
      },
    },
    'live.switched': {
      cases: (snapshot) =>
        snapshot.matches({hot: 'dirty'}) || snapshot.matches({hot: 'held'}) ? [{isLive: !snapshot.context.isLive}] : [],
      perform: async ({actor, time}, {isLive}) => {
        actor(ACTOR_ID).send({type: 'live.switched', isLive})
        if (!isLive) {
          // However long: nothing saves itself any more.
          await time.advanceAsync(defaultPacing.maxWaitMs)
        }
      },
    },
    'mine.requested': {cases: mayChoose, perform: (system, _, {before}) => choose(system, 'mine', before)},
    'theirs.requested': {
      cases: mayChoose,
      perform: async (system, _, {before}) => {
        await choose(system, 'theirs', before)
        const {notebook} = system
        if (before.matches({hot: 'conflicted'})) {
          notebook.shown = notebook.stored
          notebook.known = notebook.stored
        }
      },
    },
  },
  done: {
    load: ({storage}) => storage.waiting[0]?.succeed(),
    save: {cases: saveOutputs, isImmediate: (snapshot) => !carriesChanges(snapshot), perform: answerSave},
    prepareRelease: ({notebook}) => notebook.answerCallback?.resolve(),
    release: {
      cases: (snapshot) => (unsavedOf(snapshot) > 0 || !snapshot.context.wantsRelease ? [] : [undefined]),
      isImmediate: true,
      perform: () => undefined,
    },
  },
  failed: {
    load: {
      // After the other tab's version was chosen there is nothing left of our own, which the versions do not say.
      cases: ({context}) => (context.error?.code === 'revision.conflict' ? [] : [new KeepspaceError('load.failed')]),
      perform: ({storage}) => storage.waiting[0]?.fail(new KeepspaceError('storage.unavailable')),
    },
    save: {
      cases: (snapshot) =>
        carriesChanges(snapshot)
          ? [new KeepspaceError('storage.unavailable'), new KeepspaceError('revision.conflict')]
          : [],
      perform: async (system, error) => {
        await sendToStorage(system)
        system.notebook.carried = undefined
        if ((error as KeepspaceError).code === 'revision.conflict') {
          await writeInAnotherTab(system)
          system.storage.waiting[0]?.succeed()
        } else {
          system.storage.waiting[0]?.fail(error as KeepspaceError)
        }
      },
    },
    prepareRelease: {
      cases: () => [new KeepspaceError('usage')],
      perform: ({notebook}) => notebook.answerCallback?.reject(new Error('not now')),
    },
    release: {
      cases: (snapshot) => (unsavedOf(snapshot) > 0 ? [new KeepspaceError('usage')] : []),
      isImmediate: true,
      perform: () => undefined,
    },
  },
  after: {
    slowLoad: {
      cases: (snapshot) => (unsavedOf(snapshot) > 0 ? [] : [undefined]),
      remainingMs: () => defaultPacing.slowLoadMs,
    },
    quiet: {remainingMs: quietIn},
    maxWait: {
      cases: (snapshot) => (isFresh(snapshot) && carriesChanges(snapshot) ? [undefined] : []),
      perform: async (system) => {
        // Somebody who never pauses long enough.
        for (let waitedMs = 0; waitedMs < defaultPacing.maxWaitMs - TYPING_MS; waitedMs += TYPING_MS) {
          await system.time.advanceAsync(TYPING_MS)
          type(system)
          await system.settle()
        }
        await system.time.advanceAsync(TYPING_MS - 1)
        assertSame('save before the longest wait is over', system.keepspace.getStatus(id).save, 'unsaved')
        await system.time.advanceAsync(1)
      },
    },
  },
  states: {
    '': async (system, snapshot) => {
      assertHealthy(system)
      const {keepspace, notebook} = system
      const {phase, isSlow, save, error} = keepspace.getStatus(id)
      const code = error?.code
      assertSame('status', {phase, isSlow, save, code}, statusFor(snapshot))
      const isInMemory =
        !snapshot.matches('cold') &&
        !snapshot.matches('flushed') &&
        // What could not be read takes no room, unless somebody has typed already.
        (!snapshot.matches('loadFailed') || unsavedOf(snapshot) > 0)
      assertSame('workspaces in memory', keepspace.getSnapshot().hot, isInMemory ? [id] : [])
      if (snapshot.matches('hot') || snapshot.matches('evicting')) {
        const shown = keepspace.workspace(id).component(note, 'n1').getState()?.text
        assertSame('what is shown', {note: shown, memo: system.memo.text}, notebook.shown)
      }
      assertSame('what is stored', await storedTexts(system), notebook.stored)
      const waitsToLeave = snapshot.context.wantsRelease && !snapshot.matches('flushed')
      assertSame('a save was refused', notebook.isRefused, false)
      if (snapshot.matches('hot') && !snapshot.hasTag('saving')) {
        assertSame('unanswered saves', notebook.askedSaves, 0)
      }
      assertSame('somebody waits for it to leave', notebook.isUnloading, waitsToLeave)
    },
  },
})

function waits(method: FaultyMethod, args: readonly unknown[]): boolean {
  const ours = `${SCOPE_PREFIX}head/${id}`
  if (method === 'commit') {
    const groups = args[0] as readonly CommitGroup[]
    return groups.some(({expect, puts}) => expect.key === ours && puts.some(({key}) => key.includes('/c/')))
  }
  // Only a load looks for last words.
  return (
    method === 'read' &&
    (args[0] as readonly Selector[]).some((one) => 'prefix' in one && one.prefix.includes('leave/'))
  )
}

/** A save with nothing to do waits for the others of its transaction all the same. */
async function settle(system: WorkspaceSystem): Promise<void> {
  await system.settle()
  if (system.notebook.hasNothingToSave && system.keepspace.getStatus(id).save === 'saving') {
    system.notebook.hasNothingToSave = false
    await system.time.advanceAsync(COLLECT_WINDOW_MS)
    await system.settle()
  }
}

/** Lets something happen between the decision to give memory back and the moment it is. */
function atLastMoment(system: WorkspaceSystem, happen: ((system: WorkspaceSystem) => void) | undefined): void {
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

function editsIn(snapshot: Snapshot): readonly {version: number; atMs: number; isUrgent: boolean}[] {
  const {acceptedVersion, clockMs, isUrgent, wantsRelease, setAsideCount, editedDuringSaveMs} = snapshot.context
  const isDirty = snapshot.matches({hot: 'dirty'})
  const isInMemory = snapshot.matches('hot') || snapshot.matches('evicting')
  if (isReleasing(snapshot)) {
    const isPossible = unsavedOf(snapshot) === 0 && (isInMemory ? wantsRelease : !wantsRelease)
    return isPossible ? [{version: acceptedVersion + 1, atMs: clockMs, isUrgent: false}] : []
  }
  const isPossible = snapshot.hasTag('saving')
    ? carriesChanges(snapshot) && editedDuringSaveMs === undefined
    : !snapshot.matches('cold') && !snapshot.matches('readOnly') && (!isDirty || isFresh(snapshot))
  const isTaking = snapshot.matches('loading') && snapshot.context.error?.code === 'revision.conflict'
  const isTaken = isDirty && !carriesChanges(snapshot) && !isTooLong(acceptedVersion)
  if (!isPossible || isTaking || isTaken || setAsideCount > 0 || unsavedOf(snapshot) > 2) {
    return []
  }
  const version = Math.floor(acceptedVersion) + 1
  const edit = {version, atMs: clockMs + (isDirty ? TYPING_MS : 0), isUrgent: false}
  if (wantsRelease) {
    // Typing would bring the workspace back. The app may change its own part all the same.
    return isInMemory && !isTooLong(acceptedVersion) ? [edit] : []
  }
  return [
    edit,
    ...(isUrgent || !snapshot.hasTag('savable') ? [] : [{...edit, atMs: clockMs, isUrgent: true}]),
    ...(isResting(snapshot) ? [{...edit, version: version + 0.5}] : []),
  ]
}

function mayAskForSave(snapshot: Snapshot): boolean {
  const {isUrgent, wantsRelease} = snapshot.context
  if (snapshot.matches('cold') || snapshot.matches('readOnly') || snapshot.matches({evicting: 'awaitingReadiness'})) {
    return false
  }
  return snapshot.hasTag('savable') ? !isUrgent : unsavedOf(snapshot) > 0 && !wantsRelease
}

function mayChoose(snapshot: Snapshot): readonly object[] {
  return snapshot.matches({hot: 'conflicted'}) || isResting(snapshot) ? [{}] : []
}

async function choose(system: WorkspaceSystem, choice: 'mine' | 'theirs', before: Snapshot): Promise<void> {
  if (before.matches({hot: 'conflicted'})) {
    await system.keepspace.workspace(id).resolveConflict(choice)
  } else {
    system.actor(ACTOR_ID).send({type: `${choice}.requested`})
  }
}

/** A save carries everything until it is with storage. */
function saveOutputs(snapshot: Snapshot): readonly SaveOutput[] {
  const {acceptedVersion, editedDuringSaveMs, clockMs, setAsideCount} = snapshot.context
  const version = editedDuringSaveMs === undefined ? acceptedVersion : acceptedVersion - 1
  const isStillSetAside = unsavedOf(snapshot) === 0 && setAsideCount > 0
  const count = isTooLong(acceptedVersion) || isStillSetAside ? 1 : 0
  return [{version, atMs: clockMs, durationMs: 0, setAsideCount: count}]
}

async function answerSave(system: WorkspaceSystem, _: unknown, {before}: {readonly before: Snapshot}): Promise<void> {
  if (!carriesChanges(before)) {
    system.notebook.hasNothingToSave = true
    return
  }
  const {notebook, storage} = system
  await sendToStorage(system)
  notebook.stored = notebook.carried ?? notebook.stored
  notebook.known = notebook.stored
  notebook.carried = undefined
  storage.waiting[0]?.succeed()
}

/** The save under way takes what is there now and goes to storage. */
async function sendToStorage(system: WorkspaceSystem): Promise<void> {
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
function type(system: WorkspaceSystem, {isUrgent = false, isTooLong: isLong = false} = {}): void {
  const {keepspace, notebook} = system
  notebook.typed += 1
  notebook.shown = {...notebook.shown, note: isLong ? TOO_LONG : `typed ${notebook.typed}`}
  keepspace.workspace(id).component(note, 'n1').set({text: notebook.shown.note}, {immediate: isUrgent})
}

/** The app changes its memo. */
function jot({notebook, memo}: WorkspaceSystem): void {
  notebook.typed += 1
  notebook.shown = {...notebook.shown, memo: `jotted ${notebook.typed}`}
  memo.write(notebook.shown.memo)
}

/** A text that is owned outside. */
function createMemo() {
  let text = ''
  let dirty: () => void = () => undefined
  const source: Source = {
    subscribe: (markDirty) => {
      dirty = () => markDirty(['text'])
      return () => {
        dirty = () => undefined
      }
    },
    capture: () => ({text}),
    hydrate: (records) => {
      text = String(records.text ?? '')
    },
    release: () => undefined,
  }
  return {
    source,
    get text() {
      return text
    },
    write: (next: string) => {
      text = next
      dirty()
    },
  }
}

/** Another tab changes what is unsaved here. */
async function writeInAnotherTab({world, target, time, notebook}: WorkspaceSystem): Promise<void> {
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
  notebook.typed += 1
  const text = `theirs ${notebook.typed}`
  if (notebook.shown.note !== notebook.known.note) {
    notebook.stored = {...notebook.stored, note: text}
    other.workspace(id).component(note, 'n1').set({text})
  }
  if (notebook.shown.memo !== notebook.known.memo) {
    notebook.stored = {...notebook.stored, memo: text}
    memo.write(text)
  }
  const outcome = await other.persist(id, 'explicit')
  assertSame('the other tab', outcome.status, 'saved')
}

async function storedTexts({stored}: RealSystem): Promise<Texts> {
  const records = await stored.readPrefix(`${SCOPE_PREFIX}c/${id}/`)
  const jsonOf = (key: string) => {
    const found = records.find((record) => record.key.endsWith(key))?.value as {readonly json: string} | undefined
    return found && JSON.parse(found.json)
  }
  return {note: jsonOf('/n1/state')?.text ?? '', memo: jsonOf('/memo/text') ?? ''}
}
