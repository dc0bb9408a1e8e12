import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {Idle} from '../model/idle.ts'
import type {FreeableKind, Freed, StorageUsage} from '../model/storage-usage.ts'
import type {Time} from '../model/time.ts'
import {LONGEST_STEP_MS, lookAtClock} from '../services/growth/clock-check.ts'
import {type Collected, type CollectorContext, collectionSteps, type Step} from '../services/growth/collector.ts'
import {bytesOfAll} from '../services/growth/sizes.ts'
import {undoFor} from '../services/growth/undo.ts'
import {readUsage, type UsageContext} from '../services/growth/usage.ts'
import {letProcessEnd} from '../services/time/system-time.ts'

export type HousekeepingContext = CollectorContext &
  UsageContext & {
    readonly idle: Idle
    readonly time: Time
    readonly emit: (event: KeepspaceEvent) => void
    readonly changed: () => void
    /** Rejects while nothing may be written. */
    readonly assertWritable: () => Promise<void>
  }

/** Keeps storage from growing without end, and tells what it holds. */
export type Housekeeping = {
  /** Removes what has outlived its time, in quiet moments, at most once a day. After a jump of the clock it waits. */
  tidy(): void
  usage(onProgress?: (done: number, total: number) => void): Promise<StorageUsage>
  /** Removes everything of one kind now, whatever its age. */
  free(kind: FreeableKind): Promise<Freed>
  close(): void
}

const DAY_MS = 86_400_000
/** A clock that jumped is believed when it went on evenly for so long while the app was awake. */
const CONFIRM_CLOCK_MS = 3_600_000

/** Makes the housekeeping of one scope. */
export function createHousekeeping(context: HousekeepingContext): Housekeeping {
  const {idle, emit, now, time} = context
  let tidiedAt = Number.NEGATIVE_INFINITY
  let stopWaiting: () => void = () => undefined
  let isClosed = false
  let confirmTimer: unknown

  const makeStep = async (step: Step): Promise<void> => {
    try {
      const collected = await step()
      if (collected !== undefined && collected.count > 0) {
        const {kind, count, records} = collected
        emit({type: 'storage_collected', kind, count, bytes: bytesOfAll(records)})
        context.changed()
      }
    } catch (cause) {
      emit({type: 'storage_collect_failed', error: KeepspaceError.from(cause).report})
    }
  }

  const goOn = (steps: readonly Step[]): void => {
    const [next, ...rest] = steps
    if (next !== undefined && !isClosed) {
      stopWaiting = idle.request(() => void makeStep(next).then(() => goOn(rest)))
    }
  }

  const begin = async (isConfirmed: boolean): Promise<void> => {
    try {
      await context.assertWritable()
      const clock = await lookAtClock(await context.storage(), context.ids, now)
      if (!clock.isPlausible && !isConfirmed) {
        confirmClock()
        return
      }
      await clock.believe()
      goOn(await collectionSteps(context))
    } catch {
      // Storage that cannot be read now, or may not be written, is tidied another day.
    }
  }

  /** A clock set forward by mistake would make everything outlive its time at once. */
  const confirmClock = (): void => {
    const aheadMs = now() - time.elapsed()
    const look = () => {
      const wasSet = Math.abs(now() - time.elapsed() - aheadMs) > LONGEST_STEP_MS
      wasSet ? confirmClock() : void begin(true)
    }
    if (!isClosed) {
      confirmTimer = letProcessEnd(time.setTimeout(look, CONFIRM_CLOCK_MS))
    }
  }

  return {
    tidy: () => {
      if (!isClosed && now() - tidiedAt >= DAY_MS) {
        tidiedAt = now()
        stopWaiting = idle.request(() => void begin(false))
      }
    },
    usage: (onProgress) => readUsage(context, onProgress),
    free: async (kind) => {
      await context.assertWritable()
      const {done, error} = await takeSteps(await collectionSteps(context, kind))
      const records = done.flatMap((part) => part.records)
      context.changed()
      return {
        count: done.reduce((sum, {count}) => sum + count, 0),
        bytes: bytesOfAll(records),
        undo: records.length === 0 ? undefined : undoFor(kind, records, context),
        error,
      }
    },
    close: () => {
      isClosed = true
      time.clearTimeout(confirmTimer)
      stopWaiting()
    },
  }
}

/**
 * Takes one after the other. One that fails ends it, and what was done until then can be undone.
 *
 * @throws what the first one to do anything failed with
 */
async function takeSteps(steps: readonly Step[]) {
  const done: Collected[] = []
  for (const step of steps) {
    try {
      const collected = await step()
      if (collected !== undefined) {
        done.push(collected)
      }
    } catch (cause) {
      if (done.length === 0) {
        throw cause
      }
      return {done, error: KeepspaceError.from(cause).report}
    }
  }
  return {done, error: undefined}
}
