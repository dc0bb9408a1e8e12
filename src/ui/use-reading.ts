import {useCallback, useEffect, useMemo, useState} from 'react'
import {type ErrorReport, KeepspaceError} from '../model/errors.ts'

/** Something read from the server for a view. `value` stays while it is read again. */
export type Reading<Value> = {
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly value: Value | undefined
  readonly error: ErrorReport | undefined
  /** Reads it again, e.g. after a failure. */
  readonly again: () => void
}

type State<Value> = Omit<Reading<Value>, 'again'>

/** Reads while it is shown, anew when `read` is another function. What comes too late is not shown. */
export function useReading<Value>(read: () => Promise<Value>): Reading<Value> {
  const [state, setState] = useState<State<Value>>({phase: 'loading', value: undefined, error: undefined})
  const load = useCallback(
    async (request: {isCurrent: boolean}) => {
      setState(({value}) => ({phase: 'loading', value, error: undefined}))
      let next: State<Value>
      try {
        next = {phase: 'ready', value: await read(), error: undefined}
      } catch (cause) {
        next = {phase: 'failed', value: undefined, error: KeepspaceError.from(cause, 'server.offline').report}
      }
      if (request.isCurrent) {
        setState(next)
      }
    },
    [read],
  )
  useEffect(() => {
    const request = {isCurrent: true}
    void load(request)
    return () => {
      request.isCurrent = false
    }
  }, [load])
  return useMemo(() => ({...state, again: () => void load({isCurrent: true})}), [state, load])
}
