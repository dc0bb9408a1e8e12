import type {EvictionCandidate} from '../../src/model/eviction.ts'
import type {EntryId, WorkspaceId} from '../../src/model/ids.ts'

const HOUR_MS = 3_600_000

/** A workspace in memory that nothing protects: saved, hidden, with one component, seen an hour ago. */
export function candidate(id: string, facts: Partial<EvictionCandidate> = {}): EvictionCandidate {
  return {
    id: id as WorkspaceId,
    entryId: 'entry' as EntryId,
    isVisible: false,
    isShared: false,
    isPinned: false,
    isUnsavable: false,
    isAttached: false,
    isLoading: false,
    runningOperations: {resumable: 0, unresumable: 0},
    isDefault: false,
    componentCount: 1,
    bytes: 1_000,
    wasSeen: true,
    unseenMs: HOUR_MS,
    revisits: 0,
    ...facts,
  }
}
