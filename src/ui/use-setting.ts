import {useMemo, useSyncExternalStore} from 'react'
import type {Json} from '../model/json.ts'
import type {WriteResult} from '../model/save.ts'
import {useKeepspace} from './contexts.ts'
import {noSnapshot} from './server-snapshots.ts'

/** Takes effect at once. The promise resolves when the value is durable; whether anyone looks at it is their choice. */
export type SetSetting<Value> = (value: Value) => Promise<WriteResult>

/**
 * One durable setting of the app, and how to change it.
 *
 * @param fallback - shown while nothing is stored under that name, or settings are not loaded yet. Never stored.
 */
export function useSetting<Value>(
  name: string,
  fallback: Value & Json,
): readonly [value: Value, set: SetSetting<Value & Json>] {
  const {settings} = useKeepspace()
  const {subscribe, read, set} = useMemo(
    () => ({
      subscribe: (listener: () => void) => settings.subscribe(listener),
      read: () => settings.get(name),
      set(value: Value & Json) {
        const written = settings.set(name, value)
        written.catch(() => {})
        return written
      },
    }),
    [settings, name],
  )
  const value = useSyncExternalStore(subscribe, read, noSnapshot)
  return [value === undefined ? fallback : (value as Value), set]
}
