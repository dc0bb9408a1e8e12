import {useMemo, useSyncExternalStore} from 'react'
import type {WorkspaceStatus} from '../model/status.ts'
import {calmSaveStatus, type SaveStatusSource} from './calm-save-status.ts'
import {useKeepspaceScope} from './contexts.ts'
import {describeSaveStatus, type SaveStatusView} from './save-status.ts'
import {useStatusSource} from './use-snapshots.ts'

export type SaveStatusOptions = {
  /** Shows a save only when it takes longer than 400 ms. @defaultValue false */
  readonly smooth?: boolean
}

/**
 * How safe a workspace is, in words. Does not load it.
 *
 * @param id - @defaultValue the workspace of the nearest provider
 * @throws {@link KeepspaceError} `usage` without id and provider.
 */
export function useSaveStatus(id?: string, {smooth = false}: SaveStatusOptions = {}): SaveStatusView {
  const {time} = useKeepspaceScope()
  const statusSource = useStatusSource(id)
  const {read, subscribe} = useMemo(() => {
    const described: SaveStatusSource = {
      read: memoize(statusSource.read),
      subscribe: statusSource.subscribe,
    }
    return smooth ? calmSaveStatus(described, time) : described
  }, [statusSource, smooth, time])
  return useSyncExternalStore(
    subscribe,
    read,
    useMemo(() => memoize(statusSource.readOnServer), [statusSource]),
  )
}

/** The same view for the same status, as React wants it of a snapshot. */
function memoize(readStatus: () => WorkspaceStatus): () => SaveStatusView {
  let described: {readonly status: WorkspaceStatus; readonly view: SaveStatusView} | undefined
  return () => {
    const status = readStatus()
    if (described?.status !== status) {
      described = {status, view: describeSaveStatus(status)}
    }
    return described.view
  }
}
