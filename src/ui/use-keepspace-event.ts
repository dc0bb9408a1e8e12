import {useEffect, useRef} from 'react'
import type {KeepspaceEvent, KeepspaceEventType} from '../model/events.ts'
import {useKeepspace} from './contexts.ts'

/**
 * Calls the newest `listener` for every event of one type, or of all with `'*'`, while mounted.
 * Listens from the commit on: what happened before is not repeated.
 */
export function useKeepspaceEvent<Type extends KeepspaceEventType | '*'>(
  type: Type,
  listener: (event: Type extends KeepspaceEventType ? Extract<KeepspaceEvent, {type: Type}> : KeepspaceEvent) => void,
): void {
  const keepspace = useKeepspace()
  const newest = useRef(listener)
  useEffect(() => {
    newest.current = listener
  })
  useEffect(() => keepspace.on(type, (event) => newest.current(event)), [keepspace, type])
}
