import {useMemo, useSyncExternalStore} from 'react'
import type {ComponentInfo, WorkspaceHandle} from '../model/handles.ts'
import type {WorkspaceStatus} from '../model/status.ts'
import {useOpenWorkspace, type WaitOptions} from './use-open-workspace.ts'
import {useWorkspaceStatus} from './use-snapshots.ts'

export type WorkspaceView = {
  readonly workspace: WorkspaceHandle
  readonly status: WorkspaceStatus
  /** All components in order of `z` and id; none until the workspace is loaded. The same array until it changes. */
  readonly components: readonly ComponentInfo[]
}

const noComponents: readonly ComponentInfo[] = []

/**
 * A workspace with its status and its components. Does not render again when the state of a component changes.
 *
 * @param id - @defaultValue the workspace of the nearest provider. Any other one is opened.
 * @throws {@link KeepspaceError} `usage` without id and provider; the error of a failed load as the options say.
 */
export function useWorkspace(id?: string, options: WaitOptions = {}): WorkspaceView {
  const workspace = useOpenWorkspace(id, options)
  const status = useWorkspaceStatus(workspace.id)
  const {subscribe, read} = useMemo(
    () => ({
      subscribe: (listener: () => void) => workspace.subscribe(listener),
      read: () => workspace.getComponents(),
    }),
    [workspace],
  )
  const components = useSyncExternalStore(subscribe, read, () => noComponents)
  return {workspace, status, components}
}
