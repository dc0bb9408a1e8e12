import {type ReactElement, type ReactNode, useCallback, useEffect, useMemo, useSyncExternalStore} from 'react'
import {useKeepspace, WorkspaceContext} from './contexts.ts'
import {showWorkspace} from './shown-workspaces.ts'

export type WorkspaceProviderProps = {
  readonly id: string
  /** Whether a person sees it. Pass false for a view that stays mounted behind another one. @defaultValue true */
  readonly isVisible?: boolean
  readonly children?: ReactNode
}

/**
 * Sets the workspace for the hooks below and opens it. While it is mounted and visible the workspace is activated,
 * otherwise hidden. Nothing is saved or released because of React: unmounting changes nothing in the workspace.
 */
export function WorkspaceProvider({id, isVisible = true, children}: WorkspaceProviderProps): ReactElement {
  const keepspace = useKeepspace()
  const scope = useMemo(() => ({id, isVisible}), [id, isVisible])
  const {catalogue} = keepspace
  const isTrashed = useSyncExternalStore(
    useCallback((listener: () => void) => catalogue.subscribe(listener), [catalogue]),
    () => catalogue.isTrashed(id),
    () => false,
  )
  // Restored from the trash while it is mounted, it is opened again.
  useEffect(() => {
    if (isVisible && !isTrashed) {
      return showWorkspace(keepspace, id)
    }
    return undefined
  }, [keepspace, id, isVisible, isTrashed])
  useEffect(() => {
    if (!isTrashed) {
      keepspace.open(id)
    }
  }, [keepspace, id, isTrashed])
  return <WorkspaceContext.Provider value={scope}>{children}</WorkspaceContext.Provider>
}
