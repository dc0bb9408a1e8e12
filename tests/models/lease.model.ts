import {assign, type SnapshotFrom} from 'xstate'
import {leaseMachine} from '../../src/machines/lease/lease.machine.ts'
import {defaultLease} from '../../src/machines/lease/lease.policy.ts'
import type {LockNews} from '../../src/machines/lease/lease.setup.ts'
import {leaseActorId} from '../../src/machines/root/root.machine.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {LeaseWord, TabBus} from '../../src/model/tab-bus.ts'
import type {LockMode} from '../../src/model/tab-locks.ts'
import type {ChartModel, Perform} from '../../src/testing/chart-model.ts'
import {createFakeBuses, createFakePage, type FakePage} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {createAnsweredLocks} from './answered-locks.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {assertHealthy, type RealSystem, startSystem, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof leaseMachine>

type Notebook = {
  typed: number
  /** Storage does not answer while it hands over. */
  holdsCommits: boolean
  /** Whether the lock was really granted. */
  isGranted: boolean
  /** What the other tab heard. */
  readonly heard: LeaseWord[]
}

type LeaseSystem = RealSystem & {
  readonly page: FakePage
  readonly other: TabBus
  readonly locks: ReturnType<typeof createAnsweredLocks>
  readonly notebook: Notebook
}

const id = 'w1' as WorkspaceId
const ACTOR_ID = leaseActorId(id)
/** Edits come this far apart: a lease does not hear of each keystroke. */
const TYPING_MS = 1_000

/** What the chart has said so far, which it does not remember itself. */
type Said = {readonly words?: readonly LeaseWord[]; readonly modes?: readonly LockMode[]}

type Context = Snapshot['context']

const saidIn = (context: Context) => context as Said
const alsoSaid = (said: Said) => said as Partial<Context>
const withWord = (context: Context, word: LeaseWord) => alsoSaid({words: [...(saidIn(context).words ?? []), word]})
const withMode = (context: Context, mode: LockMode) => alsoSaid({modes: [...(saidIn(context).modes ?? []), mode]})

const machineOfModel = leaseMachine.provide({
  actions: {
    announceWanted: assign(({context}) => withWord(context, 'wanted')),
    announceTaken: assign(({context}) => withWord(context, 'taken')),
    announceGiven: assign(({context}) => withWord(context, 'given')),
    announceDoubt: assign(({context}) => withWord(context, 'asked')),
    requestLock: assign(({context}, {mode}: {mode: LockMode}) => withMode(context, mode)),
  },
})

