/// <reference types="node" />
import {join} from 'node:path'
import {KeepspaceError} from '../../model/errors.ts'
import {systemCodeOf} from './file-errors.ts'
import {decodeJournal, encodeJournal, type FileChange, type Journal, type JournalPlace} from './file-journal.ts'
import {parse} from './file-record.ts'

/** Holds the number of the last commit that is in the record files. */
const APPLIED_NAME = 'applied.json'

/**
 * Opens the journal: one file per commit, numbered without gaps. What follows a gap or a broken file was never safe on
 * disk (commits of durability `relaxed` before a power cut) and is set aside.
 *
 * @returns the journal, and the changes of all commits in it, oldest first
 */
export async function openJournal(
  place: JournalPlace,
): Promise<{readonly journal: Journal; readonly changes: readonly FileChange[]}> {
  const {disk, folder, asideFolder} = place
  const numbers = (await disk.list(folder)).flatMap(numberOf).sort((a, b) => a - b)
  const recorded = await readApplied(place)
  const applied = recorded ?? (numbers[0] ?? 1) - 1
  if (recorded === undefined) {
    // Without it a first commit that was lost would not be missed.
    await replaceFile(place, APPLIED_NAME, encodeApplied(applied), true)
  }

  const changes: FileChange[] = []
  const found: CommitFile[] = []
  for (const number of numbers.filter((candidate) => candidate > applied)) {
    const bytes = await disk.read(pathOf(folder, number))
    const decoded = number === applied + found.length + 1 ? decodeJournal(number, bytes) : undefined
    if (decoded === undefined) {
      break
    }
    found.push({number, bytes: bytes.length, isFlushed: false})
    changes.push(...decoded)
  }

  const last = applied + found.length
  const lost = numbers.filter((number) => number > last)
  for (const number of lost) {
    await disk.rename(pathOf(folder, number), join(asideFolder, nameOf(number)))
  }
  if (lost.length > 0) {
    // Their numbers are used again: a file that came back would be taken for the new one.
    await disk.flushFolder(folder)
  }
  await Promise.all(numbers.filter((number) => number <= applied).map((number) => disk.remove(pathOf(folder, number))))
  return {journal: createJournal(place, last, found), changes}
}

type CommitFile = {readonly number: number; readonly bytes: number; isFlushed: boolean}

function createJournal(place: JournalPlace, lastNumber: number, found: CommitFile[]): Journal {
  const {disk, folder} = place
  let last = lastNumber
  let files = found

  async function flush(): Promise<void> {
    const unflushed = files.filter(({isFlushed}) => !isFlushed)
    if (unflushed.length > 0) {
      await Promise.all(unflushed.map(({number}) => disk.flush(pathOf(folder, number))))
      await disk.flushFolder(folder)
    }
    for (const file of unflushed) {
      file.isFlushed = true
    }
  }

  return {
    get size() {
      return {commits: files.length, bytes: files.reduce((sum, {bytes}) => sum + bytes, 0)}
    },
    async append(changes, {isFlushed}) {
      const number = last + 1
      const bytes = encodeJournal(number, changes)
      if (isFlushed) {
        // A commit counts only while all before it are there.
        await flush()
      }
      try {
        await replaceFile(place, nameOf(number), bytes, isFlushed)
      } catch (cause) {
        await disk.remove(pathOf(folder, number)).catch((error) => {
          throw new KeepspaceError('storage.lost', systemCodeOf(error), {cause})
        })
        throw cause
      }
      last = number
      files.push({number, bytes: bytes.length, isFlushed})
    },
    flush,
    async clear() {
      await replaceFile(place, APPLIED_NAME, encodeApplied(last), true)
      const applied = files
      files = []
      // They do not count any more: what stays is removed when the journal is opened.
      await Promise.allSettled(applied.map(({number}) => disk.remove(pathOf(folder, number))))
    },
  }
}

/** Writes a whole file or none. With `isFlushed` it and its name are on the disk afterwards. */
async function replaceFile(place: JournalPlace, name: string, bytes: Uint8Array, isFlushed: boolean): Promise<void> {
  const {disk, folder} = place
  const temporary = place.temporaryPath()
  try {
    await disk.write(temporary, bytes, {isFlushed})
    await disk.rename(temporary, join(folder, name))
  } catch (cause) {
    await disk.remove(temporary).catch(() => {})
    throw cause
  }
  if (isFlushed) {
    await disk.flushFolder(folder)
  }
}

const encodeApplied = (applied: number): Uint8Array => Buffer.from(JSON.stringify({applied}))

async function readApplied({disk, folder}: JournalPlace): Promise<number | undefined> {
  try {
    const {applied} = Object(parse(await disk.read(join(folder, APPLIED_NAME)))) as {applied?: unknown}
    return Number.isSafeInteger(applied) ? (applied as number) : undefined
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return undefined
    }
    throw error
  }
}

const nameOf = (number: number): string => `${String(number).padStart(16, '0')}.journal`
const pathOf = (folder: string, number: number): string => join(folder, nameOf(number))

function numberOf(name: string): readonly number[] {
  return /^\d{16}\.journal$/.test(name) ? [Number.parseInt(name, 10)] : []
}
