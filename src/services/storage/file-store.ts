/// <reference types="node" />
import {join} from 'node:path'
import type {CommitGroup, GroupResult, Selector, StoredRecord} from '../../model/storage-port.ts'
import type {Disk} from './file-disk.ts'
import {systemCodeOf} from './file-errors.ts'
import type {FileChange, Journal} from './file-journal.ts'
import {openJournal} from './file-journal-folder.ts'
import {acquireLock} from './file-lock.ts'
import {damagedValue, decodeKey, decodeRecord, encodeRecord, isRecordName, recordName} from './file-record.ts'
import {conflictOf} from './stored-stamp.ts'

/** Enough for the first line of almost every record file. */
const HEADER_BYTES = 4_096
/** How many files are worked on at once. */
const CONCURRENCY = 16
/** More commits, or more bytes, than this in the journal are moved to the record files. */
const MOST_JOURNAL_COMMITS = 32
const MOST_JOURNAL_BYTES = 8_000_000
/** A file that cannot be read for one of these reasons is damaged; any other reason is the disk's and may pass. */
const damageCodes: ReadonlySet<string | undefined> = new Set(['EIO', 'EISDIR'])

/** The records in one folder. Its methods must not run at the same time. */
export type FileStore = {
  commit(groups: readonly CommitGroup[], options: {readonly isFlushed: boolean}): Promise<readonly GroupResult[]>
  read(selectors: readonly Selector[]): Promise<readonly (readonly StoredRecord[])[]>
  list(prefix: string): Promise<readonly string[]>
  /** Whether so much is in the journal that {@link FileStore.settle} should be called. */
  isSettlingDue(): boolean
  /** Moves everything from the journal to the record files. When it rejects, nothing is lost and it may be repeated. */
  settle(): Promise<void>
  /** Settles if it can, and lets other processes have the folder. */
  close(): Promise<void>
}

/**
 * Opens the folder `directory`, and makes it when it is missing. Each commit is one journal file, and counts from the
 * moment that this has its name; record files follow later. What a killed process left half done is finished or swept.
 *
 * @throws {@link KeepspaceError} `storage.unavailable` when another process has it open; what the disk says otherwise
 */
export async function openFileStore(directory: string, disk: Disk): Promise<FileStore> {
  const folders = foldersOf(directory)
  for (const folder of Object.values(folders)) {
    await disk.makeFolder(folder)
  }
  const temporaryPath = temporaryPaths(folders.temporary)
  const unlock = await acquireLock({disk, folder: folders.lock, temporaryPath})
  try {
    const leftOver = await disk.list(folders.temporary)
    await Promise.all(leftOver.map((name) => disk.remove(join(folders.temporary, name))))
    const {journal, changes} = await openJournal({
      disk,
      folder: folders.journal,
      asideFolder: folders.aside,
      temporaryPath,
    })
    const {keys, damaged} = await readKeys(disk, folders.records)
    const store = createStore({disk, folders, temporaryPath, journal, keys, damaged, unlock})
    store.adopt(changes)
    await store.settle().catch(() => {})
    return store
  } catch (error) {
    await unlock()
    throw error
  }
}

function foldersOf(directory: string) {
  return {
    lock: join(directory, 'lock'),
    temporary: join(directory, 'temporary'),
    journal: join(directory, 'journal'),
    records: join(directory, 'records'),
    aside: join(directory, 'set-aside'),
  }
}

function temporaryPaths(folder: string): () => string {
  let count = 0
  return () => {
    count += 1
    return join(folder, `${process.pid}-${count}.tmp`)
  }
}

type StoreParts = {
  readonly disk: Disk
  readonly folders: ReturnType<typeof foldersOf>
  readonly temporaryPath: () => string
  readonly journal: Journal
  /** Keys of all records that can be read. */
  readonly keys: Set<string>
  /** Names of record files that are known to be damaged. */
  readonly damaged: Set<string>
  readonly unlock: () => Promise<void>
}

