import {useCallback, useMemo} from 'react'
import type {EntryContent} from '../model/content.ts'
import type {EntryId} from '../model/ids.ts'
import type {DocumentMetadata} from '../model/wire/documents.ts'
import {useSessions} from './sessions-provider.tsx'
import {type Reading, useReading} from './use-reading.ts'

/** A snapshot to be looked at, and the way to go on with it. */
export type SharedSnapshot = Reading<{readonly metadata: DocumentMetadata; readonly content: EntryContent}> & {
  /** Makes an own entry of it. The snapshot stays as it is. Rejects as `Sessions.makeOwn` does. */
  readonly makeOwn: () => Promise<EntryId>
}

/**
 * Reads a snapshot by the id in its link. `error.code` is `notFound` for one that was deleted or never existed.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useSharedSnapshot(id: string): SharedSnapshot {
  const sessions = useSessions()
  const reading = useReading(useCallback(() => sessions.readSnapshot(id), [sessions, id]))
  return useMemo(() => ({...reading, makeOwn: () => sessions.makeOwn(id)}), [reading, sessions, id])
}
