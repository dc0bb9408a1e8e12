import type {WorkspaceRef} from '../machines/workspace/workspace.machine.ts'
import {type ErrorReport, KeepspaceError} from '../model/errors.ts'
import type {PersistOptions} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveOutcome, SaveReason, UnloadOutcome} from '../model/save.ts'
import type {Durability} from '../model/storage-port.ts'
import {isUnsavable} from './census.ts'
import {isIn} from './chart-state.ts'
import {newRuntime, type RuntimeContext, send} from './new-runtime.ts'
import {type Creation, isInMemory, type Runtime} from './runtime.ts'
import {durabilityFor, outcomeWithoutSave} from './saving.ts'
import type {Visits} from './visits.ts'

/** What the workspaces in memory need from the rest. */
export type WorkspacesContext = RuntimeContext & {
  readonly visits: Visits
  /** Whether workspaces save themselves. */
  readonly isLive: () => boolean
  /** Starts the actor of a workspace; undefined when everything is ending. The one before it under the same id is gone. */
  readonly startActor: (id: WorkspaceId) => WorkspaceRef | undefined
  /** A save failed; what comes next depends on how storage fares. */
  readonly saveFailed: (runtime: Runtime) => void
  /** Running work stands still while everything is made durable for the last time. */
  readonly mayRun: () => boolean
  /** Tells those who show who is in memory; nobody is counted anew for it. */
  readonly snapshotChanged: () => void
}

/** The workspaces in memory: opened, shown, saved and released. */
export type Workspaces = {
  get(id: WorkspaceId): Runtime | undefined
  /** Everything in memory: visible ones first, then most recently seen. */
  all(): readonly Runtime[]
  isVisible(id: WorkspaceId): boolean
  readonly current: WorkspaceId | undefined
  open(id: WorkspaceId, creation?: Creation): Runtime
  activate(id: WorkspaceId): void
  hide(id: WorkspaceId): void
  /** Workspaces save themselves from now on, or no more. */
  setLive(isLive: boolean): void
  /** Asks for a save of everything unsaved, without waiting. */
  saveAll(reason: SaveReason): void
  persist(id: WorkspaceId, reason: SaveReason, options: PersistOptions): Promise<SaveOutcome>
  release(id: WorkspaceId, reason: SaveReason): Promise<UnloadOutcome>
  /** Memory is given back now. Called by the chart, once everything is durable. */
  dropMemory(runtime: Runtime, reason: SaveReason): void
}

