import {doubledMs} from '../../model/backoff.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Mended} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {createEmitter} from '../emitter.ts'
import {pause} from '../time/pause.ts'
import {SETTLING_MS} from './heal.ts'
import {toKeepspaceError} from './idb-errors.ts'
import type {ReopeningCare} from './reopening.ts'

const FIRST_PAUSE_MS = 1_000
const MOST_PAUSE_MS = 10_000
/** A page that is frozen in the middle of a heal blocks its scratch database: the next try takes another one. */
const SCRATCH_NAMES = 4

/** Heals storage again while it is used, whenever a write may have torn it. */
export type Mending = ReopeningCare & {
  /** Counts how often storage was doubted. What is written after a doubt is read again before it counts. */
  readonly doubts: number
  /** Storage may be torn from now on. Resolves when it has mended itself. */
  doubt(): Promise<Mended>
  /** The same after a heal that failed before storage was used: the scratch database of that one may be blocked. */
  doubtFailedHeal(): Promise<Mended>
  /**
   * Resolves when storage is not in doubt, after one more heal if need be.
   *
   * @throws {@link KeepspaceError} `storage.quota` or `storage.lost` while it cannot be healed
   */
  assertMended(): Promise<void>
  /** Calls back at each doubt, with a promise that resolves when it is over. */
  onDoubted(listener: (mended: Promise<Mended>) => void): () => void
  close(): void
}

export type MendingOptions = {
  readonly name: string
  readonly time: Time
  /** Makes the engine begin a new log, by a scratch database of that name. */
  readonly heal: (scratchName: string) => Promise<void>
}

type Doubt = {
  /** The disk had no room: that is what people are told until it has. */
  isFull: boolean
  /** Failures since the running heal began: that heal was too early for them. */
  isRepeated: boolean
  failures: number
  attempt: Promise<void> | undefined
  timer: unknown
  readonly mended: Promise<Mended>
  readonly end: (mended: Mended) => void
}

/**
 * Makes the mending of one database.
 *
 * A write that fails on a full disk leaves a torn log like a kill does, and Chromium's LevelDB goes on writing behind it
 * once there is room: everything acknowledged from then on is lost with the next launches. So nothing is acknowledged
 * after such a failure before the log was healed. Each page heals for itself: it takes milliseconds, and a page cannot
 * know whether another one began its heal before or after the failure.
 */
export function createMending({name, time, heal}: MendingOptions): Mending {
  const doubted = createEmitter<[Promise<Mended>]>()
  let doubts = 0
  let current: Doubt | undefined
  let isClosed = false

  const beginDoubt = (failures: number): Doubt => {
    let end: Doubt['end'] = () => undefined
    const mended = new Promise<Mended>((resolve) => {
      end = resolve
    })
    doubts += 1
    current = {isFull: false, isRepeated: false, failures, attempt: undefined, timer: undefined, mended, end}
    doubted.emit(mended)
    return current
  }
  const doubt = (error?: KeepspaceError, failures = 0): Promise<Mended> => {
    if (isClosed) {
      return Promise.resolve('afterTrouble')
    }
    const found = current ?? beginDoubt(failures)
    found.isFull ||= error?.code === 'storage.quota'
    found.isRepeated = true
    tryAgain(found).catch(() => undefined)
    return found.mended
  }
  const tryAgain = (found: Doubt): Promise<void> => {
    time.clearTimeout(found.timer)
    found.attempt ??= mend(found).finally(() => {
      found.attempt = undefined
    })
    return found.attempt
  }
  const mend = async (found: Doubt) => {
    try {
      do {
        found.isRepeated = false
        await heal(scratchNameOf(name, found.failures))
        await pause(time, SETTLING_MS)
      } while (found.isRepeated)
    } catch (cause) {
      const error = toKeepspaceError(cause)
      found.isFull ||= error.code === 'storage.quota'
      found.failures += 1
      if (!isClosed) {
        const pauseMs = doubledMs(FIRST_PAUSE_MS, found.failures - 1, MOST_PAUSE_MS)
        found.timer = time.setTimeout(() => void tryAgain(found).catch(() => undefined), pauseMs)
      }
      throw explain(error)
    }
    current = undefined
    found.end(found.failures > 0 ? 'afterTrouble' : 'atOnce')
  }
  const explain = (error: KeepspaceError) =>
    current?.isFull && error.code !== 'storage.quota'
      ? new KeepspaceError('storage.quota', error.detail, {cause: error})
      : error

  return {
    get doubts() {
      return doubts
    },
    doubt: () => doubt(),
    doubtFailedHeal: () => doubt(undefined, 1),
    before: async () => {
      if (current !== undefined) {
        // A write is tried all the same: it may be the one that makes room.
        await tryAgain(current).catch(() => undefined)
      }
    },
    failed: (error) => {
      if (maybeTorn(error)) {
        void doubt(error)
      }
    },
    explain,
    assertMended: async () => {
      if (current !== undefined) {
        await tryAgain(current)
      }
    },
    onDoubted: doubted.add,
    close: () => {
      isClosed = true
      time.clearTimeout(current?.timer)
    },
  }
}

/** A transaction that began and was ended by storage itself. One that could not even begin has torn nothing. */
function maybeTorn({code, detail}: KeepspaceError): boolean {
  return (
    code === 'storage.quota' ||
    (code === 'storage.lost' && (detail === undefined || detail === 'UnknownError' || detail === 'AbortError'))
  )
}

function scratchNameOf(name: string, failures: number): string {
  const index = failures % SCRATCH_NAMES
  return index === 0 ? `${name}-heal` : `${name}-heal-${index}`
}
