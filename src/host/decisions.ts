import type {EvictionRef} from '../machines/eviction/eviction.machine.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {EvictionDecision, EvictionExplanation, RankedCandidate} from '../model/eviction.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveReason} from '../model/save.ts'
import {sentenceOf} from './decision-words.ts'
import type {Events} from './events.ts'

/** So many decisions are remembered. */
const MOST_DECISIONS = 32
/** Of so many workspaces that left memory it is known why. */
const MOST_DEPARTURES = 256

/** The decisions about memory that were made last, and what they mean for one workspace. */
export type Decisions = {
  /** Oldest first. */
  all(): readonly EvictionDecision[]
  explain(id: WorkspaceId): EvictionExplanation
}

/** Follows the eviction: remembers its decisions and tells them as events. */
export function createDecisions(context: {
  readonly eviction: EvictionRef
  readonly now: () => number
  readonly emit: (event: KeepspaceEvent) => void
  readonly changed: () => void
  /** Those in memory now, the next to go first. */
  readonly standings: () => readonly RankedCandidate[]
  readonly lastSeenAt: (id: WorkspaceId) => number | undefined
  /** It was to come in, and there was no room. */
  readonly isRefused: (id: WorkspaceId) => boolean
  readonly on: Events['on']
}): Decisions {
  const {eviction, now, emit, changed, standings, lastSeenAt, isRefused} = context
  let decisions: readonly EvictionDecision[] = []
  /** Why those that are not in memory left it, the last one last. */
  const departures = new Map<WorkspaceId, SaveReason>()
  context.on('workspace_opened', ({workspaceId}) => void departures.delete(workspaceId))
  context.on('workspace_runtime_evicted', ({workspaceId, reason}) => {
    departures.delete(workspaceId)
    departures.set(workspaceId, reason)
    for (const id of [...departures.keys()].slice(0, -MOST_DEPARTURES)) {
      departures.delete(id)
    }
  })

  const add = (decision: EvictionDecision) => {
    decisions = [...decisions.slice(1 - MOST_DECISIONS), decision]
    const {cause, strength, ranking} = decision
    emit({type: 'eviction_score_calculated', cause, strength, ranking})
    for (const {id, protections} of ranking) {
      if (protections.includes('pinned')) {
        emit({type: 'eviction_skipped_pinned', workspaceId: id})
      }
    }
  }
  const settle = (id: WorkspaceId, outcome: Pick<EvictionDecision, 'outcome' | 'error'>) => {
    decisions = decisions.map((decision) =>
      decision.victimId === id && decision.outcome === 'pending' ? {...decision, ...outcome} : decision,
    )
    changed()
  }
  eviction.on('victim.chosen', ({workspaceId, cause, strength, ranking}) => {
    add({atMs: now(), cause, strength, victimId: workspaceId, ranking, outcome: 'pending', error: undefined})
    emit({type: 'eviction_candidate_selected', workspaceId, cause, strength, ranking})
  })
  eviction.on('eviction.blocked', ({cause, strength, ranking}) => {
    add({atMs: now(), cause, strength, victimId: undefined, ranking, outcome: 'nothingMayGo', error: undefined})
    emit({type: 'no_eviction_candidates', cause, strength, ranking})
  })
  eviction.on('victim.released', ({workspaceId, cause}) => {
    settle(workspaceId, {outcome: 'released', error: undefined})
    emit({
      type: cause === 'capacity' ? 'runtime_evicted_for_capacity' : 'runtime_evicted_memory_pressure',
      workspaceId,
      cause,
    })
  })
  eviction.on('victim.refused', ({workspaceId, error}) => settle(workspaceId, {outcome: 'refused', error}))
  eviction.on('victim.stayed', ({workspaceId}) => settle(workspaceId, {outcome: 'refused', error: undefined}))

  return {
    all: () => decisions,
    explain: (id) => {
      const ranking = standings()
      const index = ranking.findIndex((row) => row.id === id)
      const isSeen = ranking[index]?.reason === 'visible'
      const standing = isRefused(id) ? undefined : ranking[index]
      const departure = departures.get(id)
      // One that let it go says nothing any more once it was opened again.
      const decision = decisions.findLast(
        ({victimId, outcome}) => victimId === id && (outcome !== 'released' || departure === 'evict'),
      )
      const facts = {
        workspaceId: id,
        state: isRefused(id) ? ('blocked' as const) : stateOf(id, standing, ranking, decision),
        standing,
        place: standing === undefined ? undefined : index + 1,
        decision,
        lastSeenAt: isSeen ? now() : lastSeenAt(id),
      }
      return {...facts, sentence: sentenceOf(facts, departure)}
    },
  }
}

function stateOf(
  id: WorkspaceId,
  standing: RankedCandidate | undefined,
  ranking: readonly RankedCandidate[],
  decision: EvictionDecision | undefined,
): EvictionExplanation['state'] {
  if (standing === undefined) {
    return decision?.outcome === 'released' ? 'evicted' : 'cold'
  }
  if (standing.reason !== 'mayGo') {
    return 'kept'
  }
  return ranking.find(({reason}) => reason === 'mayGo')?.id === id ? 'goesNext' : 'mayGo'
}
