import {type ReactNode, useContext} from 'react'
import {useKeepspace, WorkspaceContext} from './contexts.ts'
import {type BoundaryProps, ErrorBoundary} from './error-boundary.tsx'

/** Put around each component: when one throws, its siblings stay. Its stored state is not touched. */
export function ComponentBoundary(props: BoundaryProps): ReactNode {
  return <ErrorBoundary {...props} title="This part could not be shown. Its content is safe." />
}

/**
 * Put inside a `WorkspaceProvider`, around what it shows. Trying again also loads the workspace again when loading
 * failed; another workspace is shown without the failure of this one.
 *
 * @throws {@link KeepspaceError} `usage` without `KeepspaceProvider`.
 */
export function WorkspaceBoundary(props: BoundaryProps): ReactNode {
  const keepspace = useKeepspace()
  const id = useContext(WorkspaceContext)?.id
  const retryLoad = () => {
    if (id !== undefined && keepspace.getStatus(id).phase === 'loadFailed') {
      keepspace.workspace(id).retryLoad()
    }
  }
  return (
    <ErrorBoundary
      {...props}
      title="This workspace could not be shown. Nothing of it is overwritten."
      resetKey={id}
      onReset={retryLoad}
    />
  )
}
