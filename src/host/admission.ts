import type {Capacity} from '../machines/eviction/choice.policy.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {Time} from '../model/time.ts'
import type {Runtime} from './runtime.ts'

/** A blockade that lasts shorter is nobody's business: the workspace shown before is about to be hidden. */
const BLOCKADE_GRACE_MS = 500

/** How the rest fares, for the question whether one more may come in. */
export type AdmissionFacts = {
  readonly capacity: Capacity
  /** Nothing in memory may go. */
  readonly isBlocked: boolean
  /** What is not durable cannot leave: the cap may be exceeded, and no other bound. */
  readonly isStorageFailing: boolean
  /** The browser is about to run out of memory. */
  readonly isCritical: boolean
}

/** Lets workspaces into memory only when there is room, so that memory keeps its bounds while others are being saved. */
export type Admission = {
  /**
   * Resolves when the workspace may be loaded.
   *
   * @throws {@link KeepspaceError} `memory.blocked` when nothing in memory may go for it
   */
  admit(runtime: Runtime): Promise<void>
  /** It brought nothing into memory after all. */
  giveBack(runtime: Runtime): void
  /** Somebody came, left, was edited or settled: looks again who may come in. */
  check(): void
  /** Those that were refused and are still wanted. */
  refused(): readonly WorkspaceId[]
}

type Waiting = {
  readonly runtime: Runtime
  readonly sinceMs: number
  readonly timer: unknown
  readonly resolve: () => void
  readonly reject: (error: KeepspaceError) => void
}

/** Makes the door to memory. */
export function createAdmission(context: {
  readonly time: Time
  readonly runtimes: () => readonly Runtime[]
  /** Those that do not count for the cap, because somebody keeps them on purpose. */
  readonly kept: () => ReadonlySet<WorkspaceId>
  readonly facts: () => AdmissionFacts
  readonly emit: (event: KeepspaceEvent) => void
  /** Who has a place in memory changed. */
  readonly placesChanged: () => void
}): Admission {
  const {time, runtimes, facts, emit} = context
  let waiting: readonly Waiting[] = []
  let isChecking = false

  const mayEnter = (runtime: Runtime): boolean => {
    const {capacity, isStorageFailing, isCritical} = facts()
    // An edit is never refused: it has to be merged into what is stored, and the workspace leaves once that is saved.
    if (runtime.store.hasUnsaved()) {
      return true
    }
    const inside = runtimes().filter((other) => other !== runtime && other.slot === 'held')
    if (isCritical && inside.length > 0) {
      return false
    }
    const kept = context.kept()
    const counting = inside.filter(({id}) => !kept.has(id)).length
    const fits = isStorageFailing || kept.has(runtime.id) || counting < capacity.cap
    return inside.length < capacity.absoluteCap && fits
  }
  const place = (runtime: Runtime, slot: Runtime['slot']) => {
    const hasChanged = runtime.slot !== slot
    runtime.slot = slot
    if (hasChanged) {
      context.placesChanged()
    }
  }
  const letIn = (runtime: Runtime) => {
    place(runtime, 'held')
    runtime.isRefusedForMemory = false
  }
  const refuse = (runtime: Runtime): KeepspaceError => {
    const {isCritical} = facts()
    place(runtime, 'none')
    runtime.isRefusedForMemory = true
    emit({
      type: 'runtime_creation_blocked',
      workspaceId: runtime.id,
      cause: isCritical ? 'memoryPressure' : 'capacity',
    })
    return new KeepspaceError('memory.blocked', isCritical ? 'memory is nearly full' : 'nothing in memory may go')
  }
  const leaveQueue = (entry: Waiting) => {
    time.clearTimeout(entry.timer)
    waiting = waiting.filter((other) => other !== entry)
  }
  const settleWaiting = () => {
    for (const entry of waiting) {
      const {isBlocked, isCritical} = facts()
      const isPatienceOver = isBlocked && time.elapsed() - entry.sinceMs >= BLOCKADE_GRACE_MS
      if (mayEnter(entry.runtime)) {
        leaveQueue(entry)
        letIn(entry.runtime)
        entry.resolve()
      } else if (isPatienceOver || isCritical || entry.runtime.isReleased) {
        leaveQueue(entry)
        entry.reject(refuse(entry.runtime))
      }
    }
  }
  const askAgain = () => {
    for (const runtime of runtimes()) {
      // What was given back under critical pressure belongs to the browser: then one comes in only if a person asks.
      const mayAsk = () => !facts().isCritical || runtime.store.hasUnsaved()
      if (runtime.isRefusedForMemory && mayAsk() && mayEnter(runtime)) {
        runtime.actor?.send({type: 'reload.requested'})
      }
    }
  }
  const check = () => {
    if (isChecking) {
      return
    }
    isChecking = true
    try {
      settleWaiting()
      askAgain()
    } finally {
      isChecking = false
    }
  }
  const wait = (runtime: Runtime): Promise<void> =>
    new Promise((resolve, reject) => {
      place(runtime, 'waiting')
      const look = () => {
        check()
        const entry = waiting.find((other) => other.runtime === runtime)
        if (entry !== undefined) {
          leaveQueue(entry)
          waiting = [...waiting, {...entry, timer: time.setTimeout(look, BLOCKADE_GRACE_MS)}]
        }
      }
      const timer = time.setTimeout(look, BLOCKADE_GRACE_MS)
      waiting = [...waiting, {runtime, sinceMs: time.elapsed(), timer, resolve, reject}]
    })

  return {
    admit: (runtime) => {
      if (mayEnter(runtime)) {
        letIn(runtime)
        return Promise.resolve()
      }
      if (facts().isCritical) {
        return Promise.reject(refuse(runtime))
      }
      return wait(runtime)
    },
    giveBack: (runtime) => {
      if (runtime.slot === 'held') {
        place(runtime, 'none')
        check()
      }
    },
    check,
    refused: () =>
      runtimes()
        .filter(({isRefusedForMemory}) => isRefusedForMemory)
        .map(({id}) => id),
  }
}
