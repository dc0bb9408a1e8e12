import {useMemo, useSyncExternalStore} from 'react'
import type {ConflictOutcome, ConflictResolution, ConflictView} from '../model/conflict.ts'
import {useKeepspace, useWorkspaceId} from './contexts.ts'

/** A choice that is due, and the way to make it. */
export type ConflictChoice = {
  /** Both versions of what was changed in two places; undefined while there is nothing to choose. */
  readonly conflict: ConflictView | undefined
  /**
   * Ends the conflict. What is replaced stays in the history.
   *
   * @throws {@link KeepspaceError} the codes of storage; then the conflict stays
   */
  readonly resolve: (resolution: ConflictResolution) => Promise<ConflictOutcome>
}

/**
 * The conflict of a workspace, if there is one. Does not load it.
 *
 * @param id - @defaultValue the workspace of the nearest provider
 * @throws {@link KeepspaceError} `usage` without id and provider.
 */
export function useConflict(id?: string): ConflictChoice {
  const keepspace = useKeepspace()
  const workspaceId = useWorkspaceId(id)
  const {subscribe, read, resolve} = useMemo(() => {
    const workspace = keepspace.workspace(workspaceId)
    return {
      subscribe: (listener: () => void) => workspace.subscribe(listener),
      read: () => workspace.getConflict(),
      resolve: (resolution: ConflictResolution) => workspace.resolveConflict(resolution),
    }
  }, [keepspace, workspaceId])
  const conflict = useSyncExternalStore(subscribe, read, noConflict)
  return useMemo(() => ({conflict, resolve}), [conflict, resolve])
}

const noConflict = () => undefined
