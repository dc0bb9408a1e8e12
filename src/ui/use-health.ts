import {useMemo, useSyncExternalStore} from 'react'
import type {Health} from '../model/health.ts'
import {useKeepspace} from './contexts.ts'

const nothingKnown: Health = {
  state: 'healthy',
  issues: [],
  successes: 0,
  failures: 0,
  last: undefined,
  hasPendingNewer: false,
  atRisk: {workspaces: 0, edits: 0, since: undefined},
  server: undefined,
}

/**
 * How saving fares, in all: here, and on the way to the server where there is one. Tells of changes when the state of
 * storage, of what is in memory or of that way changes; the counts are as of then.
 *
 * @throws {@link KeepspaceError} `usage` without `KeepspaceProvider`.
 */
export function useHealth(): Health {
  const keepspace = useKeepspace()
  const source = useMemo(
    () => ({
      subscribe: (listener: () => void) => keepspace.subscribe(listener),
      read: () => keepspace.getHealth(),
    }),
    [keepspace],
  )
  return useSyncExternalStore(source.subscribe, source.read, () => nothingKnown)
}
