import {afterEach, expect} from 'vitest'
import {createKeepspace, type KeepspaceOptions} from '../../src/keepspace.ts'
import type {KeepspaceEvent} from '../../src/model/events.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {EntryId, IdSource, WorkspaceId} from '../../src/model/ids.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {note, timer} from './definitions.ts'
import {watchDropped} from './dropped-events.ts'

const dropped: string[][] = []

/** Every test fails in which a chart dropped an event. */
afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

/** Ids in order, so that a failing test reads the same every time. */
export function countingIds(prefix = 'id'): IdSource {
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
export async function startKeepspace(options: Partial<KeepspaceOptions> & {target?: StorageTarget} = {}) {
  const time = createSimulatedTime(1_000_000)
  const {target = memoryStorage({isPersistent: true}), ...given} = options
  const storage = faultyStorage(target)
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
      time,
      ids: countingIds(`life${lives}`),
      inspect: watcher.inspect,
      ...given,
      ...more,
    })
    keepspace.on('*', (event) => void events.push(event))
    await time.settle()
    return keepspace
  }

  const keepspace = await start()
  return {keepspace, time, storage, events, again: start, faults: storage.faults, log: storage.log}
}

/** An entry with workspaces named by their ids. */
export async function createWorkspaces(
  keepspace: Keepspace,
  ids: readonly string[],
  advance: () => Promise<void>,
): Promise<readonly WorkspaceId[]> {
  const made = (async () => {
    const entryId: EntryId = await keepspace.catalogue.createEntry({title: 'Entry', id: 'entry'})
    const workspaces: WorkspaceId[] = []
    for (const id of ids) {
      workspaces.push(await keepspace.catalogue.createWorkspace({entryId, title: id, id}))
    }
    return workspaces
  })()
  let isDone = false
  const done = made.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await advance()
  }
  return done
}
