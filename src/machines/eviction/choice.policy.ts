import type {
  EvictionCandidate,
  EvictionCause,
  EvictionPolicy,
  EvictionStrength,
  RankedCandidate,
} from '../../model/eviction.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import {hardProtectionsOf} from './protection.policy.ts'

/** No more workspaces than this are ever loaded at once, pinned ones included. */
export const ABSOLUTE_CAP = 25

/** How many may be in memory: `cap` that are neither pinned nor owned elsewhere, `absoluteCap` in all. */
export type Capacity = {readonly cap: number; readonly absoluteCap: number}

/** Memory that is wanted back besides keeping the cap. */
export type Wish = {
  readonly cause: Exclude<EvictionCause, 'capacity'>
  readonly strength: EvictionStrength
  /** How much memory is to be freed, estimated bytes. */
  readonly bytes: number
}

export type Choice = {
  readonly victimId: WorkspaceId | undefined
  /** What its departure frees, estimated bytes. */
  readonly victimBytes: number
  readonly isOverCap: boolean
  readonly cause: EvictionCause
  readonly strength: EvictionStrength
  /** Every workspace in memory, the next to go first, with the reason why it stays or goes. */
  readonly ranking: readonly RankedCandidate[]
}

/** Whether a workspace counts for the cap. Those that somebody keeps on purpose count for the absolute cap only. */
export function countsForCap({isPinned, isAttached}: Pick<EvictionCandidate, 'isPinned' | 'isAttached'>): boolean {
  return !isPinned && !isAttached
}

/** How many more are in memory than may be. */
export function excessOf(candidates: readonly EvictionCandidate[], {cap, absoluteCap}: Capacity): number {
  return Math.max(0, candidates.filter(countsForCap).length - cap, candidates.length - absoluteCap)
}

/**
 * Chooses the next workspace to leave memory: urgently while there are too many, otherwise as strongly as the wish asks
 * until its bytes are freed. The policy says in which order; hard protections hold whatever it says.
 */
export function chooseVictim(
  candidates: readonly EvictionCandidate[],
  facts: {
    readonly capacity: Capacity
    readonly wish: Wish | undefined
    readonly refused: readonly WorkspaceId[]
    readonly policy: EvictionPolicy
  },
): Choice {
  const isOverCap = excessOf(candidates, facts.capacity) > 0
  const wish = facts.wish !== undefined && facts.wish.bytes > 0 ? facts.wish : undefined
  const strength = isOverCap ? 'urgent' : (wish?.strength ?? 'urgent')
  const refused = new Set(facts.refused)
  const ranking = facts.policy(candidates, {strength, refused})
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  const victim =
    isOverCap || wish !== undefined
      ? ranking.find(({id, reason}) => {
          const candidate = byId.get(id)
          return reason === 'mayGo' && candidate !== undefined && hardProtectionsOf(candidate, refused).length === 0
        })
      : undefined
  return {
    victimId: victim?.id,
    victimBytes: victim?.bytes ?? 0,
    isOverCap,
    cause: isOverCap ? 'capacity' : (wish?.cause ?? 'capacity'),
    strength,
    ranking: ranking.map((row) => (row === victim ? {...row, reason: 'chosen'} : row)),
  }
}

const strengthOrder: Record<EvictionStrength, number> = {suggested: 0, proactive: 1, urgent: 2}

/** Two wishes at once: the stronger one counts, and the most bytes of both. */
export function stronger(one: Wish | undefined, other: Wish): Wish {
  if (one === undefined) {
    return other
  }
  const leading = strengthOrder[other.strength] >= strengthOrder[one.strength] ? other : one
  return {...leading, bytes: Math.max(one.bytes, other.bytes)}
}
