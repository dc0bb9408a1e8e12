import {afterEach, describe, expect, test} from 'vitest'
import {createActor, fromPromise, type NonReducibleUnknown} from 'xstate'
import {activityMachine} from '../../src/machines/activity/activity.machine.ts'
import {autosaveMachine} from '../../src/machines/autosave/autosave.machine.ts'
import {evictionMachine} from '../../src/machines/eviction/eviction.machine.ts'
import {memoryMachine} from '../../src/machines/memory/memory.machine.ts'
import {
  ACTIVITY_ACTOR_ID,
  AUTOSAVE_ACTOR_ID,
  EVICTION_ACTOR_ID,
  MEMORY_ACTOR_ID,
  type RootEmitted,
  type RootInput,
  rootMachine,
  SHUTDOWN_ACTOR_ID,
  WRITER_ACTOR_ID,
  workspaceActorId,
} from '../../src/machines/root/root.machine.ts'
import {shutdownMachine} from '../../src/machines/shutdown/shutdown.machine.ts'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {type WorkspaceRef, workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import {writerMachine} from '../../src/machines/writer/writer.machine.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {chartInputs} from '../support/chart-inputs.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const id = 'w.1' as WorkspaceId
const missing = new KeepspaceError('storage.unavailable', 'no IndexedDB')
const fault = new Error('a fault of our own')
const throwFault = () => {
  throw fault
}

const coverage = watchCoverage(rootMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('opening', () => {
  test('with storage what is saved stays on this device', async () => {
    const root = start()
    expect({value: root.value(), isOpen: root.actor.getSnapshot().hasTag('open')}).toEqual({
      value: 'opening',
      isOpen: false,
    })
    await root.opened()
    expect({value: root.value(), isOpen: root.actor.getSnapshot().hasTag('open')}).toEqual({
      value: {ready: 'persistent'},
      isOpen: true,
    })
    expect(root.emitted).toEqual([{type: 'storage.opened'}])
  })

  test('without storage it goes on in memory alone, and says so', async () => {
    const root = start()
    await root.notOpened(missing)
    expect({value: root.value(), error: root.actor.getSnapshot().context.error}).toEqual({
      value: {ready: 'memoryOnly'},
      error: missing.report,
    })
    expect(root.emitted).toEqual([{type: 'storage.missing', error: missing.report}])
  })

  test('the writer and eviction run from the beginning, with the policies given', () => {
    const {actor} = start()
    expect(actor.system.get(WRITER_ACTOR_ID)?.getSnapshot()).toMatchObject({
      value: 'idle',
      context: {policy: defaultWriterPolicy},
    })
    expect(actor.system.get(EVICTION_ACTOR_ID)?.getSnapshot()).toMatchObject({value: 'watching', context: {cap: 4}})
  })
})

describe('a workspace', () => {
  test('has an actor as soon as somebody wants it, also while storage is being opened', () => {
    const root = start()
    root.actor.send({type: 'workspace.opened', workspaceId: id})
    expect(root.workspace()?.getSnapshot()).toMatchObject({
      value: 'cold',
      context: {workspaceId: id, pacing: defaultPacing},
    })
  })

  test('that was released is forgotten, and may be opened again', async () => {
    const root = start()
    await root.opened()
    for (const time of ['first', 'second']) {
      root.actor.send({type: 'workspace.opened', workspaceId: id})
      root.workspace()?.send({type: 'open.requested'})
      await settle()
      expect({time, value: root.workspace()?.getSnapshot().value}).toEqual({time, value: {hot: 'clean'}})
      root.workspace()?.send({type: 'release.requested', reason: 'unload'})
      await settle()
      expect({time, actor: root.workspace(), children: root.childIds()}).toEqual({
        time,
        actor: undefined,
        children: [
          WRITER_ACTOR_ID,
          EVICTION_ACTOR_ID,
          ACTIVITY_ACTOR_ID,
          AUTOSAVE_ACTOR_ID,
          SHUTDOWN_ACTOR_ID,
          MEMORY_ACTOR_ID,
        ],
      })
    }
  })

  test('whose actor ends by a fault of our own is announced, and the others live on', async () => {
    const root = start({workspace: workspaceMachine.provide({actions: {noteLoaded: throwFault}})})
    root.actor.send({type: 'workspace.opened', workspaceId: 'other' as WorkspaceId})
    root.actor.send({type: 'workspace.opened', workspaceId: id})
    root.workspace()?.send({type: 'open.requested'})
    await settle()
    expect(root.emitted).toEqual([{type: 'actor.failed', error: new KeepspaceError('usage', fault.message).report}])
    expect(root.actor.system.get(workspaceActorId('other' as WorkspaceId))?.getSnapshot()).toMatchObject({
      status: 'active',
      value: 'cold',
    })
    expect(root.value()).toBe('opening')
  })
})

describe('a fault of our own', () => {
  test('in any chart of the system is announced, and the rest lives on', () => {
    const root = start({
      activity: activityMachine.provide({actions: {noteBlur: throwFault}}),
      autosave: autosaveMachine.provide({actions: {noteBegun: throwFault}}),
      shutdown: shutdownMachine.provide({actions: {noteRequest: throwFault}}),
      writer: writerMachine.provide({actions: {noteWork: throwFault}}),
      eviction: evictionMachine.provide({actions: {noteCap: throwFault}}),
      memory: memoryMachine.provide({actions: {forgetReading: throwFault}}),
    })
    root.actor.system.get(WRITER_ACTOR_ID)?.send({type: 'work.arrived', isUrgent: false})
    root.actor.system.get(EVICTION_ACTOR_ID)?.send({type: 'cap.changed', cap: 1})
    root.actor.system.get(ACTIVITY_ACTOR_ID)?.send({type: 'page.blurred', atMs: 0})
    root.actor.system.get(AUTOSAVE_ACTOR_ID)?.send({type: 'sweep.requested', trigger: 'online'})
    root.actor.system.get(SHUTDOWN_ACTOR_ID)?.send({type: 'shutdown.requested', timeoutMs: 3_000, closesAnyway: false})
    const announced = {type: 'actor.failed', error: new KeepspaceError('usage', fault.message).report}
    expect(root.emitted).toEqual(Array.from({length: 6}, () => announced))
    expect(root.actor.getSnapshot().status).toBe('active')
  })
})

describe('closing', () => {
  test.each([
    ['while storage is being opened', false],
    ['at work', true],
  ])('%s follows the shutdown, within what it leaves of the bound, and ends', async (_, isOpen) => {
    const root = start()
    if (isOpen) {
      await root.opened()
    }
    await root.shutDown()
    expect({value: root.value(), closings: root.closings.map(({input}) => input)}).toEqual({
      value: 'closing',
      closings: [{timeoutMs: 1_234}],
    })
    root.closings[0]?.resolve()
    await settle()
    const {value, status} = root.actor.getSnapshot()
    expect({value, status}).toEqual({value: 'closed', status: 'done'})
  })

  test('ends even when closing fails, and says why', async () => {
    const root = start()
    await root.opened()
    await root.shutDown()
    root.closings[0]?.reject(missing)
    await settle()
    expect({value: root.value(), error: root.actor.getSnapshot().context.error}).toEqual({
      value: 'closed',
      error: missing.report,
    })
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

type Machines = {
  readonly workspace?: typeof workspaceMachine
  readonly writer?: typeof writerMachine
  readonly eviction?: typeof evictionMachine
  readonly activity?: typeof activityMachine
  readonly autosave?: typeof autosaveMachine
  readonly shutdown?: typeof shutdownMachine
  readonly memory?: typeof memoryMachine
}

/** Workspaces load, save and leave at once. */
function start({
  workspace = workspaceMachine,
  writer = writerMachine,
  eviction = evictionMachine,
  activity = activityMachine,
  autosave = autosaveMachine,
  shutdown = shutdownMachine,
  memory = memoryMachine,
}: Machines = {}) {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const {calls: openings, logic: openStorage} = scripted<void, NonReducibleUnknown>()
  const {calls: closings, logic: closeAll} = scripted<void, {timeoutMs: number}>()
  const drained = shutdown.provide({
    actors: {drain: fromPromise(async () => ({late: 0, remainingMs: 1_234}))},
  })
  const obliging = workspace.provide({
    actors: {
      load: fromPromise(async () => {}),
      save: fromPromise(async () => ({version: 0, atMs: 0, durationMs: 0, setAsideCount: 0})),
      prepareRelease: fromPromise(async () => {}),
      release: fromPromise(async () => {}),
    },
  })
  const actors = {
    openStorage,
    closeAll,
    shutdown: drained,
    workspace: obliging,
    writer,
    eviction,
    activity,
    autosave,
    memory,
  }
  const actor = createActor(rootMachine.provide({actors}), {
    clock: createSimulatedTime(),
    input: chartInputs.root as RootInput,
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: RootEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  return {
    actor,
    emitted,
    closings,
    shutDown: async () => {
      actor.system.get(SHUTDOWN_ACTOR_ID)?.send({type: 'shutdown.requested', timeoutMs: 3_000, closesAnyway: false})
      await settle()
    },
    value: () => actor.getSnapshot().value,
    workspace: () => actor.system.get(workspaceActorId(id)) as WorkspaceRef | undefined,
    childIds: () => Object.keys(actor.getSnapshot().children),
    opened: async () => {
      openings[0]?.resolve()
      await settle()
    },
    notOpened: async (error: KeepspaceError) => {
      openings[0]?.reject(error)
      await settle()
    },
  }
}
