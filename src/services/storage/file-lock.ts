/// <reference types="node" />
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {KeepspaceError} from '../../model/errors.ts'
import type {Disk} from './file-disk.ts'
import {systemCodeOf} from './file-errors.ts'
import {parse} from './file-record.ts'

/** So often a lock is tried for while others come and go. */
const MOST_ATTEMPTS = 20

export type LockPlace = {
  readonly disk: Disk
  readonly folder: string
  /** A new path for a file that is being written. */
  temporaryPath(): string
}

/**
 * Takes the lock of a folder. Lock files are numbered, and the highest belongs to the holder: a lock is taken over by
 * adding the next number, never by removing one, so that of two who find a dead holder only one succeeds.
 *
 * A holder is dead when no process has its id, or (on Linux) when the process with its id was started at another time.
 * Works among processes of one machine that see each other.
 *
 * @returns gives the lock up
 * @throws {@link KeepspaceError} `storage.unavailable` when a living process holds it
 */
export async function acquireLock(place: LockPlace): Promise<() => Promise<void>> {
  const {disk, folder} = place
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const highest = (await lockNumbers(place)).at(-1) ?? 0
    const holder = highest === 0 ? undefined : await readHolder(disk, join(folder, nameOf(highest)))
    if (holder && (await isRunning(holder))) {
      throw new KeepspaceError('storage.unavailable', `process ${holder.pid} has it open`)
    }
    if (await addLock(place, highest + 1)) {
      await removeLocks(place, (number) => number <= highest)
      return () => release(place, highest + 1)
    }
  }
  throw new KeepspaceError('storage.unavailable', 'others keep taking its lock')
}

/** Whoever holds a lock. A lock that was given up has no holder. */
type Holder = {readonly pid: number; readonly startedAt: string | undefined}

/** Adds the lock `number`, whole, unless somebody else was faster. */
async function addLock(place: LockPlace, number: number): Promise<boolean> {
  const {disk, folder, temporaryPath} = place
  const holder: Holder = {pid: process.pid, startedAt: await startOf(process.pid)}
  const temporary = temporaryPath()
  await disk.write(temporary, Buffer.from(JSON.stringify(holder)), {isFlushed: false})
  try {
    await disk.link(temporary, join(folder, nameOf(number)))
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(systemCodeOf(error) ?? '')) {
      return false
    }
    throw error
  } finally {
    await disk.remove(temporary)
  }
  if ((await lockNumbers(place)).at(-1) === number) {
    return true
  }
  // Our number had been used and removed while we looked at an older one.
  await removeLocks(place, (candidate) => candidate === number)
  return false
}

/** The number stays, so that the next holder counts on from it. */
async function release({disk, folder, temporaryPath}: LockPlace, number: number): Promise<void> {
  const temporary = temporaryPath()
  await disk.write(temporary, Buffer.from('{}'), {isFlushed: false})
  await disk.rename(temporary, join(folder, nameOf(number)))
}

async function lockNumbers({disk, folder}: LockPlace): Promise<readonly number[]> {
  const names = await disk.list(folder)
  return names.flatMap((name) => (/^\d+\.lock$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b)
}

async function removeLocks(place: LockPlace, isMeant: (number: number) => boolean): Promise<void> {
  const numbers = (await lockNumbers(place)).filter(isMeant)
  await Promise.all(numbers.map((number) => place.disk.remove(join(place.folder, nameOf(number)))))
}

const nameOf = (number: number): string => `${number}.lock`

async function readHolder(disk: Disk, path: string): Promise<Holder | undefined> {
  try {
    const {pid, startedAt} = Object(parse(await disk.read(path))) as {pid?: unknown; startedAt?: unknown}
    return typeof pid === 'number' ? {pid, startedAt: typeof startedAt === 'string' ? startedAt : undefined} : undefined
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return undefined
    }
    throw error
  }
}

async function isRunning({pid, startedAt}: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs and belongs to somebody else.
    return systemCodeOf(error) === 'EPERM'
  }
  const current = await startOf(pid)
  return current === 'ended' ? false : startedAt === undefined || current === undefined || current === startedAt
}

/** When a process was started, exactly, where the system tells; `ended` when it only waits for its parent to notice. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const [boot, status] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    const [state] = fields
    return state === 'Z' || state === 'X' ? 'ended' : `${boot.trim()}/${fields[19]}`
  } catch {
    return undefined
  }
}
