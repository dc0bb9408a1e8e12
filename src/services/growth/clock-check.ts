import type {CommitId, IdSource} from '../../model/ids.ts'
import {CLOCK_KEY} from '../../model/keys.ts'
import {FORMAT_VERSION} from '../../model/records.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import {asStamped} from '../codec/record-shapes.ts'

/**
 * A clock that is further ahead of the last look at it was set, or nobody was there for so long. Storage alone cannot
 * tell which.
 */
export const LONGEST_STEP_MS = 86_400_000

/** What it shows is written down again when it differs by more than that. */
const WRITTEN_DOWN_MS = 3_600_000

/** The clock was looked at, and what it showed is remembered. */
export type ClockLook = {
  /** Whether it can have got there since the last look. */
  readonly isPlausible: boolean
  /** Remembers it for the next look. Nothing happens when another tab was first. */
  readonly believe: () => Promise<void>
}

/** Compares the clock with what it showed when it was believed last. The first look believes it. */
export async function lookAtClock(port: StoragePort, ids: IdSource, now: () => number): Promise<ClockLook> {
  const [[found] = []] = await port.read([{key: CLOCK_KEY}])
  const stamped = asStamped(found?.value)
  const revision = stamped?.revision ?? 0
  const seenAt = typeof stamped?.seenAt === 'number' ? stamped.seenAt : undefined
  return {
    isPlausible: seenAt === undefined || now() - seenAt <= LONGEST_STEP_MS,
    believe: async () => {
      if (seenAt !== undefined && Math.abs(now() - seenAt) <= WRITTEN_DOWN_MS) {
        return
      }
      const commitId = ids.next() as CommitId
      const value = {formatVersion: FORMAT_VERSION, revision: revision + 1, commitId, seenAt: now()}
      const group = {commitId, expect: {key: CLOCK_KEY, revision}, puts: [{key: CLOCK_KEY, value}], deletes: []}
      await port.commit([group], {durability: 'relaxed'})
    },
  }
}
