import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {EvictionProtection} from '../model/eviction.ts'
import type {Undo} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveReason} from '../model/save.ts'
import type {Time} from '../model/time.ts'
import type {Runtime} from './runtime.ts'

/** How long one callback of the host application may hold up an eviction. */
const CALLBACK_MS = 2_000

type Callback = (workspaceId: WorkspaceId) => void | Promise<void>

/** What happens between the wish to release a workspace and the moment its memory is given back. */
export type Releasing = {
  beforeEviction(callback: Callback): Undo
  /**
   * Runs the callbacks, waits for components that hold the capture, then lets running work stand still, so that a
   * ticking timer does not put the release off for ever. Rejects when a callback refuses, or something came to keep it.
   */
  prepare(runtime: Runtime, reason: SaveReason): Promise<void>
  /** Rejects when an edit, or what keeps it, came at the last moment; otherwise gives the memory back at once. */
  release(runtime: Runtime, reason: SaveReason): Promise<void>
}

/** Makes the release steps. */
export function createReleasing(options: {
  readonly time: Time
  readonly readinessMs: number
  readonly emit: (event: KeepspaceEvent) => void
  readonly dropMemory: (runtime: Runtime, reason: SaveReason) => void
  /** What came to keep it since it was chosen to go: a pin, a look, work that would be lost, another owner. */
  readonly keptBy: (runtime: Runtime) => EvictionProtection | undefined
}): Releasing {
  const assertMayGo = (runtime: Runtime, reason: SaveReason) => {
    const protection = reason === 'evict' ? options.keptBy(runtime) : undefined
    if (protection !== undefined) {
      const code = protection === 'needsConsent' ? 'work.running' : 'usage'
      throw new KeepspaceError(code, `${protection} since it was chosen to leave memory`)
    }
  }
  const callbacks = new Set<{readonly call: Callback}>()
  const preparedAt = new Map<Runtime, number>()
  return {
    beforeEviction: (call) => {
      const entry = {call}
      callbacks.add(entry)
      return () => void callbacks.delete(entry)
    },
    prepare: async (runtime, reason) => {
      options.emit({type: 'pre_eviction_persist_start', workspaceId: runtime.id})
      preparedAt.set(runtime, options.time.elapsed())
      for (const {call} of [...callbacks]) {
        await within(options.time, CALLBACK_MS, async () => call(runtime.id))
      }
      runtime.readiness = await runtime.holds.wait(options.readinessMs)
      assertMayGo(runtime, reason)
      runtime.store.suspendRuns()
    },
    release: async (runtime, reason) => {
      const durable = runtime.actor?.getSnapshot().context.durableVersion ?? 0
      const isSaved = !runtime.store.hasUnsaved() && runtime.store.version <= durable
      const startedAt = preparedAt.get(runtime) ?? options.time.elapsed()
      preparedAt.delete(runtime)
      options.emit({
        type: 'pre_eviction_persist_complete',
        workspaceId: runtime.id,
        durationMs: options.time.elapsed() - startedAt,
        isSaved,
      })
      if (!isSaved) {
        throw new KeepspaceError('usage', 'an edit came while it was being released')
      }
      assertMayGo(runtime, reason)
      options.dropMemory(runtime, reason)
    },
  }
}

function within(time: Time, boundMs: number, run: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = time.setTimeout(
      () => reject(new KeepspaceError('usage', 'a callback before eviction did not end in time')),
      boundMs,
    )
    run()
      .then(resolve, (cause: unknown) => reject(KeepspaceError.from(cause, 'usage')))
      .finally(() => time.clearTimeout(timer))
  })
}
