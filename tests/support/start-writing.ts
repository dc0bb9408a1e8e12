import type {KeepspaceError} from '../../src/model/errors.ts'
import type {CommitId} from '../../src/model/ids.ts'
import type {WriteResult} from '../../src/model/save.ts'
import type {StoragePort} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createBackgroundWriter} from '../../src/services/writing/background-writer.ts'
import {createWriteQueue} from '../../src/services/writing/write-queue.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'

/** The writer of single records over memory storage. Nothing is committed before a test says so. */
export async function startWriting() {
  const target = memoryStorage({isPersistent: true})
  const {target: faulty, faults, log} = faultyStorage(target)
  const port = await faulty.open()
  const theirs = await target.open()
  const time = createSimulatedTime(1_000)
  const queue = createWriteQueue()
  const completed: {result: WriteResult | undefined; error: KeepspaceError | undefined}[] = []
  let ids = 0
  const nextId = () => {
    ids += 1
    return `id-${ids}`
  }
  const writer = createBackgroundWriter({
    ids: {next: nextId},
    time,
    enqueue: queue.add,
    completed: (result, _, error) => void completed.push({result, error}),
  })
  return {
    writer,
    time,
    port,
    faults,
    log,
    completed,
    ids: {next: nextId},
    waiting: () => queue.size,
    commitNext: (storage: StoragePort = port) => queue.commitNext(storage),
    /** Commits until a promise is answered. */
    committing: async <Result>(work: Promise<Result>): Promise<Result> => {
      let isDone = false
      const done = work.finally(() => {
        isDone = true
      })
      done.catch(() => undefined)
      while (!isDone) {
        await queue.commitNext(port).catch(() => undefined)
        await time.settle()
      }
      return done
    },
    stored: (prefix: string) => theirs.readPrefix(prefix),
    /** What another tab stores. */
    put: async (key: string, value: unknown) => {
      const group = {
        commitId: 'theirs' as CommitId,
        expect: {key: 'nothing', revision: 0},
        puts: [{key, value}],
        deletes: [],
      }
      await theirs.commit([group], {durability: 'relaxed'})
    },
  }
}
