import {useMemo, useSyncExternalStore} from 'react'
import type {ShutdownOptions, ShutdownReport, ShutdownSnapshot} from '../model/shutdown.ts'
import {useKeepspace} from './contexts.ts'

/** How far a shutdown is, and what a person may do about it. */
export type ShutdownView = ShutdownSnapshot & {
  /** Begins a shutdown, or tries again one that was late. */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport>
  cancel(): void
  closeAnyway(): Promise<ShutdownReport>
}

const atWork: ShutdownSnapshot = {phase: 'open', isSlow: false, total: 0, durable: 0, late: [], attempts: 0}

/**
 * The way to the end, for a dialog: progress, who is late and why, try again, cancel, close anyway.
 *
 * @throws {@link KeepspaceError} `usage` without `KeepspaceProvider`.
 */
export function useShutdown(): ShutdownView {
  const keepspace = useKeepspace()
  const source = useMemo(
    () => ({
      subscribe: (listener: () => void) => keepspace.subscribe(listener),
      read: () => keepspace.getShutdown(),
    }),
    [keepspace],
  )
  const snapshot = useSyncExternalStore(source.subscribe, source.read, () => atWork)
  return useMemo(
    () => ({
      ...snapshot,
      shutdown: (options) => keepspace.shutdown(options),
      cancel: () => keepspace.cancelShutdown(),
      closeAnyway: () => keepspace.closeAnyway(),
    }),
    [keepspace, snapshot],
  )
}
