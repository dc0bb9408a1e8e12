import {useMemo, useSyncExternalStore} from 'react'
import type {Alarm} from '../model/alarms.ts'
import type {CatalogueSnapshot, KeepspaceSnapshot, WorkspaceStatus} from '../model/status.ts'
import {useKeepspace, useWorkspaceId} from './contexts.ts'
import {serverCatalogue, serverSnapshot, serverStatus} from './server-snapshots.ts'

/** The whole system at a glance: storage, and which workspaces are in memory. */
export function useKeepspaceSnapshot(): KeepspaceSnapshot {
  const keepspace = useKeepspace()
  const {subscribe, read} = useMemo(
    () => ({
      subscribe: (listener: () => void) => keepspace.subscribe(listener),
      read: () => keepspace.getSnapshot(),
    }),
    [keepspace],
  )
  return useSyncExternalStore(subscribe, read, () => serverSnapshot)
}

const noAlarms: readonly Alarm[] = []

/** What rang and was not dismissed, in workspaces in memory and on disk. */
export function useAlarms(): readonly Alarm[] {
  const {alarms} = useKeepspace()
  const {subscribe, read} = useMemo(
    () => ({subscribe: (listener: () => void) => alarms.subscribe(listener), read: () => alarms.list()}),
    [alarms],
  )
  return useSyncExternalStore(subscribe, read, () => noAlarms)
}

/** All entries and workspaces, from their heads alone. */
export function useCatalogue(): CatalogueSnapshot {
  const {catalogue} = useKeepspace()
  const {subscribe, read} = useMemo(
    () => ({
      subscribe: (listener: () => void) => catalogue.subscribe(listener),
      read: () => catalogue.getSnapshot(),
    }),
    [catalogue],
  )
  return useSyncExternalStore(subscribe, read, () => serverCatalogue)
}

/**
 * The status of one workspace, without loading it.
 *
 * @param id - @defaultValue the workspace of the nearest provider
 * @throws {@link KeepspaceError} `usage` when there is neither an id nor a provider.
 */
export function useWorkspaceStatus(id?: string): WorkspaceStatus {
  const {subscribe, read, readOnServer} = useStatusSource(id)
  return useSyncExternalStore(subscribe, read, readOnServer)
}

/** Where the status of a workspace is read. The same object until the workspace is another one. */
export function useStatusSource(explicitId: string | undefined) {
  const keepspace = useKeepspace()
  const id = useWorkspaceId(explicitId)
  return useMemo(() => {
    const onServer = serverStatus(id)
    return {
      subscribe: (listener: () => void) => keepspace.subscribeStatus(id, listener),
      read: () => keepspace.getStatus(id),
      readOnServer: () => onServer,
    }
  }, [keepspace, id])
}
