import type {DrainOutput, ShutdownEvent} from '../machines/shutdown/shutdown.machine.ts'
import {KeepspaceError} from '../model/errors.ts'
import {isEqualJson} from '../model/json.ts'
import type {LateTarget, ShutdownOptions, ShutdownReport, ShutdownSnapshot} from '../model/shutdown.ts'
import {createDrain, type Drain, type DrainingContext, findLate} from './draining.ts'
import type {Events} from './events.ts'
import type {System} from './system.ts'

/** How long a shutdown may take when nobody says otherwise, milliseconds. */
const SHUTDOWN_MS = 3_000

/** The way to the end, from outside. */
export type ShuttingDown = {
  /** Everything is accepted, and running work runs. */
  isOpen(): boolean
  /** @throws {@link KeepspaceError} `closing` | `disposed` while nothing is accepted */
  assertAccepting(): void
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport>
  /** {@link ShuttingDown.shutdown}, and closes although something is late. */
  dispose(options?: ShutdownOptions): Promise<ShutdownReport>
  cancel(): void
  closeAnyway(): Promise<ShutdownReport>
  getSnapshot(): ShutdownSnapshot
  /** One try of the chart. */
  drain(timeoutMs: number): Promise<DrainOutput>
  /** Everything ends now: the last moment to see what is not durable. */
  ending(): void
  /** Connects it with the charts, once they run. */
  follow(system: System): void
}

/** Makes the way to the end. */
export function createShuttingDown(
  context: DrainingContext & {
    readonly events: Events
    readonly changed: () => void
  },
): ShuttingDown {
  const {time, runtimes} = context
  const {emit} = context.events
  let system: System | undefined
  let phase: ShutdownSnapshot['phase'] = 'open'
  let current: Drain | undefined
  let snapshot: ShutdownSnapshot | undefined
  let late: readonly LateTarget[] = []
  let last: ShutdownReport | undefined
  let pending:
    | {startedAt: number; promise: Promise<ShutdownReport>; resolve: (report: ShutdownReport) => void}
    | undefined

  const settle = (status: ShutdownReport['status']) => {
    if (status !== 'closed') {
      late = status === 'late' ? findLate(context) : []
    }
    const unsaved = late.flatMap(({targetKind, target}) => (targetKind === 'workspace' ? [target as never] : []))
    const outcomes = current?.outcomes ?? []
    const durationMs = time.elapsed() - (pending?.startedAt ?? time.elapsed())
    last = {status, outcomes, unsaved, late, durationMs}
    pending?.resolve(last)
    pending = undefined
  }

  /** Once it closes everything, its chart has ended: whoever asks then waits with those who asked before. */
  const tell = (event: ShutdownEvent) => {
    if (system?.shutdown.getSnapshot().status === 'active') {
      system.shutdown.send(event)
    }
  }

  const ask = (timeoutMs: number, closesAnyway: boolean): Promise<ShutdownReport> => {
    if (last?.status === 'closed') {
      return Promise.resolve(last)
    }
    pending ??= {startedAt: time.elapsed(), ...deferred<ShutdownReport>()}
    const {promise} = pending
    tell({type: 'shutdown.requested', timeoutMs, closesAnyway})
    return promise
  }

  /** Running work would go on editing what is to be saved for the last time. */
  const setRunning = (isRunning: boolean) => {
    for (const {store, isDeactivated} of runtimes()) {
      if (!isRunning) {
        store.suspendRuns()
      } else if (!isDeactivated) {
        store.resumeRuns()
      }
    }
  }

  return {
    isOpen: () => phase === 'open',
    assertAccepting: () => {
      if (phase !== 'open') {
        throw new KeepspaceError(phase === 'closed' ? 'disposed' : 'closing')
      }
    },
    shutdown: ({timeoutMs = SHUTDOWN_MS} = {}) => ask(timeoutMs, false),
    dispose: ({timeoutMs = SHUTDOWN_MS} = {}) => ask(timeoutMs, true),
    cancel: () => {
      if (phase === 'draining' || phase === 'late') {
        system?.shutdown.send({type: 'cancel.requested'})
      }
    },
    closeAnyway: () => {
      if (last?.status === 'closed' || phase === 'open') {
        return ask(SHUTDOWN_MS, true)
      }
      pending ??= {startedAt: time.elapsed(), ...deferred<ShutdownReport>()}
      const {promise} = pending
      tell({type: 'close.confirmed'})
      return promise
    },
    getSnapshot: () => {
      const chart = system?.shutdown.getSnapshot()
      const {total = 0, durable = 0, attempts = 0} = chart?.context ?? {}
      // A save that was late may have landed since.
      const stillLate = phase === 'late' ? findLate(context) : late
      const next = {phase, isSlow: chart?.hasTag('slow') === true, total, durable, late: stillLate, attempts}
      snapshot = snapshot !== undefined && isEqualJson(snapshot, next) ? snapshot : next
      return snapshot
    },
    drain: async (timeoutMs) => {
      const endsAtMs = time.elapsed() + timeoutMs
      setRunning(false)
      const drain = createDrain(context, endsAtMs, (total, durable) =>
        system?.shutdown.send({type: 'progress.made', total, durable}),
      )
      current = drain
      await drain.run()
      return {late: findLate(context).length, remainingMs: Math.max(0, endsAtMs - time.elapsed())}
    },
    ending: () => {
      current?.stop()
      late = findLate(context)
    },
    follow: (running) => {
      system = running
      running.shutdown.on('shutdown.begun', ({timeoutMs}) => emit({type: 'shutdown_started', timeoutMs}))
      running.shutdown.on('shutdown.progressed', ({total, durable}) =>
        emit({type: 'shutdown_progress', total, durable}),
      )
      context.events.on('save_success', () => {
        if (phase === 'late') {
          context.changed()
        }
      })
      running.shutdown.on('shutdown.late', () => {
        settle('late')
        emit({type: 'shutdown_late', late})
      })
      running.shutdown.on('shutdown.cancelled', () => {
        current?.stop()
        setRunning(true)
        settle('cancelled')
        emit({type: 'shutdown_cancelled'})
      })
      running.shutdown.subscribe((chart) => {
        phase = phases.find((name) => chart.matches(name)) ?? phase
        context.changed()
      })
      running.root.subscribe({
        complete: () => {
          phase = 'closed'
          settle('closed')
          context.changed()
          emit({type: 'shutdown_complete', late, durationMs: last?.durationMs ?? 0})
        },
      })
    },
  }
}

const phases = ['open', 'draining', 'late', 'closing'] as const

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((onResolve) => {
    resolve = onResolve
  })
  return {promise, resolve}
}
