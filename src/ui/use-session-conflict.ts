import {useCallback} from 'react'
import type {SessionConflict} from '../sessions.ts'
import {useSessions} from './sessions-provider.tsx'
import {type Reading, useReading} from './use-reading.ts'

/**
 * Both versions of a session and where they differ, read from the server while it is shown: put it into the view that
 * lets a person choose, and end it with `resolve` of `useSession`.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useSessionConflict(entryId: string): Reading<SessionConflict> {
  const sessions = useSessions()
  return useReading(useCallback(() => sessions.readConflict(entryId), [sessions, entryId]))
}
