import {assign} from 'xstate'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {CommitGroup, Selector} from '../../src/model/storage-port.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'
import type {FaultyMethod} from '../../src/testing/storage-faults.ts'
import {note} from '../support/definitions.ts'
import {createMemo} from './memo.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {assertHealthy, SCOPE_PREFIX, startSystem, type World} from './start-system.ts'
import {
  ACTOR_ID,
  answerSave,
  atLastMoment,
  choose,
  id,
  jot,
  type Notebook,
  sendToStorage,
  settle,
  storedTexts,
  type,
  type WorkspaceSystem,
  writeInAnotherTab,
} from './workspace-acts.ts'
import {newNotebook, noteTheirs} from './workspace-notebook.ts'
import {
  carriesChanges,
  editsIn,
  isFresh,
  isReleasing,
  isResting,
  isTooLong,
  mayAskForSave,
  mayChoose,
  quietIn,
  saveOutputs,
  statusFor,
  type Taken,
  TYPING_MS,
  unsavedOf,
  WHILE_READ_ONLY,
} from './workspace-situations.ts'

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
      ...newNotebook(),
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
        if (before.matches({hot: 'conflicted'})) {
          noteTheirs(system.notebook)
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
