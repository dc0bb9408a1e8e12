import type {WorkspaceId} from '../../model/ids.ts'

/** What the policy may know of one workspace in memory. Plain data. */
export type Candidate = {
  readonly id: WorkspaceId
  /** When a person last saw it, milliseconds since 1970. */
  readonly lastSeenMs: number
  readonly isVisible: boolean
  /** Its state is owned elsewhere and would not be freed. */
  readonly isAttached: boolean
  /** It has not been loaded yet. */
  readonly isLoading: boolean
}

/** Why a workspace stays or goes. */
export type Verdict = 'leastRecentlySeen' | 'mayGo' | 'visible' | 'attached' | 'loading' | 'refused'

export type Ranked = {readonly id: WorkspaceId; readonly reason: Verdict}

export type Choice = {
  readonly victimId: WorkspaceId | undefined
  readonly isOverCap: boolean
  /** Every workspace in memory, the next to go first, with the reason why it stays or goes. */
  readonly ranking: readonly Ranked[]
}

/**
 * Chooses the least recently seen workspace that may go while more than `cap` are in memory. Never one that is visible,
 * attached, still loading, or that refused to go just now: losing nothing comes before fitting in memory.
 * Ties break by id.
 */
export function chooseVictim(candidates: readonly Candidate[], cap: number, refused: readonly WorkspaceId[]): Choice {
  const isOverCap = candidates.length > cap
  const oldestFirst = candidates.toSorted((a, b) => a.lastSeenMs - b.lastSeenMs || (a.id < b.id ? -1 : 1))
  const judged = oldestFirst.map((candidate) => ({id: candidate.id, reason: judge(candidate, refused)}))
  const victimId = isOverCap ? judged.find(({reason}) => reason === 'mayGo')?.id : undefined
  return {
    victimId,
    isOverCap,
    ranking: judged.map((row) => (row.id === victimId ? {id: row.id, reason: 'leastRecentlySeen'} : row)),
  }
}

function judge(candidate: Candidate, refused: readonly WorkspaceId[]): Verdict {
  if (candidate.isVisible) {
    return 'visible'
  }
  if (candidate.isAttached) {
    return 'attached'
  }
  if (candidate.isLoading) {
    return 'loading'
  }
  return refused.includes(candidate.id) ? 'refused' : 'mayGo'
}
