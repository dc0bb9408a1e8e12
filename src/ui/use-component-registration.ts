import {useEffect, useRef, useSyncExternalStore} from 'react'
import type {ComponentDefinition} from '../model/component-definition.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {ComponentInfo, WorkspaceHandle} from '../model/handles.ts'
import type {JsonObject} from '../model/json.ts'
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
  useAddedWhenHot(workspace, definition, registration)
  useStoredActive(workspace, registration, info)
  return info
}

function useAddedWhenHot<Type extends string, State extends object>(
  workspace: WorkspaceHandle,
  definition: ComponentDefinition<Type, State>,
  registration: ComponentRegistration<State>,
): void {
  const {id} = registration
  const {subscribe, read} = useStatusSource(workspace.id)
  const phase = useSyncExternalStore(
    subscribe,
    () => read().phase,
    () => 'loading' as const,
  )
  const newest = useRef(registration)
  useEffect(() => {
    newest.current = registration
  })
  useEffect(() => {
    const handle = workspace.component(definition, id)
    if (phase !== 'hot' || !isHot(workspace) || handle.getInfo() !== undefined) {
      return
    }
    const {layout, state, isActive = false} = newest.current
    workspace.add(definition, {id, ifAbsent: true, ...(layout && {layout}), ...(state && {state})})
    if (isActive && handle.getInfo() !== undefined) {
      workspace.setActive(id, true)
    }
  }, [workspace, definition, id, phase])
}

/** A change that cannot be stored yet waits for the next render in which it can. */
function useStoredActive(
  workspace: WorkspaceHandle,
  {id, isActive = false}: ComponentRegistration<JsonObject>,
  info: ComponentInfo | undefined,
): void {
  const seen = useRef(isActive)
  useEffect(() => {
    if (isActive !== seen.current && info?.status === 'ready' && isHot(workspace)) {
      seen.current = isActive
      workspace.setActive(id, isActive)
    }
  }, [workspace, id, isActive, info])
}

function isHot(workspace: WorkspaceHandle): boolean {
  return workspace.getStatus().phase === 'hot'
}
