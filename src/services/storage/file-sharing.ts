import type {Disk} from './file-disk.ts'
import {type FileStore, openFileStore} from './file-store.ts'

/** One user's hold on a store that several may use. */
export type SharedStore = {
  /** Works with the store when everything asked before has ended. */
  run<Result>(work: (store: FileStore) => Promise<Result>): Promise<Result>
  /** Gives the hold up. The last one closes the store. Must be called once. */
  release(): Promise<void>
}

type Entry = {
  readonly store: Promise<FileStore>
  readonly serially: <Result>(work: () => Promise<Result>) => Promise<Result>
  users: number
  /** Set when the last user has left. */
  ended?: Promise<void>
}

/** The stores that are open in this thread, by their folder: two writers of one folder would undo each other's work. */
const entries = new Map<string, Entry>()

/** Opens the store in `directory`, or joins those who have it open. */
export async function shareStore(directory: string, disk: Disk): Promise<SharedStore> {
  const entry = joinEntry(directory, disk)
  try {
    const store = await entry.store
    return {
      run: (work) => entry.serially(() => runAndSettle(entry, store, work)),
      release: () => leave(entry, directory),
    }
  } catch (error) {
    await leave(entry, directory)
    throw error
  }
}

function joinEntry(directory: string, disk: Disk): Entry {
  const existing = entries.get(directory)
  if (existing && existing.ended === undefined) {
    existing.users += 1
    return existing
  }
  const store = (existing?.ended ?? Promise.resolve()).then(() => openFileStore(directory, disk))
  const entry: Entry = {store, serially: createQueue(), users: 1}
  entries.set(directory, entry)
  return entry
}

async function leave(entry: Entry, directory: string): Promise<void> {
  entry.users -= 1
  if (entry.users === 0) {
    entry.ended = closeEntry(entry).finally(() => {
      if (entries.get(directory) === entry) {
        entries.delete(directory)
      }
    })
    await entry.ended
  }
}

/** Never rejects: whoever opens the folder next waits for it. */
async function closeEntry({store, serially}: Entry): Promise<void> {
  try {
    const opened = await store
    await serially(() => opened.close())
  } catch {}
}

/** The journal is settled behind the answer, so that nobody waits for it but the next call. */
async function runAndSettle<Result>(
  entry: Entry,
  store: FileStore,
  work: (store: FileStore) => Promise<Result>,
): Promise<Result> {
  const result = await work(store)
  if (store.isSettlingDue() && entry.ended === undefined) {
    entry.serially(() => store.settle()).catch(() => {})
  }
  return result
}

/** Runs one work after the other, also after one has failed. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}
