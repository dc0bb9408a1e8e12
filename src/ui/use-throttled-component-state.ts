import {useEffect, useLayoutEffect, useState, useSyncExternalStore} from 'react'
import type {ComponentDefinition} from '../model/component-definition.ts'
import {LocalValue, nothingRestored, type RestoredView} from './local-value.ts'
import {useComponentAccess} from './use-component-access.ts'
import {useOpenWorkspace} from './use-open-workspace.ts'

export type ThrottledComponentStateOptions<State extends object> = {
  /** How often keys that are not immediate are saved at most. @defaultValue the `throttleMs` of the component type */
  readonly throttleMs?: number
  /** Keys whose change is saved at once, besides those of the component type. */
  readonly immediateKeys?: readonly (keyof State & string)[]
  /**
   * Takes over a state from elsewhere: once when the stored state is known, and whenever another tab or running work
   * changed it. Keys that were edited here since are in it as they are here. Called before the browser paints.
   */
  readonly onRestore?: (state: State) => void
  /** @defaultValue the workspace of the nearest provider. Any other one is opened. */
  readonly workspaceId?: string
}

/** React on a server warns about layout effects, which it never runs. */
const useEffectBeforePaint = typeof window === 'undefined' ? useEffect : useLayoutEffect

/**
 * Stores the state of a component that owns it (`useState`, a reducer). Publishes each change at once; the core decides
 * how often it is saved, and always saves the last one. Unmounting changes nothing.
 *
 * The first `value` is not an edit, so a default is never stored; an edit made before the workspace is loaded waits for
 * the load and is merged into what was stored, key by key. A component that changes by itself (a clock) should begin
 * when `isRestored` is true.
 *
 * The component has to exist, see `useComponentRegistration`. Without `onRestore` it is the caller's part to take
 * `restored` over.
 *
 * @throws {@link KeepspaceError} `usage` without provider; what `ComponentHandle.set` refuses.
 */
export function useThrottledComponentState<Type extends string, State extends object>(
  definition: ComponentDefinition<Type, State>,
  componentId: string,
  value: Partial<State>,
  options: ThrottledComponentStateOptions<State> = {},
): RestoredView<State> {
  const workspace = useOpenWorkspace(options.workspaceId, {})
  const access = useComponentAccess(workspace, definition, componentId)
  const [tied, tie] = useState(() => new LocalValue(access, value))
  const local = tied.access === access ? tied : new LocalValue(access, value)
  if (local !== tied) {
    tie(local)
  }
  useEffectBeforePaint(() => {
    local.update(value, options)
    const {onRestore} = options
    const restored = onRestore && local.takeRestored()
    if (restored) {
      onRestore(restored)
    }
  })
  return useSyncExternalStore(
    access.subscribe,
    () => local.getView(),
    () => nothingRestored,
  )
}
