import {useMemo, useSyncExternalStore} from 'react'
import type {MemoryStatus} from '../model/memory.ts'
import {useKeepspace} from './contexts.ts'

const onServer: MemoryStatus = {
  isOn: false,
  level: 'low',
  decision: {warns: false, evicts: false, blocks: false},
  isDegraded: false,
  reading: undefined,
  blocked: [],
}

/** How much memory is taken, and which workspaces wait for room in it. */
export function useMemoryStatus(): MemoryStatus {
  const keepspace = useKeepspace()
  const {subscribe, read} = useMemo(
    () => ({
      subscribe: (listener: () => void) => keepspace.subscribe(listener),
      read: () => keepspace.getMemory(),
    }),
    [keepspace],
  )
  return useSyncExternalStore(subscribe, read, () => onServer)
}
