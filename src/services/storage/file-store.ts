/// <reference types="node" />
import {join} from 'node:path'
import type {CommitGroup, GroupResult, Selector, StoredRecord} from '../../model/storage-port.ts'
import {conflictOf} from '../../model/stored-stamp.ts'
import type {Disk} from './file-disk.ts'
import type {FileChange, Journal} from './file-journal.ts'
import {openJournal} from './file-journal-folder.ts'
import {acquireLock} from './file-lock.ts'
import {decodeRecord, encodeRecord, recordName} from './file-record.ts'
import {inTurns, openRecords, type RecordFiles} from './file-records.ts'

/** More commits, or more bytes, than this in the journal are moved to the record files. */
const MOST_JOURNAL_COMMITS = 32
const MOST_JOURNAL_BYTES = 8_000_000

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
 * Rejects with `storage.unavailable` when another process has it open, else with what the disk says.
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
    const place = {disk, asideFolder: folders.aside, temporaryPath}
    const {journal, changes} = await openJournal({...place, folder: folders.journal})
    const records = await openRecords({...place, folder: folders.records})
    const store = createStore(journal, changes, records, unlock)
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

function createStore(
  journal: Journal,
  replayed: readonly FileChange[],
  records: RecordFiles,
  unlock: () => Promise<void>,
): FileStore {
  const contents = createContents(records)
  contents.adopt(replayed)

  async function settle(): Promise<void> {
    if (journal.size.commits > 0) {
      await journal.flush()
      await records.write(contents.unsettled())
      await journal.clear()
      contents.markSettled()
    }
  }

  return {
    async commit(groups, options) {
      const stored = await inTurns(groups, (group) => contents.read(group.expect.key))
      const results = groups.map((group, index) => conflictOf(group, stored[index]) ?? committed)
      const changes = groups.filter((_, index) => results[index] === committed).flatMap(changesOf)
      if (changes.length > 0) {
        await journal.append(changes, options)
        contents.adopt(changes)
      }
      return results
    },
    async read(selectors) {
      const lists: (readonly StoredRecord[])[] = []
      for (const selector of selectors) {
        const keys = 'key' in selector ? [selector.key] : contents.list(selector.prefix)
        const values = await inTurns(keys, contents.read)
        lists.push(keys.map((key, index) => ({key, value: values[index]})).filter(({value}) => value !== undefined))
      }
      return lists
    },
    list: async (prefix) => contents.list(prefix),
    isSettlingDue: () => journal.size.commits > MOST_JOURNAL_COMMITS || journal.size.bytes > MOST_JOURNAL_BYTES,
    settle,
    async close() {
      // What stays in the journal is settled when the folder is opened again.
      await settle().catch(() => {})
      await unlock()
    },
  }
}

/** The record files as they are once the journal is settled. */
function createContents(records: RecordFiles) {
  const keys = new Set(records.keys)
  /** What is in the journal and not in the record files. */
  const unsettled = new Map<string, FileChange>()
  return {
    adopt(changes: readonly FileChange[]): void {
      for (const change of changes) {
        unsettled.set(change.key, change)
        if (change.file) {
          keys.add(change.key)
        } else {
          keys.delete(change.key)
        }
      }
    },
    unsettled: (): readonly FileChange[] => [...unsettled.values()],
    markSettled: () => unsettled.clear(),
    /** Ordered by UTF-16 code units, as IndexedDB orders its keys. */
    list: (prefix: string): readonly string[] => [...keys].filter((key) => key.startsWith(prefix)).sort(),
    async read(key: string): Promise<unknown> {
      const change = unsettled.get(key)
      return change ? change.file && decodeRecord(recordName(key), change.file)?.value : records.read(key)
    },
  }
}

const committed: GroupResult = {status: 'committed'}

/** As in IndexedDB: puts first, then deletes. */
function changesOf({puts, deletes}: CommitGroup): readonly FileChange[] {
  return [
    ...puts.map((record) => ({key: record.key, file: encodeRecord(record)})),
    ...deletes.map((key) => ({key, file: undefined})),
  ]
}
