import {useSyncExternalStore} from 'react'
import type {ComponentDefinition} from '../model/component-definition.ts'
import type {Change, ComponentInfo, SetOptions} from '../model/handles.ts'
import {noSnapshot} from './server-snapshots.ts'
import {useComponentAccess} from './use-component-access.ts'
import {useOpenWorkspace} from './use-open-workspace.ts'

export type ComponentStateOptions = {
  /** @defaultValue the workspace of the nearest provider. Any other one is opened. */
  readonly workspaceId?: string
  /** Shows the nearest Suspense fallback until the workspace is loaded. @defaultValue false */
  readonly suspense?: boolean
}

/** Merges a change into the state. The same function for the same component. */
export type SetComponentState<State extends object> = (change: Change<State>, options?: SetOptions) => void

/**
 * The state of one component, how to change it, and what is known of it besides. The state lives outside React: it is
 * undefined until the workspace is loaded, never a default; a value that arrives late shows at once; a change made
 * before that is kept and merged into the loaded state. Renders again for this component alone.
 *
 * @throws {@link KeepspaceError} `usage` without provider; with `suspense` the error of a failed load.
 */
export function useComponentState<Type extends string, State extends object>(
  definition: ComponentDefinition<Type, State>,
  componentId: string,
  options: ComponentStateOptions = {},
): readonly [state: State | undefined, set: SetComponentState<State>, info: ComponentInfo | undefined] {
  const {workspaceId, suspense = false} = options
  const workspace = useOpenWorkspace(workspaceId, {suspense})
  const {subscribe, getState, getInfo, set} = useComponentAccess(workspace, definition, componentId)
  const state = useSyncExternalStore(subscribe, getState, noSnapshot)
  const info = useSyncExternalStore(subscribe, getInfo, noSnapshot)
  return [state, set, info]
}
