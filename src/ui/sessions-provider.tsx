import {createContext, type ReactElement, type ReactNode} from 'react'
import type {Sessions} from '../sessions.ts'
import {useProvided} from './contexts.ts'

const SessionsContext = createContext<Sessions | undefined>(undefined)

export type SessionsProviderProps = {
  /** Made once, outside React, beside the Keepspace. The provider neither starts nor closes it. */
  readonly sessions: Sessions
  readonly children?: ReactNode
}

/** Makes the sessions of a Keepspace known to all hooks below. Put it inside a `KeepspaceProvider`. */
export function SessionsProvider({sessions, children}: SessionsProviderProps): ReactElement {
  return <SessionsContext.Provider value={sessions}>{children}</SessionsContext.Provider>
}

/**
 * The sessions of the nearest `SessionsProvider`.
 *
 * @throws {@link KeepspaceError} `usage` when there is none.
 */
export function useSessions(): Sessions {
  return useProvided(SessionsContext, 'SessionsProvider')
}
