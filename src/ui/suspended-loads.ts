import {KeepspaceError} from '../model/errors.ts'
import type {Keepspace} from '../model/handles.ts'

type SuspendedLoad = {
  readonly whenSettled: Promise<void>
  /** Ends the wait because the workspace could not even be opened. For good: React renders once more before it believes an error. */
  refuse(error: KeepspaceError): void
  refusal: KeepspaceError | undefined
}

const suspendedLoads = new WeakMap<Keepspace, Map<string, SuspendedLoad>>()

/**
 * Throws what React's Suspense waits for, while a workspace is not loaded: the same promise for the same load.
 *
 * @param mayOpen - whether waiting for a workspace that is not in memory brings it there. Never for one that nobody
 * sees: the views of evicted workspaces would push each other out of memory for ever.
 * @throws a promise; {@link KeepspaceError} `usage` on a server, where nothing is loaded (the fallback is sent and the
 * browser takes over); whatever `Keepspace.open` refuses with.
 */
export function suspendUntilLoaded(keepspace: Keepspace, id: string, mayOpen: boolean): void {
  if (isSettled(keepspace, id)) {
    return
  }
  if (typeof window === 'undefined') {
    throw new KeepspaceError('usage', 'a workspace is loaded in the browser, not on a server')
  }
  const loads = loadsOf(keepspace)
  const load = loads.get(id) ?? startWaiting(keepspace, id, loads)
  if (load.refusal) {
    throw load.refusal
  }
  if (mayOpen) {
    openSoon(keepspace, id, load)
  }
  throw load.whenSettled
}

function isSettled(keepspace: Keepspace, id: string): boolean {
  const {phase} = keepspace.getStatus(id)
  return phase !== 'cold' && phase !== 'loading'
}

function loadsOf(keepspace: Keepspace): Map<string, SuspendedLoad> {
  let loads = suspendedLoads.get(keepspace)
  if (loads === undefined) {
    loads = new Map()
    suspendedLoads.set(keepspace, loads)
  }
  return loads
}

function startWaiting(keepspace: Keepspace, id: string, loads: Map<string, SuspendedLoad>): SuspendedLoad {
  let resolveWait = () => {}
  const whenSettled = new Promise<void>((resolve) => {
    resolveWait = resolve
  })
  const stop = keepspace.subscribeStatus(id, () => {
    if (isSettled(keepspace, id)) {
      stop()
      loads.delete(id)
      resolveWait()
    }
  })
  const load: SuspendedLoad = {
    whenSettled,
    refusal: undefined,
    refuse(error) {
      stop()
      load.refusal = error
      resolveWait()
    },
  }
  loads.set(id, load)
  return load
}

/** Not while rendering: opening tells other views, and they would have to render in the middle of this render. */
function openSoon(keepspace: Keepspace, id: string, load: SuspendedLoad): void {
  queueMicrotask(() => {
    try {
      keepspace.open(id)
    } catch (error) {
      load.refuse(KeepspaceError.from(error, 'usage'))
    }
  })
}
