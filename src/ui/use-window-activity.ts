import {useMemo, useSyncExternalStore} from 'react'
import type {WindowActivity} from '../model/activity.ts'
import {useKeepspace} from './contexts.ts'

/**
 * Whether a person sees the window and types into it. For views that rest while nobody looks.
 *
 * @throws {@link KeepspaceError} `usage` without `KeepspaceProvider`.
 */
export function useWindowActivity(): WindowActivity {
  const {activity} = useKeepspace()
  const {subscribe, read} = useMemo(
    () => ({subscribe: activity.subscribe, read: () => activity.getSnapshot().state}),
    [activity],
  )
  return useSyncExternalStore(subscribe, read, () => 'visible' as const)
}