/** Makes an empty memory. */
export function createWorkspaces(context: WorkspacesContext): Workspaces {
  const {time} = context.options
  const runtimes = new Map<WorkspaceId, Runtime>()
  const ending = new Map<WorkspaceId, Runtime>()
  const visible = new Set<WorkspaceId>()
  let current: WorkspaceId | undefined
  /** Everything in memory in order, until somebody comes, goes or is seen. */
  let inOrder: readonly Runtime[] | undefined

  const start = (runtime: Runtime) => {
    const actor = context.startActor(runtime.id)
    if (actor === undefined) {
      return
    }
    runtime.actor = actor
    wire(runtime, actor)
    if (!context.isLive()) {
      actor.send({type: 'live.switched', isLive: false})
    }
    actor.send({type: 'open.requested'})
    if (runtime.store.version > 0) {
      actor.send({type: 'edit.recorded', version: runtime.store.version, atMs: time.elapsed(), isUrgent: false})
    }
  }

  const wire = (runtime: Runtime, actor: WorkspaceRef) => {
    let wasLoading = true
    let wasUnsavable = false
    let wasInMemory = isInMemory(runtime)
    actor.on('save.joined', ({reason}) => context.emit({type: 'save_joined', ...factsOf(runtime, reason)}))
    actor.on('save.cooling', ({reason, waitMs}) =>
      context.emit({type: 'save_skip_cooldown', ...factsOf(runtime, reason), durationMs: waitMs}),
    )
    actor.on('save.failed', () => context.saveFailed(runtime))
    actor.on('release.refused', ({error}) => refuseRelease(runtime, error))
    actor.subscribe({
      next: (snapshot) => {
        const isLoading = snapshot.hasTag('loading') || isIn(snapshot, 'cold')
        // Whoever stayed for something unsaved may go once that is stored.
        const mayGoAfterAll = runtime.stayedUnsaved && isIn(snapshot, 'hot', 'clean') && !runtime.store.hasUnsaved()
        if (mayGoAfterAll) {
          runtime.stayedUnsaved = false
        }
        const isStuck = isUnsavable(runtime)
        if ((wasLoading && !isLoading) || mayGoAfterAll || (wasUnsavable && !isStuck)) {
          context.residentsChanged()
        }
        wasLoading = isLoading
        wasUnsavable = isStuck
        if (wasInMemory !== isInMemory(runtime)) {
          wasInMemory = !wasInMemory
          context.snapshotChanged()
        }
        if (!isIn(snapshot, 'evicting') && !runtime.isDeactivated && context.mayRun()) {
          runtime.store.resumeRuns()
        }
        if (mayGoAfterAll && runtime.isDeactivated) {
          send(runtime, {type: 'release.requested', reason: 'switch'})
        }
        context.statusChanged(runtime.id)
      },
      complete: () => queueMicrotask(() => startNext(runtime)),
    })
  }

  /** An actor has ended; whoever opened the workspace again meanwhile goes on with a new one. */
  const startNext = (ended: Runtime) => {
    ending.delete(ended.id)
    const next = runtimes.get(ended.id)
    if (next !== undefined && next.actor === undefined) {
      start(next)
    }
    context.statusChanged(ended.id)
    context.residentsChanged()
  }

  const refuseRelease = (runtime: Runtime, error: ErrorReport | undefined) => {
    runtime.stayedUnsaved ||= runtime.store.hasUnsaved()
    context.emit({type: 'eviction_refused', workspaceId: runtime.id, error})
    settleRelease(runtime, {status: 'refused', error})
    if (runtime.saveWaiters.length > 0) {
      send(runtime, {type: 'save.requested', reason: 'retry', durability: 'relaxed'})
    }
  }

  const noteSeen = (runtime: Runtime) => {
    inOrder = undefined
    runtime.lastSeenAt = time.now()
    context.visits.seen(runtime.id, runtime.lastSeenAt)
    runtime.seenAwakeMs = context.awake.now()
    runtime.wasSeen = true
  }

  const factsOf = (runtime: Runtime, reason: SaveReason) => ({
    workspaceId: runtime.id,
    reason,
    isBackground: !visible.has(runtime.id),
  })

  const open: Workspaces['open'] = (id, creation) => {
    const known = runtimes.get(id)
    if (known !== undefined) {
      reactivate(known)
      withdrawRelease(known)
      return known
    }
    const runtime = newRuntime(id, creation, context)
    runtimes.set(id, runtime)
    inOrder = undefined
    context.emit({type: 'workspace_opened', workspaceId: id})
    if (!ending.has(id)) {
      start(runtime)
    }
    context.residentsChanged()
    return runtime
  }

  return {
    get: (id) => runtimes.get(id),
    all: () => {
      inOrder ??= [...runtimes.values()].sort(
        (a, b) =>
          Number(visible.has(b.id)) - Number(visible.has(a.id)) ||
          b.lastSeenAt - a.lastSeenAt ||
          (a.id < b.id ? -1 : 1),
      )
      return inOrder
    },
    isVisible: (id) => visible.has(id),
    get current() {
      return current
    },
    open,
    activate: (id) => {
      if (!visible.has(id)) {
        context.visits.note(id)
      }
      visible.add(id)
      inOrder = undefined
      current = id
      noteSeen(open(id))
      context.statusChanged(id)
      context.residentsChanged()
    },
    hide: (id) => {
      if (!visible.delete(id)) {
        return
      }
      inOrder = undefined
      const runtime = runtimes.get(id)
      if (runtime !== undefined) {
        noteSeen(runtime)
        if (context.isLive() && runtime.store.hasUnsaved()) {
          requestSave(runtime, 'switch', 'relaxed')
        }
      }
      context.statusChanged(id)
      context.residentsChanged()
    },
    setLive: (isLive) => {
      for (const runtime of runtimes.values()) {
        send(runtime, {type: 'live.switched', isLive})
      }
    },
    saveAll: (reason) => {
      if (!context.isLive()) {
        return
      }
      for (const runtime of runtimes.values()) {
        if (runtime.store.phase === 'loaded' && runtime.store.hasUnsaved()) {
          requestSave(runtime, reason, 'relaxed')
        }
      }
    },
    persist: (id, reason, options) => {
      const runtime = runtimes.get(id)
      if (runtime === undefined) {
        return Promise.reject(new KeepspaceError('notFound', `${id} is not in memory`))
      }
      return persist(runtime, reason, options, context, factsOf(runtime, reason))
    },
    release: (id, reason) => {
      const runtime = runtimes.get(id)
      if (runtime === undefined) {
        return Promise.resolve({status: 'notInMemory'})
      }
      return new Promise((resolve) => {
        runtime.releaseWaiters.push(resolve)
        send(runtime, {type: 'release.requested', reason})
      })
    },
    dropMemory: (runtime, reason) => {
      runtime.store.close()
      runtime.isReleased = true
      runtimes.delete(runtime.id)
      inOrder = undefined
      ending.set(runtime.id, runtime)
      context.emit({type: 'workspace_runtime_evicted', workspaceId: runtime.id, reason})
      context.emit({type: 'workspace_tracking_cleaned', workspaceId: runtime.id})
      for (const {resolve, reason: asked} of runtime.saveWaiters.splice(0)) {
        resolve(outcomeWithoutSave(runtime, {...factsOf(runtime, asked), status: 'unchanged', error: undefined}))
      }
      settleRelease(runtime, {status: 'released'})
      context.statusChanged(runtime.id)
      for (const {id} of runtime.store.getInfos()) {
        context.componentChanged(runtime.id, id)
      }
      context.residentsChanged()
    },
  }
}

