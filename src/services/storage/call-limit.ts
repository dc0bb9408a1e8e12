import {KeepspaceError} from '../../model/errors.ts'
import type {Time} from '../../model/time.ts'
import type {RunningTransaction} from './indexeddb-transactions.ts'

/** How long an abort is waited for, after a call has run out of time. */
const ABORT_GRACE_MS = 500

/** The time-out and the abort signal of one call. */
export type CallLimit = {
  /** Answers with `work`, or rejects with `storage.timeout` when the limit is reached first. `work` goes on. */
  race<Result>(work: Promise<Result>): Promise<Result>
  isReached(): boolean
  /** Forgets timer and signal. */
  end(): void
}

/** Starts the clock of one call. */
export function startLimit(time: Time, timeoutMs: number, signal?: AbortSignal): CallLimit {
  let error: KeepspaceError | undefined
  let reject: (error: KeepspaceError) => void = () => {}
  const reached = new Promise<never>((_, rejected) => {
    reject = rejected
  })
  reached.catch(() => {})

  const reach = (detail: string) => {
    error ??= new KeepspaceError('storage.timeout', detail)
    reject(error)
  }
  const timer = time.setTimeout(() => reach(`no answer within ${timeoutMs} ms`), timeoutMs)
  const onAbort = () => reach('aborted by its caller')
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) {
    onAbort()
  }

  return {
    race: (work) => Promise.race([reached, work]),
    isReached: () => error !== undefined,
    end() {
      time.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

/**
 * Waits for a transaction, and aborts it when the limit is reached. One that completes all the same is a success; one
 * that does not even answer the abort within {@link ABORT_GRACE_MS} has an unknown outcome.
 *
 * @throws {@link KeepspaceError} `storage.timeout` when the limit was reached, else what the transaction says.
 */
export async function finishWithin<Result>(
  running: RunningTransaction<Result>,
  limit: CallLimit,
  time: Time,
): Promise<Result> {
  try {
    return await limit.race(running.done)
  } catch (error) {
    if (!limit.isReached()) {
      throw error
    }
    running.abort()
    return await finishAborted(running, KeepspaceError.from(error), time)
  }
}

async function finishAborted<Result>(
  {done}: RunningTransaction<Result>,
  timeout: KeepspaceError,
  time: Time,
): Promise<Result> {
  const grace = startLimit(time, ABORT_GRACE_MS)
  try {
    return await grace.race(done)
  } catch (error) {
    throw error instanceof KeepspaceError && error.code === 'storage.quota' ? error : timeout
  } finally {
    grace.end()
  }
}
