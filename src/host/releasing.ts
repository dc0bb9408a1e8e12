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

/** Whether callbacks hear right now that it leaves: what they change is saved with it. */
export const isBeingAnnounced = ({isAnnounced, actor}: Runtime): boolean =>
  isAnnounced && actor?.getSnapshot().matches('evicting') === true

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
  /** Callbacks that wait for a save themselves. They are waited for once that is done, and before memory is given back. */
  const waiting = new Map<Runtime, Promise<void>>()
  const saveAsked = (runtime: Runtime) =>
    new Promise<'saveAsked'>((resolve) => {
      runtime.saveAsked = () => resolve('saveAsked')
    })
  const announce = async (runtime: Runtime) => {
    waiting.delete(runtime)
    runtime.isAnnounced = true
    try {
      for (const {call} of [...callbacks]) {
        const asked = saveAsked(runtime)
        const done = within(options.time, CALLBACK_MS, async () => call(runtime.id))
        if ((await Promise.race([done, asked])) === 'saveAsked') {
          const all = Promise.all([waiting.get(runtime), done]).then(() => undefined)
          // It is waited for before memory is given back.
          all.catch(() => undefined)
          waiting.set(runtime, all)
        }
      }
    } catch (cause) {
      runtime.isAnnounced = false
      throw cause
    }
    runtime.isAnnounced = waiting.has(runtime)
  }
  const awaitCallbacks = async (runtime: Runtime) => {
    const callback = waiting.get(runtime)
    if (callback === undefined) {
      return
    }
    try {
      if ((await Promise.race([callback, saveAsked(runtime)])) === 'saveAsked') {
        throw new KeepspaceError('usage', 'a callback saves once more')
      }
      waiting.delete(runtime)
    } finally {
      runtime.isAnnounced = waiting.has(runtime)
    }
  }

  return {
    beforeEviction: (call) => {
      const entry = {call}
      callbacks.add(entry)
      return () => void callbacks.delete(entry)
    },
    prepare: async (runtime, reason) => {
      options.emit({type: 'pre_eviction_persist_start', workspaceId: runtime.id})
      preparedAt.set(runtime, options.time.elapsed())
      await announce(runtime)
      runtime.readiness = await runtime.holds.wait(options.readinessMs)
      assertMayGo(runtime, reason)
      runtime.store.suspendRuns()
    },
    release: async (runtime, reason) => {
      await awaitCallbacks(runtime)
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
