import {useMemo} from 'react'
import type {ComponentDefinition} from '../model/component-definition.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {Change, ComponentInfo, SetOptions, Undo, WorkspaceHandle} from '../model/handles.ts'

/** The functions of a component handle, free of `this` and as stable as the handle, as React's hooks want them. */
export type ComponentAccess<State extends object> = {
  subscribe(listener: () => void): Undo
  getState(): State | undefined
  getInfo(): ComponentInfo | undefined
  set(change: Change<State>, options?: SetOptions): void
}

/**
 * The same object until workspace, definition or id are other ones. A component of another type under that id is never
 * read nor changed through this definition.
 */
export function useComponentAccess<Type extends string, State extends object>(
  workspace: WorkspaceHandle,
  definition: ComponentDefinition<Type, State>,
  componentId: string,
): ComponentAccess<State> {
  return useMemo(() => {
    const handle = workspace.component(definition, componentId)
    const isOther = () => (handle.getInfo()?.type ?? definition.type) !== definition.type
    return {
      subscribe: (listener) => handle.subscribe(listener),
      getState: () => (isOther() ? undefined : handle.getState()),
      getInfo: () => handle.getInfo(),
      set(change, options) {
        if (isOther()) {
          throw new KeepspaceError('component.duplicate', `${componentId} is not a ${definition.type}`)
        }
        handle.set(change, options)
      },
    }
  }, [workspace, definition, componentId])
}