function requestSave(runtime: Runtime, reason: SaveReason, durability: Durability): void {
  send(runtime, {type: 'save.requested', reason, durability})
}

/** Somebody is back: what runs in it goes on. */
function reactivate(runtime: Runtime): void {
  if (runtime.isDeactivated) {
    runtime.isDeactivated = false
    if (!runtime.actor?.getSnapshot().matches('evicting')) {
      runtime.store.resumeRuns()
    }
  }
}

function withdrawRelease(runtime: Runtime): void {
  if (runtime.releaseWaiters.length > 0) {
    runtime.stayedUnsaved = true
    send(runtime, {type: 'release.withdrawn'})
    settleRelease(runtime, {status: 'refused', error: undefined})
  }
}

function settleRelease(runtime: Runtime, outcome: UnloadOutcome): void {
  for (const resolve of runtime.releaseWaiters.splice(0)) {
    resolve(outcome)
  }
}

function persist(
  runtime: Runtime,
  reason: SaveReason,
  options: PersistOptions,
  context: WorkspacesContext,
  facts: {readonly workspaceId: WorkspaceId; readonly reason: SaveReason; readonly isBackground: boolean},
): Promise<SaveOutcome> {
  const snapshot = runtime.actor?.getSnapshot()
  const refuse = (status: 'refused' | 'conflict', error: ErrorReport | undefined) =>
    Promise.resolve(outcomeWithoutSave(runtime, {...facts, status, error}))
  if (snapshot === undefined || snapshot.hasTag('loading') || snapshot.matches('cold')) {
    return refuse('refused', new KeepspaceError('load.failed', 'not loaded yet').report)
  }
  if (snapshot.matches({hot: 'conflicted'})) {
    return refuse('conflict', snapshot.context.error)
  }
  if (!snapshot.hasTag('savable') && !snapshot.hasTag('releasing')) {
    return refuse('refused', snapshot.context.error ?? new KeepspaceError('component.readOnly', runtime.id).report)
  }
  context.emit({type: 'save_schedule', ...facts})
  return new Promise((resolve) => {
    runtime.saveWaiters.push({reason, options, resolve})
    requestSave(runtime, reason, durabilityFor(reason, options))
    runtime.saveAsked?.()
  })
}
