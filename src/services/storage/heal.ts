import type {StoragePort, StorageTarget} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {pause} from '../time/pause.ts'
import {startLimit} from './call-limit.ts'

/** How long the browser goes on clearing up after a heal has answered; killed within it, the heal may be in vain. */
export const SETTLING_MS = 500

/**
 * How a heal ended: `notFirst` when another page of the same launch has done it, `failed` when IndexedDB refused or
 * took too long. Nothing depends on it.
 */
export type HealResult = 'healed' | 'notFirst' | 'failed'

/** A port whose storage is healed while it is used already. */
export type HealingPort = StoragePort & {
  /** How the heal ended, missing when none was asked for. Never rejects. */
  readonly healed?: Promise<HealResult>
}

export interface HealingTarget extends StorageTarget {
  open(): Promise<HealingPort>
}

/**
 * Creates and deletes a database called `<name>-heal`, in the first page of a launch.
 *
 * Chromium's IndexedDB on LevelDB goes on writing behind the last, half-written record that a killed process left in
 * its log; a later launch finds the log damaged and empties the site without an error
 * (https://github.com/google/leveldb/issues/1287). Deleting a database makes it begin a new log file, so that nothing
 * is ever written behind the damage. Elsewhere it does nothing but take a few milliseconds. It has ended when the
 * browser has had {@link SETTLING_MS} to clear up: of 32 profiles that were killed before, 4 were emptied all the same.
 *
 * First is who gets a Web Lock that is held until the page is left; without Web Locks every page heals.
 */
export async function healAtLaunch(name: string, timeoutMs: number, time: Time): Promise<HealResult> {
  const scratchName = `${name}-heal`
  const limit = startLimit(time, timeoutMs)
  try {
    return await limit.race(healIfFirst(scratchName, time))
  } catch {
    return 'failed'
  } finally {
    limit.end()
  }
}

async function healIfFirst(scratchName: string, time: Time): Promise<HealResult> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined
  const decide = async (): Promise<HealResult> => {
    if (!(await isFirstPage(scratchName))) {
      return 'notFirst'
    }
    await healNow(scratchName)
    await pause(time, SETTLING_MS)
    return 'healed'
  }
  // One after the other: a page that is not the first answers only when the first one is done.
  return locks ? locks.request(`${scratchName}-running`, decide) : decide()
}

/** Creates and deletes a database, whichever page has done so before. May never answer. */
export async function healNow(scratchName: string): Promise<void> {
  const scratch = await answerOf(indexedDB.open(scratchName))
  scratch.close()
  await answerOf(indexedDB.deleteDatabase(scratchName))
}

function isFirstPage(lockName: string): Promise<boolean> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined
  if (!locks) {
    return Promise.resolve(true)
  }
  return new Promise((resolve, reject) => {
    const held = locks.request(lockName, {ifAvailable: true}, async (lock) => {
      resolve(lock !== null)
      if (lock !== null) {
        await untilPageIsLeft()
      }
    })
    held.catch(reject)
  })
}

/** A page that holds a lock when it is left is not kept for the way back. */
function untilPageIsLeft(): Promise<void> {
  return new Promise((resolve) => {
    globalThis.addEventListener('pagehide', () => resolve(), {once: true})
  })
}

function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
