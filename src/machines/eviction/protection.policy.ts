import type {EvictionCandidate, EvictionProtection, EvictionRequest, EvictionStrength} from '../../model/eviction.ts'

/** Seen a shorter time ago than this, a workspace is protected. Only time counts during which the device was awake. */
const RECENTLY_SEEN_MS = 10 * 60_000
/** Come back to more often than this, a workspace is protected. */
const OFTEN_REVISITED = 5

const overridden: Record<EvictionStrength, ReadonlySet<EvictionProtection>> = {
  suggested: new Set(),
  proactive: new Set(['recentlySeen', 'oftenRevisited']),
  urgent: new Set(['recentlySeen', 'oftenRevisited', 'running']),
}

/** What keeps a workspace in memory whatever anybody wants. Losing nothing comes before fitting in memory. */
export function neverReasonsOf(candidate: EvictionCandidate): readonly EvictionProtection[] {
  const {isVisible, isShared, isPinned, isUnsavable, isAttached, isLoading} = candidate
  return holding([
    [isVisible, 'visible'],
    [isShared, 'shared'],
    [isPinned, 'pinned'],
    [isUnsavable, 'notDurable'],
    [isAttached, 'attached'],
    [isLoading, 'loading'],
  ])
}

/** What no request overrides right now: the reasons for never, work that would be lost, and having refused just now. */
export function hardProtectionsOf(
  candidate: EvictionCandidate,
  refused: EvictionRequest['refused'],
): readonly EvictionProtection[] {
  return [
    ...neverReasonsOf(candidate),
    ...holding([
      [candidate.runningOperations.unresumable > 0, 'needsConsent'],
      [refused.has(candidate.id), 'refused'],
    ]),
  ]
}

/** Everything that speaks against the eviction of a workspace, the strongest reason first. */
export function protectionsOf(
  candidate: EvictionCandidate,
  refused: EvictionRequest['refused'],
): readonly EvictionProtection[] {
  const {runningOperations, wasSeen, unseenMs, revisits} = candidate
  return [
    ...hardProtectionsOf(candidate, refused),
    ...holding([
      [runningOperations.resumable > 0, 'running'],
      [wasSeen && unseenMs < RECENTLY_SEEN_MS, 'recentlySeen'],
      [revisits > OFTEN_REVISITED, 'oftenRevisited'],
    ]),
  ]
}

/** The first protection that a request of this strength may not override, or undefined when nothing stands in its way. */
export function decidingProtection(
  protections: readonly EvictionProtection[],
  strength: EvictionStrength,
): EvictionProtection | undefined {
  return protections.find((protection) => !overridden[strength].has(protection))
}

function holding(facts: readonly (readonly [boolean, EvictionProtection])[]): readonly EvictionProtection[] {
  return facts.filter(([holds]) => holds).map(([, protection]) => protection)
}
