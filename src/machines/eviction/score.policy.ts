import type {EvictionCandidate, EvictionScore, EvictionTier} from '../../model/eviction.ts'
import {neverReasonsOf} from './protection.policy.ts'

/** What one component counts. */
const COMPONENT_SCORE = 10
/** What a workspace counts that is seen right now; falls to nothing over {@link RECENCY_MS}. */
const RECENCY_SCORE = 100
/** How long it takes until having been seen counts nothing any more. Only time counts while the device was awake. */
const RECENCY_MS = 30 * 60_000
/** What one revisit counts. */
const REVISIT_SCORE = 5
/** More revisits than this count no more. */
const MOST_REVISITS = 10

/** How much a workspace would be missed, compared with others of its tier. One never seen has no recency. */
export function scoreOf({componentCount, wasSeen, unseenMs, revisits}: EvictionCandidate): EvictionScore {
  const components = componentCount * COMPONENT_SCORE
  const freshness = wasSeen ? Math.max(0, 1 - unseenMs / RECENCY_MS) : 0
  const recency = Math.round(freshness * RECENCY_SCORE)
  const visits = Math.min(revisits, MOST_REVISITS) * REVISIT_SCORE
  return {components, recency, revisits: visits, total: components + recency + visits}
}

/** Where a workspace stands: those of an earlier tier go before any of a later one, whatever their scores. */
export function tierOf(candidate: EvictionCandidate): EvictionTier {
  const {runningOperations, isDefault, componentCount} = candidate
  if (neverReasonsOf(candidate).length > 0) {
    return 'never'
  }
  if (runningOperations.resumable + runningOperations.unresumable > 0) {
    return 'running'
  }
  if (isDefault) {
    return 'default'
  }
  return componentCount > 0 ? 'content' : 'empty'
}

/** The order in which tiers go. */
export const tierOrder: Record<EvictionTier, number> = {empty: 0, content: 1, default: 2, running: 3, never: 4}
