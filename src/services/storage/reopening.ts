import {KeepspaceError} from '../../model/errors.ts'
import type {Time} from '../../model/time.ts'
import {pause} from '../time/pause.ts'
import {type CallLimit, finishWithin, startLimit} from './call-limit.ts'
import {errorNameOf} from './idb-errors.ts'
import type {RunningTransaction} from './indexeddb-transactions.ts'

/** How long each try to reopen waits first. */
const REOPEN_PAUSES_MS = [0, 100, 400] as const
/** How often a call is made in all, when each time the connection is lost under it. */
const MOST_ATTEMPTS = 3

/** Where the current connection is kept. */
export type ConnectionSlot = {db: IDBDatabase | null}

/** What looks after storage that a failure may have damaged. */
export type ReopeningCare = {
  /** Awaited before each try of a write. Never rejects. */
  before(): Promise<void>
  /** A write failed. */
  failed(error: KeepspaceError): void
  /** The browser closed the connection by itself. */
  doubt(): unknown
  /** What to tell instead of an error. */
  explain(error: KeepspaceError): KeepspaceError
}

/** A connection that is replaced when it is lost. */
export type ReopeningConnection = {
  /**
   * Runs one transaction; when the connection is lost under it, reopens and runs it again. A commit that had landed
   * before its answer was lost is then refused with its own commit id.
   *
   * @throws {@link KeepspaceError} `storage.lost` when that does not help, `storage.timeout` when the limit is reached.
   */
  run<Result>(
    start: () => RunningTransaction<Result>,
    limit: CallLimit,
    options?: {readonly isWrite?: boolean},
  ): Promise<Result>
  /** Closes the connection, and every one that still comes. Transactions under way end first. */
  close(): void
}

export type ReopeningOptions = {
  /** Holds an open connection at first. */
  readonly slot: ConnectionSlot
  readonly open: () => Promise<IDBDatabase>
  readonly openTimeoutMs: number
  readonly time: Time
  /** A connection was closed by somebody else, or lost under a call. */
  readonly onLost?: () => void
  readonly care?: ReopeningCare | undefined
}

/** Keeps the connection in `slot` alive. Any number of calls may run at once; they share one reopening. */
export function keepConnected(options: ReopeningOptions): ReopeningConnection {
  const {slot, time} = options
  const supply = supplyConnections(options)
  return {
    async run(start, limit, {isWrite = false} = {}) {
      const care = isWrite ? options.care : undefined
      const toldOf = (cause: unknown) => {
        const error = KeepspaceError.from(cause)
        return care?.explain(error) ?? error
      }
      for (let attempt = 1; ; attempt++) {
        await limit.race((care?.before() ?? Promise.resolve()).then(supply.connect)).catch((cause: unknown) => {
          throw toldOf(cause)
        })
        const used = slot.db
        try {
          return await finishWithin(start(), limit, time)
        } catch (cause) {
          const error = KeepspaceError.from(cause)
          care?.failed(error)
          if (error.code !== 'storage.lost') {
            throw error
          }
          supply.lose(used)
          if (attempt === MOST_ATTEMPTS) {
            throw toldOf(error)
          }
        }
      }
    },
    close: supply.end,
  }
}

/** Fills the slot when it is empty, and empties it when its connection is gone. */
function supplyConnections({slot, open, openTimeoutMs, time, onLost, care}: ReopeningOptions) {
  let hasEnded = false
  let reopening: Promise<void> | undefined

  function adopt(db: IDBDatabase): void {
    slot.db = db
    db.onclose = () => {
      lose(db)
      care?.doubt()
    }
    // Whoever upgrades or deletes the database waits for us.
    db.onversionchange = () => lose(db)
    if (hasEnded) {
      drop(db)
    }
  }

  function drop(db: IDBDatabase | null): void {
    db?.close()
    if (slot.db === db) {
      slot.db = null
    }
  }

  function lose(db: IDBDatabase | null): void {
    const isCurrent = slot.db === db && db !== null
    drop(db)
    if (isCurrent && !hasEnded) {
      onLost?.()
    }
  }

  async function connect(): Promise<void> {
    if (slot.db === null) {
      reopening ??= reopen(async () => adopt(await openWithin(open, openTimeoutMs, time)), time).finally(() => {
        reopening = undefined
      })
      await reopening
    }
  }

  function end(): void {
    hasEnded = true
    drop(slot.db)
  }

  if (slot.db) {
    adopt(slot.db)
  }
  return {connect, lose, end}
}

/** Tries to connect until it works, or rejects with `storage.lost` after the last try. */
async function reopen(connectOnce: () => Promise<void>, time: Time): Promise<void> {
  let failure: unknown
  for (const pauseMs of REOPEN_PAUSES_MS) {
    await (pauseMs === 0 ? undefined : pause(time, pauseMs))
    try {
      return await connectOnce()
    } catch (cause) {
      failure = cause
    }
  }
  throw new KeepspaceError('storage.lost', errorNameOf(failure), {cause: failure})
}

/** Opens within `timeoutMs`. A connection that comes later is closed, so that it never keeps others waiting. */
export async function openWithin(
  open: () => Promise<IDBDatabase>,
  timeoutMs: number,
  time: Time,
): Promise<IDBDatabase> {
  const limit = startLimit(time, timeoutMs)
  const opening = open()
  try {
    return await limit.race(opening)
  } catch (error) {
    opening.then(
      (late) => late.close(),
      () => {},
    )
    throw error
  } finally {
    limit.end()
  }
}
