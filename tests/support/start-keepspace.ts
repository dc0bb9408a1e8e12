import {afterEach, expect} from 'vitest'
import type {KeepspaceOptions} from '../../src/host/options.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import type {KeepspaceEvent} from '../../src/model/events.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {IdSource} from '../../src/model/ids.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import type {Time} from '../../src/model/time.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakeIdle} from '../../src/testing/fake-idle.ts'
import {createFakeWitness} from '../../src/testing/fake-witness.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {createSimulatedTime, type SimulatedTime} from '../../src/testing/simulated-time.ts'
import {note, timer} from './definitions.ts'
import {watchDropped} from './dropped-events.ts'

const dropped: string[][] = []

/** Every test fails in which a chart dropped an event. */
afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

/** Ids in order, so that a failing test reads the same every time. */
function countingIds(prefix = 'id'): IdSource {
  let count = 0
  return {
    next: () => {
      count += 1
      return `${prefix}-${count}`
    },
  }
}

/**
 * The whole product on memory storage that can be made to fail and a clock that stands still. `again()` is a reload:
 * a second Keepspace over the same storage, while the first one is simply abandoned.
 */
export async function startKeepspace(
  options: Partial<KeepspaceOptions> & {target?: StorageTarget; wrapTime?: (time: Time) => Time} = {},
) {
  const time = createSimulatedTime(1_000_000)
  const {target = memoryStorage({isPersistent: true}), wrapTime = (inner) => inner, ...given} = options
  const storage = faultyStorage(target)
  const witness = createFakeWitness()
  const idle = createFakeIdle()
  const events: KeepspaceEvent[] = []
  let lives = 0

  const start = async (more: Partial<KeepspaceOptions> = {}): Promise<Keepspace> => {
    const watcher = watchDropped()
    dropped.push(watcher.dropped)
    lives += 1
    const keepspace = createKeepspace({
      namespace: 'test',
      components: [note, timer],
      storage: storage.target,
      time: wrapTime(time),
      ids: countingIds(`life${lives}`),
      random: () => 1,
      witness,
      idle: idle.idle,
      inspect: watcher.inspect,
      ...given,
      ...more,
    })
    keepspace.on('*', (event) => void events.push(event))
    await time.settle()
    return keepspace
  }

  const keepspace = await start()
  return {keepspace, time, storage, witness, idle, events, again: start, faults: storage.faults, log: storage.log}
}

/** Moves the clock until a promise is settled: writes wait for the writer's collect window. */
export async function finish<Result>(time: SimulatedTime, promise: Promise<Result>): Promise<Result> {
  let isDone = false
  const done = promise.finally(() => {
    isDone = true
  })
  done.catch(() => undefined)
  while (!isDone) {
    await time.advanceAsync(5)
  }
  return done
}

/** An entry with workspaces named by their ids. */
export function createWorkspaces(keepspace: Keepspace, ids: readonly string[], time: SimulatedTime): Promise<void> {
  const make = async () => {
    const entryId = await keepspace.catalogue.createEntry({title: 'Entry', id: 'entry'})
    for (const id of ids) {
      await keepspace.catalogue.createWorkspace({entryId, title: id, id})
    }
  }
  return finish(time, make())
}

/** {@link startKeepspace} with workspaces, the first of them visible and holding one saved note `n1`. */
export async function startWithNote(
  options: Parameters<typeof startKeepspace>[0] = {},
  ids: readonly string[] = ['a'],
) {
  const started = await startKeepspace(options)
  const {keepspace, time} = started
  await createWorkspaces(keepspace, ids, time)
  const first = ids[0] as string
  const workspace = keepspace.activate(first)
  await time.settle()
  workspace.add(note, {id: 'n1'})
  await time.advanceAsync(50)
  return {...started, workspace, component: workspace.component(note, 'n1')}
}
