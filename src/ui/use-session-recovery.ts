import {useMemo, useSyncExternalStore} from 'react'
import type {EntryId} from '../model/ids.ts'
import type {RecoverySnapshot} from '../model/recovery.ts'
import type {SessionRecovery} from '../sessions.ts'
import {useSessions} from './sessions-provider.tsx'

/** Work of an earlier visit that the server does not have, and what can be done with each piece of it. */
export type RecoveryView = RecoverySnapshot &
  Pick<SessionRecovery, 'look' | 'compare' | 'discard' | 'restoreReplaced'> & {
    /** Goes on with the work; the answer is its entry. */
    readonly recover: (entryId: string) => Promise<EntryId>
  }

const looking: RecoverySnapshot = {phase: 'looking', items: [], error: undefined}

/**
 * What a recovery dialog needs. Show it before anything is opened: `phase` is `looking` until it is known what there is.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useSessionRecovery(): RecoveryView {
  const {recovery} = useSessions()
  const {subscribe, read, verbs} = useMemo(
    () => ({
      subscribe: (listener: () => void) => recovery.subscribe(listener),
      read: () => recovery.getSnapshot(),
      verbs: {
        look: () => recovery.look(),
        compare: (entryId: string) => recovery.compare(entryId),
        recover: (entryId: string) => recovery.recover(entryId),
        discard: (entryId: string) => recovery.discard(entryId),
        restoreReplaced: (entryId: string) => recovery.restoreReplaced(entryId),
      },
    }),
    [recovery],
  )
  const snapshot = useSyncExternalStore(subscribe, read, () => looking)
  return useMemo(() => ({...snapshot, ...verbs}), [snapshot, verbs])
}
