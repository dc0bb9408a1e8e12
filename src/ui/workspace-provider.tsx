import {type ReactElement, type ReactNode, useEffect, useMemo} from 'react'
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
  useEffect(() => {
    if (isVisible) {
      return showWorkspace(keepspace, id)
    }
    return undefined
  }, [keepspace, id, isVisible])
  useEffect(() => void keepspace.open(id), [keepspace, id])
  return <WorkspaceContext.Provider value={scope}>{children}</WorkspaceContext.Provider>
}
