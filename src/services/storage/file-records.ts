/// <reference types="node" />
import {join} from 'node:path'
import type {Disk} from './file-disk.ts'
import {systemCodeOf} from './file-errors.ts'
import type {FileChange} from './file-journal.ts'
import {damagedValue, decodeKey, decodeRecord, isRecordName, recordName} from './file-record.ts'

/** Enough for the first line of almost every record file. */
const HEADER_BYTES = 4_096
/** How many files are worked on at once. */
const CONCURRENCY = 16
/** A file that cannot be read for one of these reasons is damaged; any other reason is the disk's and may pass. */
const damageCodes: ReadonlySet<string | undefined> = new Set(['EIO', 'EISDIR'])

export type RecordsPlace = {
  readonly disk: Disk
  readonly folder: string
  /** Where damaged files go when something takes their place. */
  readonly asideFolder: string
  /** A new path for a file that is being written. */
  temporaryPath(): string
}

/** The files of all records that are not in the journal alone. */
export type RecordFiles = {
  /** Keys of the files that could be read when they were opened. */
  readonly keys: Iterable<string>
  /** What is stored under `key`, undefined when nothing is. A damaged file is a value without a revision. */
  read(key: string): Promise<unknown>
  /** Brings changes to the disk itself, each whole or not at all. May be repeated. */
  write(changes: readonly FileChange[]): Promise<void>
}

/** Opens the record files: reads the first line of each. */
export async function openRecords(place: RecordsPlace): Promise<RecordFiles> {
  const {disk, folder, asideFolder, temporaryPath} = place
  const names = (await disk.list(folder)).filter(isRecordName)
  const found = await inTurns(names, (name) => readKey(disk, join(folder, name), name))
  const damaged = new Set(names.filter((_, index) => found[index] === undefined))

  async function writeOne({key, file}: FileChange): Promise<void> {
    const name = recordName(key)
    const path = join(folder, name)
    if (damaged.has(name)) {
      await moveIfThere(disk, path, join(asideFolder, name))
    }
    if (file === undefined) {
      await disk.remove(path)
    } else {
      const temporary = temporaryPath()
      await disk.write(temporary, file, {isFlushed: true})
      await disk.rename(temporary, path)
    }
    damaged.delete(name)
  }

  return {
    keys: found.filter((key) => key !== undefined),
    async read(key) {
      const name = recordName(key)
      const file = await readFile(disk, join(folder, name))
      if (file === 'absent') {
        return undefined
      }
      const record = file === 'unreadable' ? undefined : decodeRecord(name, file)
      if (record === undefined) {
        damaged.add(name)
        return damagedValue(file === 'unreadable' ? undefined : file)
      }
      return record.value
    },
    async write(changes) {
      await inTurns(changes, writeOne)
      await disk.flushFolder(folder)
    },
  }
}

/**
 * Works through `items`, a few at a time, and returns the results in their order. After a failure it begins no more and
 * rejects when the last one under way has ended, so that nothing goes on behind its caller's back.
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const failures: unknown[] = []
  const waiting = items.entries()
  const worker = async () => {
    for (const [index, item] of waiting) {
      try {
        results[index] = await work(item)
      } catch (error) {
        failures.push(error)
      }
      if (failures.length > 0) {
        return
      }
    }
  }
  await Promise.all(Array.from({length: Math.min(CONCURRENCY, items.length)}, worker))
  if (failures.length > 0) {
    throw failures[0]
  }
  return results
}

async function readKey(disk: Disk, path: string, name: string): Promise<string | undefined> {
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

async function readFile(disk: Disk, path: string): Promise<Uint8Array | 'absent' | 'unreadable'> {
  try {
    return await disk.read(path)
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT') {
      return 'absent'
    }
    if (damageCodes.has(code)) {
      return 'unreadable'
    }
    throw error
  }
}

async function moveIfThere(disk: Disk, from: string, to: string): Promise<void> {
  try {
    await disk.rename(from, to)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') {
      throw error
    }
  }
}
