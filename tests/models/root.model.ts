import {assign, type SnapshotFrom} from 'xstate'
import {defaultAutosave} from '../../src/machines/autosave/autosave.policy.ts'
import {defaultLease} from '../../src/machines/lease/lease.policy.ts'
import {defaultPressure} from '../../src/machines/memory/pressure.policy.ts'
import {
  ACTIVITY_ACTOR_ID,
  AUTOSAVE_ACTOR_ID,
  EVICTION_ACTOR_ID,
  MEMORY_ACTOR_ID,
  rootMachine,
  SHUTDOWN_ACTOR_ID,
  WRITER_ACTOR_ID,
  workspaceActorId,
} from '../../src/machines/root/root.machine.ts'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {Act, ChartModel} from '../../src/testing/chart-model.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {type RealSystem, startSystem, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof rootMachine>

type Notebook = {
  /** How many charts were said to have ended by a fault. */
  faults: number
  isDisposed: boolean
}

type RootSystem = RealSystem & {readonly notebook: Notebook}

const id = 'w1' as WorkspaceId
const ACTOR_ID = workspaceActorId(id)

/** What the chart does not remember itself. */
type Remembered = {readonly isOpen?: boolean; readonly hasFault?: boolean}

const remember = (facts: Remembered) => facts as Partial<Snapshot['context']>

const machineOfModel = rootMachine.provide({
  actions: {
    startWorkspace: assign(() => remember({isOpen: true})),
    forgetActor: assign(() => remember({isOpen: false})),
    announceActorFailed: assign(() => remember({hasFault: true})),
  },
})

/** The whole product from the opening of storage to its end. Faults of charts, which must not happen, are sent. */
export const rootModel = (world: World): ChartModel<typeof rootMachine, RootSystem> => ({
  machine: machineOfModel,
  input: {
    pacing: defaultPacing,
    writer: defaultWriterPolicy,
    lease: defaultLease,
    autosave: defaultAutosave,
    cap: 4,
    absoluteCap: 25,
    isSmart: true,
    pressure: defaultPressure,
    page: {isVisible: true, isFocused: true} as never,
    atMs: 0,
  },
  place: (snapshot) => {
    const {isOpen = false, hasFault = false} = remembered(snapshot)
    return [isOpen, hasFault, snapshot.context.error?.code]
  },
  start: async ({inspect}) => {
    const records = await recordsOfWorkspaces(world, [id])
    const system = await startSystem(world, {
      inspect,
      records,
      waits: (method) => method === 'open' || method === 'close',
    })
    return {...system, notebook: {faults: 0, isDisposed: false}}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: (system) => system.settle(),
  events: {
    'workspace.opened': {
      cases: (snapshot) => (isAtWork(snapshot) && !remembered(snapshot).isOpen ? [{workspaceId: id}] : []),
      perform: ({keepspace}) => void keepspace.open(id),
    },
    'xstate.done.actor.keepspace.ws.w1': {
      cases: (snapshot) =>
        snapshot.matches({ready: 'persistent'}) && remembered(snapshot).isOpen ? [{actorId: ACTOR_ID}] : [],
      perform: ({keepspace}) => void keepspace.unload(id),
    },
    'xstate.error.actor.keepspace.ws.w1': faultOf(ACTOR_ID),
  },
  done: {
    openStorage: ({storage}) => storage.waiting[0]?.succeed(),
    shutdown: {
      cases: (snapshot) => (snapshot.matches('ready') ? [{timeoutMs: 1e9}] : []),
      perform: ({keepspace, notebook}) =>
        void keepspace.dispose({timeoutMs: 1e9}).then(() => {
          notebook.isDisposed = true
        }),
    },
    closeAll: {isImmediate: isMemoryOnly, perform: ({storage}) => storage.waiting[0]?.succeed()},
  },
  failed: {
    openStorage: {
      cases: () => [new KeepspaceError('storage.unavailable')],
      perform: ({storage}, error) => storage.waiting[0]?.fail(error as KeepspaceError),
    },
    writer: faultOf(WRITER_ACTOR_ID),
    eviction: faultOf(EVICTION_ACTOR_ID),
    activity: faultOf(ACTIVITY_ACTOR_ID),
    autosave: faultOf(AUTOSAVE_ACTOR_ID),
    shutdown: faultOf(SHUTDOWN_ACTOR_ID),
    memory: faultOf(MEMORY_ACTOR_ID),
    closeAll: {
      cases: (snapshot) => (isMemoryOnly(snapshot) ? [] : [new KeepspaceError('storage.lost')]),
      perform: (system, error) => sendFault(system, '0.root.closing', error),
    },
  },
  states: {
    '': ({keepspace, dropped, events, notebook}, snapshot) => {
      assertSame('events that no chart took', dropped, [])
      const {storage, hot} = keepspace.getSnapshot()
      assertSame('status of storage', {phase: storage.phase, code: storage.error?.code}, statusFor(snapshot))
      assertSame('whether it stays on this device', storage.isPersistent, !isMemoryOnly(snapshot))
      const isShown = isAtWork(snapshot) && remembered(snapshot).isOpen === true
      const isLoaded = isShown && !isMemoryOnly(snapshot)
      assertSame('workspaces in memory', isAtWork(snapshot) ? hot : [], isLoaded ? [id] : [])
      const faults = events.filter(({type}) => type === 'actor_failed').length
      assertSame('charts that ended by a fault', faults, notebook.faults)
      assertSame('whether it has ended', notebook.isDisposed, snapshot.matches('closed'))
    },
  },
})

function remembered({context}: Snapshot): Remembered {
  return context as Remembered
}

function isAtWork(snapshot: Snapshot): boolean {
  return snapshot.matches('opening') || snapshot.matches('ready')
}

/** Storage could not be opened; its error stays the one that is shown. */
function isMemoryOnly({context}: Snapshot): boolean {
  return context.error?.code === 'storage.unavailable'
}

/** A fault of a chart is told once it happens; one is enough for every path. */
function faultOf<Payload>(actorId: string): Act<RootSystem, Payload, Snapshot> {
  return {
    cases: (snapshot) =>
      snapshot.matches({ready: 'persistent'}) && !remembered(snapshot).hasFault
        ? [{actorId, error: new KeepspaceError('usage')} as Payload]
        : [],
    perform: (system) => {
      system.notebook.faults += 1
      sendFault(system, actorId, new KeepspaceError('usage'))
    },
  }
}

function sendFault(system: RootSystem, actorId: string, error: unknown): void {
  const writer = system.actor(WRITER_ACTOR_ID) as unknown as {readonly _parent: {send(event: object): void}}
  writer._parent.send({type: `xstate.error.actor.${actorId}`, error, actorId})
}

function statusFor(snapshot: Snapshot) {
  const code = snapshot.context.error?.code
  if (snapshot.matches('opening')) {
    return {phase: 'opening', code}
  }
  if (snapshot.matches('ready')) {
    return {phase: isMemoryOnly(snapshot) ? 'memoryOnly' : 'ready', code}
  }
  return {phase: 'closed', code}
}
