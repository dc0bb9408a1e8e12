import {useMemo, useState} from 'react'
import type {ErrorReport} from '../model/errors.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveOutcome, UnloadOutcome} from '../model/save.ts'
import type {CatalogueSnapshot, WorkspaceInfo} from '../model/status.ts'
import {useKeepspaceScope} from './contexts.ts'
import {useCatalogue, useKeepspaceSnapshot} from './use-snapshots.ts'

/** One workspace in a list of all: what is known without loading it. Its status and its reasons have hooks of their own. */
export type ManagedWorkspace = WorkspaceInfo & {readonly isInMemory: boolean}

/** All workspaces, those in memory first, a page at a time, and what can be done with each. */
export type WorkspaceManagerView = {
  /** Whether the list is still being read, or could not be. */
  readonly phase: CatalogueSnapshot['phase']
  readonly error: ErrorReport | undefined
  /** Reads the list again. */
  readonly retry: () => void
  /** The workspaces of this page. */
  readonly workspaces: readonly ManagedWorkspace[]
  readonly total: number
  /** From 0. */
  readonly page: number
  readonly pageCount: number
  readonly setPage: (page: number) => void
  /** Saves it and lets it go from memory. */
  readonly close: (id: WorkspaceId, options?: {readonly stopsWork?: boolean}) => Promise<UnloadOutcome>
  /** Brings it into memory without showing it. */
  readonly reopen: (id: WorkspaceId) => void
  readonly save: (id: WorkspaceId) => Promise<SaveOutcome>
  readonly setPinned: (id: WorkspaceId, isPinned: boolean) => Promise<void>
  /** The moment of this rendering, milliseconds since 1970, for ages. */
  readonly nowMs: number
}

/**
 * What a list of all workspaces needs.
 *
 * @param options.pageSize - @defaultValue 50
 */
export function useWorkspaceManager({pageSize = 50}: {readonly pageSize?: number} = {}): WorkspaceManagerView {
  const {keepspace, time} = useKeepspaceScope()
  const {workspaces, phase, error} = useCatalogue()
  const {hot} = useKeepspaceSnapshot()
  const [wanted, setPage] = useState(0)
  const ordered = useMemo(() => inOrder(workspaces, hot), [workspaces, hot])
  const pageCount = Math.max(1, Math.ceil(ordered.length / pageSize))
  const page = Math.min(wanted, pageCount - 1)
  const verbs = useMemo(
    () => ({
      // What cannot be read this time either is in the catalogue again.
      retry: () => void keepspace.catalogue.refresh().catch(() => undefined),
      close: (id: WorkspaceId, options?: {readonly stopsWork?: boolean}) => keepspace.unload(id, options),
      reopen: (id: WorkspaceId) => void keepspace.open(id),
      save: (id: WorkspaceId) => keepspace.workspace(id).save(),
      setPinned: (id: WorkspaceId, isPinned: boolean) => keepspace.catalogue.setWorkspacePinned(id, isPinned),
    }),
    [keepspace],
  )
  return {
    ...verbs,
    phase,
    error,
    nowMs: time.now(),
    workspaces: ordered.slice(page * pageSize, (page + 1) * pageSize),
    total: ordered.length,
    page,
    pageCount,
    setPage,
  }
}

/** Those in memory in the order they were seen, then the others in the order of the catalogue. */
function inOrder(workspaces: readonly WorkspaceInfo[], hot: readonly WorkspaceId[]): readonly ManagedWorkspace[] {
  const byId = new Map(workspaces.map((workspace) => [workspace.id, workspace]))
  const inMemory = new Set(hot)
  const first = hot.flatMap((id) => byId.get(id) ?? [])
  const rest = workspaces.filter(({id}) => !inMemory.has(id))
  return [
    ...first.map((workspace) => ({...workspace, isInMemory: true})),
    ...rest.map((workspace) => ({...workspace, isInMemory: false})),
  ]
}
