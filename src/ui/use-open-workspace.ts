import {useContext, useEffect, useRef} from 'react'
import {KeepspaceError} from '../model/errors.ts'
import type {WorkspaceHandle} from '../model/handles.ts'
import type {WorkspaceStatus} from '../model/status.ts'
import {useKeepspace, useWorkspaceId, WorkspaceContext} from './contexts.ts'
import {suspendUntilLoaded} from './suspended-loads.ts'

export type WaitOptions = {
  /** Shows the nearest Suspense fallback until the workspace is loaded. @defaultValue false */
  readonly suspense?: boolean
  /** Throws to the nearest error boundary when loading failed. @defaultValue the value of `suspense` */
  readonly throwOnError?: boolean
}

/**
 * The handle of the provider's workspace, or of another one, which is then opened. A workspace that is evicted behind
 * a view stays evicted: only a `WorkspaceProvider` that becomes visible brings it back.
 *
 * @throws {@link KeepspaceError} `usage` without id and provider; the error of a failed load as the options say.
 */
export function useOpenWorkspace(explicitId: string | undefined, options: WaitOptions): WorkspaceHandle {
  const {suspense = false, throwOnError = suspense} = options
  const keepspace = useKeepspace()
  const scope = useContext(WorkspaceContext)
  const id = useWorkspaceId(explicitId)
  const isProvided = scope?.id === id
  const openedId = useRef<string>(undefined)
  useEffect(() => {
    if (!isProvided) {
      openedId.current = id
      keepspace.open(id)
    }
  }, [keepspace, id, isProvided])
  if (suspense && (isProvided || openedId.current !== id)) {
    suspendUntilLoaded(keepspace, id, scope?.id === id ? scope.isVisible : true)
  }
  if (throwOnError) {
    assertNotFailed(keepspace.getStatus(id))
  }
  return keepspace.workspace(id)
}

function assertNotFailed({phase, error}: WorkspaceStatus): void {
  if (phase === 'loadFailed') {
    throw new KeepspaceError(error?.code ?? 'load.failed', error?.detail)
  }
}
