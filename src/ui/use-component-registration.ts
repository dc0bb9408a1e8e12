import {useEffect, useRef, useSyncExternalStore} from 'react'
import type {ComponentDefinition} from '../model/component-definition.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {ComponentInfo, WorkspaceHandle} from '../model/handles.ts'
import type {Layout} from '../model/records.ts'
import {noteMounted} from './mounted-components.ts'
import {noSnapshot} from './server-snapshots.ts'
import {useComponentAccess} from './use-component-access.ts'
import {useOpenWorkspace} from './use-open-workspace.ts'
import {useStatusSource} from './use-snapshots.ts'

export type ComponentRegistration<State extends object> = {
  readonly id: string
  /** Where a new component stands. Later moves are edits: `workspace.setLayout`. */
  readonly layout?: Partial<Layout>
  /** Merged over the initial state of a new component. */
  readonly state?: Partial<State>
  /** Whether a new component is switched on. A later change of this value is stored, the first one never is. */
  readonly isActive?: boolean
}

/**
 * Makes sure that a component exists while it is mounted: adds it once the workspace is loaded, unless it is there or
 * was deleted. Never changes and never deletes what is stored.
 *
 * @returns what is known of the component; undefined until the workspace is loaded, and when it was deleted.
 * @throws {@link KeepspaceError} to the nearest error boundary: `usage` without provider; `component.duplicate` when
 * the id belongs to a component of another type, stored or mounted.
 */
export function useComponentRegistration<Type extends string, State extends object>(
  definition: ComponentDefinition<Type, State>,
  registration: ComponentRegistration<State>,
): ComponentInfo | undefined {
  const {id} = registration
  const workspace = useOpenWorkspace(undefined, {})
  const {subscribe, getInfo} = useComponentAccess(workspace, definition, id)
  const info = useSyncExternalStore(subscribe, getInfo, noSnapshot)
  if (info !== undefined && info.status !== 'placeholder' && info.type !== definition.type) {
    throw new KeepspaceError('component.duplicate', `${id} is a ${info.type}, not a ${definition.type}`)
  }
  useEffect(() => noteMounted(workspace, id, definition.type), [workspace, id, definition])
  const isHot = useIsHot(workspace)
  useAdded(workspace, definition, registration, isHot)
  useStoredActive(workspace, registration, isHot && info?.status === 'ready')
  return info
}

/** Whether the workspace is loaded and may be edited. */
function useIsHot(workspace: WorkspaceHandle): boolean {
  const {subscribe, read} = useStatusSource(workspace.id)
  return useSyncExternalStore(
    subscribe,
    () => read().phase === 'hot',
    () => false,
  )
}

function useAdded<Type extends string, State extends object>(
  workspace: WorkspaceHandle,
  definition: ComponentDefinition<Type, State>,
  registration: ComponentRegistration<State>,
  isHot: boolean,
): void {
  const {id} = registration
  const newest = useRef(registration)
  useEffect(() => {
    newest.current = registration
  })
  useEffect(() => {
    const handle = workspace.component(definition, id)
    if (!isHot || workspace.getStatus().phase !== 'hot' || handle.getInfo() !== undefined) {
      return
    }
    const {layout, state, isActive = false} = newest.current
    workspace.add(definition, {id, ifAbsent: true, ...(layout && {layout}), ...(state && {state})})
    if (isActive && handle.getInfo() !== undefined) {
      workspace.setActive(id, true)
    }
  }, [workspace, definition, id, isHot])
}

/** A change that cannot be stored yet waits until it can. */
function useStoredActive(
  workspace: WorkspaceHandle,
  {id, isActive = false}: Pick<ComponentRegistration<object>, 'id' | 'isActive'>,
  isEditable: boolean,
): void {
  const seen = useRef(isActive)
  useEffect(() => {
    if (isActive !== seen.current && isEditable && workspace.getStatus().phase === 'hot') {
      seen.current = isActive
      workspace.setActive(id, isActive)
    }
  }, [workspace, id, isActive, isEditable])
}
