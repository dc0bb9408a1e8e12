import type {WorkspaceId} from '../model/ids.ts'
import {LEAVE_PREFIX, leavePrefix} from '../model/keys.ts'
import type {StoragePort} from '../model/storage-port.ts'
import {asLeave} from '../services/codec/record-shapes.ts'

/** What rings according to last words that no head knows of yet. */
export type LeftDeadlines = {
  /** Reads the last words of every tab that was left, or those for one workspace. */
  read(id?: WorkspaceId): Promise<readonly WorkspaceId[]>
  /** When something rings in it at the earliest. */
  next(id: WorkspaceId): number | undefined
  /** They are part of the workspace now. */
  forget(id: WorkspaceId): void
}

/** Makes what knows of last words. */
export function createLeftDeadlines(storage: () => Promise<Pick<StoragePort, 'readPrefix'>>): LeftDeadlines {
  const nextMs = new Map<WorkspaceId, number>()
  return {
    read: async (id) => {
      const found = await (await storage()).readPrefix(id === undefined ? LEAVE_PREFIX : leavePrefix(id))
      const ids = new Set<WorkspaceId>()
      for (const {value} of found) {
        const {workspaceId, head} = asLeave(value) ?? {}
        if (workspaceId !== undefined && head?.nextDeadlineMs !== undefined) {
          nextMs.set(workspaceId, Math.min(head.nextDeadlineMs, nextMs.get(workspaceId) ?? Number.POSITIVE_INFINITY))
          ids.add(workspaceId)
        }
      }
      return [...ids]
    },
    next: (id) => nextMs.get(id),
    forget: (id) => void nextMs.delete(id),
  }
}
