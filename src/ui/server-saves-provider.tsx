import {createContext, type ReactElement, type ReactNode} from 'react'
import type {ServerSaves} from '../sessions.ts'
import {useProvided} from './contexts.ts'

export const ServerSavesContext = createContext<ServerSaves | undefined>(undefined)

export type ServerSavesProviderProps = {
  /** Made once, outside React, beside the Keepspace. The provider neither starts nor closes it. */
  readonly serverSaves: ServerSaves
  readonly children?: ReactNode
}

/** Makes known to all hooks below what saves workspaces to a server. Put it inside a `KeepspaceProvider`. */
export function ServerSavesProvider({serverSaves, children}: ServerSavesProviderProps): ReactElement {
  return <ServerSavesContext.Provider value={serverSaves}>{children}</ServerSavesContext.Provider>
}

/** @throws {@link KeepspaceError} `usage` when there is no `ServerSavesProvider`. */
export function useServerSavesService(): ServerSaves {
  return useProvided(ServerSavesContext, 'ServerSavesProvider')
}
