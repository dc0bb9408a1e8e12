import type {Mended, StoragePort, StorageTarget} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {pause} from '../time/pause.ts'
import {startLimit} from './call-limit.ts'

/** How long the browser goes on clearing up after a heal has answered; killed within it, the heal may be in vain. */
export const SETTLING_MS = 500

/**
 * How a heal ended: `notFirst` when another page of the same launch has done it, `failed` when IndexedDB refused or
 * took too long. After a failure storage is as torn as before.
 */
export type HealResult = 'healed' | 'notFirst' | 'failed'

/** A port whose storage is healed while it is used already. */
export type HealingPort = StoragePort & {
  /** How the heal ended: `afterTrouble` when the one of the launch had failed. Missing when none was asked for. Never rejects. */
  readonly healed?: Promise<'healed' | 'notFirst' | Mended>
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
 * First is who gets a Web Lock that is held until the page is left, or until its heal has failed: the next page is first
 * then. Without Web Locks every page heals.
 */
export async function healAtLaunch(name: string, timeoutMs: number, time: Time): Promise<HealResult> {
  const scratchName = `${name}-heal`
  const limit = startLimit(time, timeoutMs)
  const givenUp = new AbortController()
  try {
    return await limit.race(healIfFirst(scratchName, time, givenUp.signal))
  } catch {
    givenUp.abort()
    return 'failed'
  } finally {
    limit.end()
  }
}

async function healIfFirst(scratchName: string, time: Time, givenUp: AbortSignal): Promise<HealResult> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined
  const decide = async (): Promise<HealResult> => {
    const first = await becomeFirst(scratchName, locks)
    if (first === undefined) {
      return 'notFirst'
    }
    try {
      await Promise.race([healNow(scratchName), whenAborted(givenUp)])
    } catch (error) {
      // Before the next one in the queue asks whether it is the first.
      await first.resign()
      throw error
    }
    await pause(time, SETTLING_MS)
    return 'healed'
  }
  // One after the other: a page that is not the first answers only when the first one is done.
  return locks ? locks.request(`${scratchName}-running`, {signal: givenUp}, decide) : decide()
}

/** Creates and deletes a database, whichever page has done so before. May never answer. */
export async function healNow(scratchName: string): Promise<void> {
  const scratch = await answerOf(indexedDB.open(scratchName))
  scratch.close()
  await answerOf(indexedDB.deleteDatabase(scratchName))
}

type FirstPage = {
  /** Resolves when another page may be the first. */
  resign(): Promise<void>
}

/** Undefined when another page is the first. */
function becomeFirst(lockName: string, locks: LockManager | undefined): Promise<FirstPage | undefined> {
  if (!locks) {
    return Promise.resolve({resign: () => Promise.resolve()})
  }
  const resigned = new AbortController()
  return new Promise((resolve, reject) => {
    const held: Promise<void> = locks.request(lockName, {ifAvailable: true}, async (lock) => {
      if (lock === null) {
        resolve(undefined)
        return
      }
      resolve({
        resign: () => {
          resigned.abort()
          return held
        },
      })
      await untilPageIsLeft(resigned.signal)
    })
    held.catch(reject)
  })
}

/** A page that holds a lock when it is left is not kept for the way back. */
function untilPageIsLeft(resigned: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    resigned.addEventListener('abort', () => resolve())
    globalThis.addEventListener('pagehide', () => resolve(), {once: true, signal: resigned})
  })
}

/** Rejects when it is aborted, and never resolves. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
