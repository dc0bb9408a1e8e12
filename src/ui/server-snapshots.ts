import type {WorkspaceId} from '../model/ids.ts'
import type {CatalogueSnapshot, KeepspaceSnapshot, WorkspaceStatus} from '../model/status.ts'

/** What is shown where nothing can be loaded: on a server, and while a page made there is taken over. */
export const serverSnapshot: KeepspaceSnapshot = {
  storage: {
    name: '',
    phase: 'opening',
    isPersistent: false,
    isKept: undefined,
    restore: {emptied: [], isEverythingGone: false, emptiedCount: 0, regressedCount: 0},
    returned: undefined,
    error: undefined,
  },
  audit: {phase: 'unknown', done: 0, total: 0, isHoldingWrites: false, report: undefined},
  hot: [],
  current: undefined,
  currentEntry: undefined,
  isOverCap: false,
  cap: 0,
}

export const serverCatalogue: CatalogueSnapshot = {
  phase: 'loading',
  error: undefined,
  entries: [],
  workspaces: [],
  trashedEntries: [],
  trashedWorkspaces: [],
  unreadable: [],
}

/** The status of a workspace on a server: still loading, so nothing is claimed about it. */
export function serverStatus(id: string): WorkspaceStatus {
  return {
    id: id as WorkspaceId,
    phase: 'loading',
    isSlow: false,
    save: 'saved',
    level: 'unsaved',
    isPersistent: false,
    isVisible: false,
    editing: 'nobody',
    revision: 0,
    unsavedSince: undefined,
    lastSavedAt: undefined,
    componentCount: 0,
    runningCount: 0,
    operations: [],
    waitingOperations: [],
    isPinned: false,
    problems: [],
    error: undefined,
  }
}

/** For snapshots that do not exist on a server. */
export const noSnapshot = (): undefined => undefined
