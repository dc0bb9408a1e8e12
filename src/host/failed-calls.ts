import {backoffMs, type WriterPolicy} from '../machines/writer/writer.policy.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {Time} from '../model/time.ts'
import type {Events} from './events.ts'
import type {Runtime} from './runtime.ts'

/** Asks again for loads that failed for the moment, and for saves that failed although the writer is well. */
export type FailedCalls = {
  /** A save of this workspace failed. */
  saveFailed(runtime: Runtime): void
  /** Nobody is asked any more. */
  close(): void
}

/** What storage answers with when the same read may succeed a moment later. */
const transient: ReadonlySet<string | undefined> = new Set(['storage.unavailable', 'storage.timeout', 'storage.lost'])

/**
 * A save can fail by a read, when it looks at what another tab committed. The writer is idle then, has nothing to
 * recover from and announces nothing; the workspace is asked again after the writer's own back-off. So is one whose load
 * failed: a person who looks at it need not know that there is something to press.
 */
export function createFailedCalls(options: {
  readonly time: Time
  readonly policy: WriterPolicy
  readonly events: Events
  readonly runtimeOf: (id: WorkspaceId) => Runtime | undefined
  readonly isWriterWell: () => boolean
}): FailedCalls {
  const {time, policy, events, runtimeOf, isWriterWell} = options
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
    const snapshot = runtime.actor?.getSnapshot()
    if (snapshot?.matches('loadFailed')) {
      runtime.actor?.send({type: 'reload.requested'})
    } else if (isWriterWell() && snapshot?.matches({hot: 'failed'})) {
      runtime.actor?.send({type: 'retry.due'})
    }
  }
  const failed = (runtime: Runtime) => {
    if (isClosed) {
      return
    }
    time.clearTimeout(timers.get(runtime))
    timers.set(
      runtime,
      time.setTimeout(() => ask(runtime), backoffMs(policy, nextAttempt(runtime))),
    )
  }
  const stopListening = events.on('workspace_load_failed', ({workspaceId, error}) => {
    const runtime = runtimeOf(workspaceId)
    if (runtime !== undefined && error.code === 'load.failed' && transient.has(error.detail)) {
      failed(runtime)
    }
  })
  return {
    saveFailed: failed,
    close: () => {
      isClosed = true
      stopListening()
      for (const timer of timers.values()) {
        time.clearTimeout(timer)
      }
      timers.clear()
    },
  }
}
