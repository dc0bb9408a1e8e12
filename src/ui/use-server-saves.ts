import {useCallback, useMemo, useSyncExternalStore} from 'react'
import type {ServerSavesSnapshot, UnsentWorkspace} from '../model/server-saves.ts'
import type {ResolveOptions, ServerChoice, ServerConflict, ServerSaves} from '../sessions.ts'
import {describeServerSave, describeServerSaves, type ServerSaveWords} from './server-save-words.ts'
import {useServerSavesService} from './server-saves-provider.tsx'
import {type Reading, useReading} from './use-reading.ts'
import {useWorkspaceStatus} from './use-snapshots.ts'

const notKnown: ServerSavesSnapshot = {phase: 'starting', unsent: [], unstored: [], error: undefined}

/** How saving to the server fares, and what can be done about it. */
export type ServerSavesView = ServerSavesSnapshot & {
  readonly words: ServerSaveWords
  /** Saves everything here and sends it now; the answer is what the server does not have even so. */
  readonly flush: ServerSaves['flush']
  /** A new token is there: what waited for it goes out. */
  readonly tokenDelivered: () => void
}

/**
 * All workspaces that are saved to a server by themselves.
 *
 * @throws {@link KeepspaceError} `usage` without `ServerSavesProvider`.
 */
export function useServerSaves(): ServerSavesView {
  const serverSaves = useServerSavesService()
  const snapshot = useServerSavesSnapshot(serverSaves)
  return useMemo(
    () => ({
      ...snapshot,
      words: describeServerSaves(snapshot),
      flush: serverSaves.flush,
      tokenDelivered: serverSaves.tokenDelivered,
    }),
    [serverSaves, snapshot],
  )
}

/** One workspace on its way to the server. */
export type ServerSaveView = {
  /** Why the server does not have it as it is here; undefined when nothing of it waits. */
  readonly unsent: UnsentWorkspace | undefined
  readonly words: ServerSaveWords
  /** How many workspaces wait, this one included. */
  readonly waitingCount: number
  /** Goes on with one version, where both changed it. */
  readonly resolve: (choice: ServerChoice, options?: ResolveOptions) => Promise<void>
}

/**
 * How one workspace stands on its way from this device to the server. Does not load it.
 *
 * @throws {@link KeepspaceError} `usage` without `ServerSavesProvider`.
 */
export function useServerSave(workspaceId: string): ServerSaveView {
  const serverSaves = useServerSavesService()
  const snapshot = useServerSavesSnapshot(serverSaves)
  const {level} = useWorkspaceStatus(workspaceId)
  const resolve = useCallback(
    (choice: ServerChoice, options?: ResolveOptions) => serverSaves.resolve(workspaceId, choice, options),
    [serverSaves, workspaceId],
  )
  return useMemo(() => {
    const unsent = snapshot.unsent.find((one) => one.workspaceId === workspaceId)
    const words = describeServerSave(snapshot, unsent, level)
    return {unsent, words, waitingCount: snapshot.unsent.length, resolve}
  }, [snapshot, workspaceId, level, resolve])
}

/**
 * Both versions of a workspace that was saved to the server from two places, read while it is shown.
 *
 * @throws {@link KeepspaceError} `usage` without `ServerSavesProvider`.
 */
export function useServerConflict(workspaceId: string): Reading<ServerConflict> {
  const serverSaves = useServerSavesService()
  return useReading(useCallback(() => serverSaves.readConflict(workspaceId), [serverSaves, workspaceId]))
}

function useServerSavesSnapshot(serverSaves: ServerSaves): ServerSavesSnapshot {
  const {subscribe, read} = useMemo(
    () => ({
      subscribe: (listener: () => void) => serverSaves.subscribe(listener),
      read: () => serverSaves.getSnapshot(),
    }),
    [serverSaves],
  )
  return useSyncExternalStore(subscribe, read, () => notKnown)
}
