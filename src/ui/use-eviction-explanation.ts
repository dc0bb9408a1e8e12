import {useMemo, useSyncExternalStore} from 'react'
import type {EvictionExplanation} from '../model/eviction.ts'
import {isEqualJson} from '../model/json.ts'
import {useKeepspace, useWorkspaceId} from './contexts.ts'
import {noSnapshot} from './server-snapshots.ts'

/**
 * Why a workspace is in memory, left it, or would be the next to go; undefined on a server. Follows who is in memory,
 * not the passing of time.
 *
 * @param explicitId - @defaultValue the workspace of the nearest provider
 * @throws {@link KeepspaceError} `usage` when there is neither an id nor a provider.
 */
export function useEvictionExplanation(explicitId?: string): EvictionExplanation | undefined {
  const keepspace = useKeepspace()
  const id = useWorkspaceId(explicitId)
  const {subscribe, read} = useMemo(() => {
    let last: EvictionExplanation | undefined
    return {
      subscribe: (listener: () => void) => keepspace.subscribe(listener),
      read: () => {
        const next = keepspace.explain(id)
        last = last !== undefined && isEqualJson(summary(last), summary(next)) ? last : next
        return last
      },
    }
  }, [keepspace, id])
  return useSyncExternalStore<EvictionExplanation | undefined>(subscribe, read, noSnapshot)
}

/** What makes a difference to a person: scores move with every moment. */
function summary({state, place, sentence, decision, lastSeenAt, standing}: EvictionExplanation) {
  // Somebody sees it: that moves with the clock too.
  const seenAt = standing?.reason === 'visible' || state === 'blocked' ? 0 : (lastSeenAt ?? 0)
  return {state, place: place ?? 0, sentence, seenAt, atMs: decision?.atMs ?? 0, outcome: decision?.outcome ?? ''}
}
