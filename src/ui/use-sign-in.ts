import {useContext, useMemo} from 'react'
import {ServerSavesContext} from './server-saves-provider.tsx'
import {useSessions} from './sessions-provider.tsx'
import {useHealth} from './use-health.ts'

/** Whether something waits for a person to sign in again, and how to tell that they have. */
export type SignInView = {
  /** The server did not take the token: what is to be sent waits on this device. */
  readonly isNeeded: boolean
  /** A new token is there: everything that waited for it goes out, in its order. */
  readonly signedIn: () => void
}

/**
 * What a notice needs that asks a person to sign in again: for lists, sessions, and workspaces saved to a server alike.
 *
 * @throws {@link KeepspaceError} `usage` without `KeepspaceProvider` and `SessionsProvider`.
 */
export function useSignIn(): SignInView {
  const sessions = useSessions()
  const serverSaves = useContext(ServerSavesContext)
  const isNeeded = useHealth().server?.link === 'paused.unauthorized'
  return useMemo(
    () => ({
      isNeeded,
      signedIn: () => {
        sessions.tokenDelivered()
        serverSaves?.tokenDelivered()
      },
    }),
    [isNeeded, sessions, serverSaves],
  )
}
