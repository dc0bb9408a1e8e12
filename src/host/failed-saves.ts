import {backoffMs, type WriterPolicy} from '../machines/writer/writer.policy.ts'
import type {Time} from '../model/time.ts'
import type {Runtime} from './runtime.ts'

/** Asks again for saves that failed although the writer is well. */
export type FailedSaves = {
  /** A save of this workspace failed. */
  failed(runtime: Runtime): void
  /** Nobody is asked any more. */
  close(): void
}

/**
 * A save can fail by a read, when it looks at what another tab committed. The writer is idle then, has nothing to
 * recover from and announces nothing; the workspace is asked again after the writer's own back-off.
 */
export function createFailedSaves(options: {
  readonly time: Time
  readonly policy: WriterPolicy
  readonly isWriterWell: () => boolean
}): FailedSaves {
  const {time, policy, isWriterWell} = options
  const timers = new Map<Runtime, unknown>()
  const attempts = new WeakMap<Runtime, {readonly savedAt: number | undefined; readonly count: number}>()
  let isClosed = false

  const nextAttempt = (runtime: Runtime): number => {
    const savedAt = runtime.lastSavedAt
    const before = attempts.get(runtime)
    const count = before?.savedAt === savedAt ? (before?.count ?? 0) + 1 : 1
    attempts.set(runtime, {savedAt, count})
    return count
  }
  const ask = (runtime: Runtime) => {
    timers.delete(runtime)
    if (isWriterWell() && runtime.actor?.getSnapshot().matches({hot: 'failed'})) {
      runtime.actor.send({type: 'retry.due'})
    }
  }
  return {
    failed: (runtime) => {
      if (isClosed) {
        return
      }
      time.clearTimeout(timers.get(runtime))
      timers.set(
        runtime,
        time.setTimeout(() => ask(runtime), backoffMs(policy, nextAttempt(runtime))),
      )
    },
    close: () => {
      isClosed = true
      for (const timer of timers.values()) {
        time.clearTimeout(timer)
      }
      timers.clear()
    },
  }
}