function createStore({disk, folders, temporaryPath, journal, keys, damaged, unlock}: StoreParts) {
  /** What is in the journal and not in the record files. */
  const unsettled = new Map<string, FileChange>()
  const pathOf = (name: string): string => join(folders.records, name)

  function adopt(changes: readonly FileChange[]): void {
    for (const change of changes) {
      unsettled.set(change.key, change)
      if (change.file) {
        keys.add(change.key)
      } else {
        keys.delete(change.key)
      }
    }
  }

  async function valueOf(key: string): Promise<unknown> {
    const name = recordName(key)
    const change = unsettled.get(key)
    if (change) {
      return change.file && decodeRecord(name, change.file)?.value
    }
    if (!keys.has(key) && !damaged.has(name)) {
      return undefined
    }
    const file = await readRecord(disk, pathOf(name))
    if (file === 'gone') {
      return undefined
    }
    const record = file === 'unreadable' ? undefined : decodeRecord(name, file)
    if (record === undefined) {
      damaged.add(name)
      return damagedValue(file === 'unreadable' ? undefined : file)
    }
    return record.value
  }

  async function settleOne({key, file}: FileChange): Promise<void> {
    const name = recordName(key)
    if (damaged.has(name)) {
      await disk.rename(pathOf(name), join(folders.aside, name)).catch(ignoreMissing)
    }
    if (file === undefined) {
      await disk.remove(pathOf(name))
      return
    }
    const temporary = temporaryPath()
    await disk.write(temporary, file, {isFlushed: true})
    await disk.rename(temporary, pathOf(name))
  }

  const listKeys = (prefix: string): readonly string[] => [...keys].filter((key) => key.startsWith(prefix)).sort()

  async function recordsOf(selected: readonly string[]): Promise<readonly StoredRecord[]> {
    const values = await inTurns(selected, valueOf)
    return selected.flatMap((key, index) => (values[index] === undefined ? [] : [{key, value: values[index]}]))
  }

  const store = {
    adopt,
    async commit(groups: readonly CommitGroup[], options: {readonly isFlushed: boolean}) {
      const stored = await inTurns(groups, (group) => valueOf(group.expect.key))
      const results = groups.map((group, index) => conflictOf(group, stored[index]) ?? COMMITTED)
      const changes = groups.filter((_, index) => results[index] === COMMITTED).flatMap(changesOf)
      if (changes.length > 0) {
        await journal.append(changes, options)
        adopt(changes)
      }
      return results
    },
    async read(selectors: readonly Selector[]) {
      const lists: (readonly StoredRecord[])[] = []
      for (const selector of selectors) {
        lists.push(await recordsOf('key' in selector ? [selector.key] : listKeys(selector.prefix)))
      }
      return lists
    },
    list: async (prefix: string) => listKeys(prefix),
    isSettlingDue: () => journal.size.commits > MOST_JOURNAL_COMMITS || journal.size.bytes > MOST_JOURNAL_BYTES,
    async settle() {
      if (journal.size.commits > 0) {
        await journal.flush()
        await inTurns([...unsettled.values()], settleOne)
        await disk.flushFolder(folders.records)
        await journal.clear()
        for (const key of unsettled.keys()) {
          damaged.delete(recordName(key))
        }
        unsettled.clear()
      }
    },
    async close() {
      await store.settle().catch(() => {})
      await unlock()
    },
  }
  return store
}

const COMMITTED: GroupResult = {status: 'committed'}

/** As in IndexedDB: puts first, then deletes. */
function changesOf({puts, deletes}: CommitGroup): readonly FileChange[] {
  return [
    ...puts.map((record) => ({key: record.key, file: encodeRecord(record)})),
    ...deletes.map((key) => ({key, file: undefined})),
  ]
}

/** Reads the key of every record file: its first line alone. */
async function readKeys(disk: Disk, folder: string): Promise<{keys: Set<string>; damaged: Set<string>}> {
  const names = (await disk.list(folder)).filter(isRecordName)
  const found = await inTurns(names, (name) => readKey(disk, folder, name))
  return {
    keys: new Set(found.filter((key) => key !== undefined)),
    damaged: new Set(names.filter((_, index) => found[index] === undefined)),
  }
}

async function readKey(disk: Disk, folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name)
  try {
    const start = await disk.readStart(path, HEADER_BYTES)
    return decodeKey(name, start) ?? (start.length < HEADER_BYTES ? undefined : decodeKey(name, await disk.read(path)))
  } catch (error) {
    if (damageCodes.has(systemCodeOf(error))) {
      return undefined
    }
    throw error
  }
}

async function readRecord(disk: Disk, path: string): Promise<Uint8Array | 'gone' | 'unreadable'> {
  try {
    return await disk.read(path)
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT') {
      return 'gone'
    }
    if (damageCodes.has(code)) {
      return 'unreadable'
    }
    throw error
  }
}

/** Works through `items`, a few at a time, and returns the results in their order. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as Item)
    }
  }
  await Promise.all(Array.from({length: Math.min(CONCURRENCY, items.length)}, worker))
  return results
}

function ignoreMissing(error: unknown): void {
  if (systemCodeOf(error) !== 'ENOENT') {
    throw error
  }
}
