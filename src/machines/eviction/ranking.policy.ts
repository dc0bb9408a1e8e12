import type {
  EvictionCandidate,
  EvictionPolicy,
  EvictionProtection,
  EvictionRequest,
  RankedCandidate,
} from '../../model/eviction.ts'
import {decidingProtection, hardProtectionsOf, protectionsOf} from './protection.policy.ts'
import {scoreOf, tierOf, tierOrder} from './score.policy.ts'

/**
 * Who would be missed least goes first: empty ones, then those with content, the default of its entry, running work.
 * Within a tier the lowest score, then the one seen longest ago, then by id.
 */
export const smartPolicy: EvictionPolicy = (candidates, request) =>
  rank(
    candidates,
    request,
    protectionsOf,
    (a, b) =>
      tierOrder[tierOf(a)] - tierOrder[tierOf(b)] ||
      scoreOf(a).total - scoreOf(b).total ||
      b.unseenMs - a.unseenMs ||
      byId(a, b),
  )

/** The one seen longest ago goes first, whatever it holds; running work and visits count nothing. Ties break by id. */
export const lruPolicy: EvictionPolicy = (candidates, request) =>
  rank(candidates, request, hardProtectionsOf, (a, b) => b.unseenMs - a.unseenMs || byId(a, b))

type Protect = (candidate: EvictionCandidate, refused: EvictionRequest['refused']) => readonly EvictionProtection[]

function rank(
  candidates: readonly EvictionCandidate[],
  request: EvictionRequest,
  protect: Protect,
  compare: (a: EvictionCandidate, b: EvictionCandidate) => number,
): readonly RankedCandidate[] {
  return candidates.toSorted(compare).map((candidate) => {
    const protections = protect(candidate, request.refused)
    return {
      id: candidate.id,
      reason: decidingProtection(protections, request.strength) ?? 'mayGo',
      tier: tierOf(candidate),
      score: scoreOf(candidate),
      protections,
      bytes: candidate.bytes,
    }
  })
}

const byId = (a: EvictionCandidate, b: EvictionCandidate): number => (a.id < b.id ? -1 : 1)