/** One workspace in two tabs: the other one speaks, the lock between them is answered by hand. */
export const leaseModel = (world: World): ChartModel<typeof leaseMachine, LeaseSystem> => ({
  machine: machineOfModel,
  input: {workspaceId: id, policy: defaultLease},
  place: () => [],
  start: async ({inspect}) => {
    const notebook: Notebook = {typed: 0, holdsCommits: false, isGranted: false, heard: []}
    const newBus = createFakeBuses()
    const [bus, other] = [newBus(), newBus()]
    const page = createFakePage()
    const locks = createAnsweredLocks()
    const system = await startSystem(world, {
      inspect,
      records: await recordsOfWorkspaces(world, [id]),
      waits: (method) => notebook.holdsCommits && method === 'commit',
      bus,
      locks: locks.tab,
      lifecycle: page.lifecycle,
    })
    system.keepspace.activate(id)
    await system.settle()
    other.subscribe((message) => {
      if (message.type === 'lease') {
        notebook.heard.push(message.word)
      }
    })
    return {...system, page, other, locks, notebook}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: (system) => system.settle(),
  events: {
    'edit.recorded': async (system, _, {before}) => {
      if (before.matches({active: 'handingOver'})) {
        // An edit at that moment is too near to the one before.
        system.actor(ACTOR_ID).send({type: 'edit.recorded'})
        return
      }
      await system.time.advanceAsync(before.hasTag('here') ? TYPING_MS : 0)
      type(system)
    },
    'handover.requested': (system, _, {before}) => {
      if (before.hasTag('here')) {
        system.notebook.holdsCommits = true
        type(system)
      }
      fromOther(system, 'wanted')
    },
    'holder.seen': async (system, _, {before}) => {
      // It says so again before it is doubted, or before it is given up.
      await system.time.advanceAsync(before.matches('elsewhere') ? defaultLease.answerMs / 2 : 0)
      fromOther(system, 'taken')
    },
    'holder.left': (system) => fromOther(system, 'given'),
    'release.requested': ({page}) => page.emit('hidden'),
    // Read from storage together with what another tab committed.
    'fence.passed': ({actor}) => actor(ACTOR_ID).send({type: 'fence.passed'}),
    'lock.granted': answer('lock.granted', ({locks, notebook}) => {
      const isGranted = locks.grant()
      notebook.isGranted ||= isGranted
      return isGranted
    }),
    'lock.refused': answer('lock.refused', ({locks}) => locks.refuse()),
    'lock.failed': answer('lock.failed', ({locks}) => locks.fail()),
    'lock.lost': answer('lock.lost', ({locks}) => locks.take()),
  },
  done: {
    handOver: async (system) => {
      await system.time.advanceAsync(defaultWriterPolicy.collectWindowMs)
      await answerStorage(system)
    },
  },
  failed: {
    lock: {
      cases: () => [new KeepspaceError('usage')],
      perform: ({actor}, error) => actor(ACTOR_ID).send({type: 'xstate.error.actor.lock', error}),
    },
    handOver: {
      cases: () => [new KeepspaceError('usage')],
      // A save that fails is an outcome; only a fault of our own ends it that way.
      perform: ({actor}, error) => actor(ACTOR_ID).send({type: 'xstate.error.actor.0.lease.active.handingOver', error}),
    },
  },
  states: {
    '': async (system, snapshot) => {
      if (!snapshot.matches({active: 'handingOver'})) {
        await answerStorage(system)
      }
      assertHealthy(system)
      const {keepspace, notebook, locks} = system
      assertSame('who edits', keepspace.getStatus(id).editing, placeOf(snapshot))
      const {words = [], modes = []} = saidIn(snapshot.context)
      assertSame('what the other tab heard', notebook.heard, words)
      assertSame('how the lock was asked for', locks.modes, modes)
      if (!snapshot.matches('active')) {
        notebook.isGranted = false
        assertSame('locks that are kept', locks.kept, 0)
      }
      const shown = keepspace.workspace(id).component(note, 'n1').getState()?.text
      assertSame('what is shown', shown, notebook.typed === 0 ? 'stored' : `text ${notebook.typed}`)
    },
    'active.held': ({locks, notebook}) => assertSame('locks that are kept', locks.kept, notebook.isGranted ? 1 : 0),
  },
})

function placeOf(snapshot: Snapshot): string {
  if (snapshot.hasTag('here')) {
    return 'here'
  }
  return snapshot.hasTag('elsewhere') ? 'elsewhere' : 'nobody'
}

function type({keepspace, notebook}: LeaseSystem): void {
  notebook.typed += 1
  keepspace
    .workspace(id)
    .component(note, 'n1')
    .set({text: `text ${notebook.typed}`})
}

function fromOther({other}: LeaseSystem, word: LeaseWord): void {
  other.post({type: 'lease', workspaceId: id, word})
}

/** What nobody is there to tell at that moment is sent. */
function answer(type: LockNews['type'], act: (system: LeaseSystem) => boolean): Perform<LeaseSystem, object, Snapshot> {
  return (system) => {
    if (!act(system)) {
      system.actor(ACTOR_ID).send({type})
    }
  }
}

async function answerStorage({notebook, storage, settle}: LeaseSystem): Promise<void> {
  notebook.holdsCommits = false
  while (storage.waiting.length > 0) {
    storage.waiting[0]?.succeed()
    await settle()
  }
}
