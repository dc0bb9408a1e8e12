import {useCallback} from 'react'
import type {HistoryItem, HistoryVersion, Restored} from '../model/history.ts'
import {useKeepspace, useWorkspaceId} from './contexts.ts'
import {type Reading, useReading} from './use-reading.ts'

/** What was replaced in a workspace on this device, newest first. */
export type WorkspaceHistoryView = Reading<readonly HistoryItem[]> & {
  /** Brings a version back as an edit, and reads the list again. Rejects as `History.restore`. */
  readonly restore: (id: string) => Promise<Restored>
}

/**
 * What lost against another version in a workspace, read while it is shown. Does not load the workspace.
 *
 * @param id - @defaultValue the workspace of the nearest provider
 * @throws {@link KeepspaceError} `usage` without id and provider.
 */
export function useWorkspaceHistory(id?: string): WorkspaceHistoryView {
  const {history} = useKeepspace()
  const workspaceId = useWorkspaceId(id)
  const reading = useReading(useCallback(() => history.list(workspaceId), [history, workspaceId]))
  const {again} = reading
  const restore = useCallback(
    async (itemId: string) => {
      const restored = await history.restore(itemId)
      again()
      return restored
    },
    [history, again],
  )
  return {...reading, restore}
}

/** One of them with what it holds, read while it is shown. Changes nothing. */
export function useReplacedVersion(id: string): Reading<HistoryVersion> {
  const {history} = useKeepspace()
  return useReading(useCallback(() => history.read(id), [history, id]))
}
