import {KeepspaceError} from '../model/errors.ts'
import type {WorkspaceHandle} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {WorkspaceStatus} from '../model/status.ts'
import type {Runtime} from './runtime.ts'

/** One promise for each load, always the same one, as React's Suspense needs it. */
export type ReadyPromises = {
  whenReady(runtime: Runtime, handle: WorkspaceHandle): Promise<WorkspaceHandle>
}

/** Makes the promises; `onStatus` calls back when the status of a workspace changed. */
export function createReadyPromises(options: {
  readonly status: (id: WorkspaceId) => WorkspaceStatus
  readonly onStatus: (id: WorkspaceId, listener: () => void) => () => void
}): ReadyPromises {
  // By runtime, and weakly: an evicted one must not be kept for its promise.
  const kept = new WeakMap<Runtime, Promise<WorkspaceHandle>>()
  return {
    whenReady: (runtime, handle) => {
      const known = kept.get(runtime)
      if (known !== undefined) {
        return known
      }
      const promise = settleWithLoad(runtime.id, handle, options).catch((error: unknown) => {
        kept.delete(runtime)
        throw error
      })
      // Whoever waits gets the rejection; a promise that nobody took must not become an unhandled one.
      promise.catch(() => undefined)
      kept.set(runtime, promise)
      return promise
    },
  }
}

function settleWithLoad(
  id: WorkspaceId,
  handle: WorkspaceHandle,
  {status, onStatus}: Parameters<typeof createReadyPromises>[0],
): Promise<WorkspaceHandle> {
  return new Promise((resolve, reject) => {
    let stop: () => void = () => undefined
    const check = () => {
      const {phase, error} = status(id)
      if (phase === 'loading') {
        return
      }
      stop()
      if (phase === 'loadFailed') {
        reject(new KeepspaceError(error?.code ?? 'load.failed', error?.detail))
      } else {
        resolve(handle)
      }
    }
    stop = onStatus(id, check)
    check()
  })
}
