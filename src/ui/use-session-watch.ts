import {useEffect} from 'react'
import {useSessions} from './sessions-provider.tsx'
import {useSession} from './use-session.ts'

/**
 * Watches the session of an entry while it is shown, so that `isBehind` of its status says when the server has a newer
 * version. Asks nothing while the entry has no session or the window is hidden.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useSessionWatch(entryId: string): void {
  const sessions = useSessions()
  const {sessionId} = useSession(entryId).status
  useEffect(() => (sessionId === undefined ? undefined : sessions.watch(entryId)), [sessions, entryId, sessionId])
}
