import {type ReactElement, type ReactNode, useMemo} from 'react'
import type {Keepspace} from '../model/handles.ts'
import type {Time} from '../model/time.ts'
import {KeepspaceContext} from './contexts.ts'

export type KeepspaceProviderProps = {
  /** Made once, outside React. The provider neither starts nor disposes it. */
  readonly keepspace: Keepspace
  /** The clock of everything on screen that waits. @defaultValue the one of the Keepspace */
  readonly time?: Time
  readonly children?: ReactNode
}

/** Makes a Keepspace known to all hooks below. */
export function KeepspaceProvider({keepspace, time = keepspace.time, children}: KeepspaceProviderProps): ReactElement {
  const scope = useMemo(() => ({keepspace, time}), [keepspace, time])
  return <KeepspaceContext.Provider value={scope}>{children}</KeepspaceContext.Provider>
}
