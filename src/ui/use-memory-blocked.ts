import {useMemo} from 'react'
import type {WorkspaceId} from '../model/ids.ts'
import type {UnloadOutcome} from '../model/save.ts'
import {useKeepspace, useWorkspaceId} from './contexts.ts'
import {useMemoryStatus} from './use-memory-status.ts'
import {useKeepspaceSnapshot, useWorkspaceStatus} from './use-snapshots.ts'

/** A workspace for which there is no room, and what a person can do about it. */
export type MemoryBlockedView = {
  readonly isBlocked: boolean
  /** Memory itself is nearly full. Otherwise everything that may be in memory is needed. */
  readonly isCritical: boolean
  /** Those in memory, seen last first: letting one of them go makes room. */
  readonly inMemory: readonly WorkspaceId[]
  /** Saves one of them and lets it go. */
  readonly close: (id: WorkspaceId, options?: {readonly stopsWork?: boolean}) => Promise<UnloadOutcome>
  /** Shows what is stored, and writes nothing. Always possible. */
  readonly openReadOnly: () => void
  /** Asks again. Critical memory lets one workspace in that a person asks for, when there is no other. */
  readonly open: () => void
}

/**
 * What a view of a workspace needs whose status says `memory.blocked`. It opens by itself once there is room, or once
 * memory is no longer nearly full.
 *
 * @param explicitId - @defaultValue the workspace of the nearest provider
 * @throws {@link KeepspaceError} `usage` when there is neither an id nor a provider.
 */
export function useMemoryBlocked(explicitId?: string): MemoryBlockedView {
  const keepspace = useKeepspace()
  const id = useWorkspaceId(explicitId)
  const {error} = useWorkspaceStatus(id)
  const {decision} = useMemoryStatus()
  const {hot} = useKeepspaceSnapshot()
  const isBlocked = error?.code === 'memory.blocked'
  const isCritical = decision.blocks
  return useMemo(
    () => ({
      isBlocked,
      isCritical,
      inMemory: hot.filter((each) => each !== id),
      close: (other, options) => keepspace.unload(other, options),
      openReadOnly: () => keepspace.workspace(id).openReadOnly(),
      open: () => keepspace.workspace(id).retryLoad(),
    }),
    [keepspace, id, isBlocked, isCritical, hot],
  )
}
