import {isSameEdit} from '../machines/workspace/pacing.policy.ts'
import type {WorkspaceEvent} from '../machines/workspace/workspace.setup.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {ComponentId, WorkspaceId} from '../model/ids.ts'
import type {StoreListener} from '../services/memory-store/store-state.ts'
import {createWorkspaceStore} from '../services/memory-store/workspace-store.ts'
import {createHolds} from '../services/readiness.ts'
import type {AwakeTime} from '../services/time/awake-time.ts'
import {isIn} from './chart-state.ts'
import type {Events} from './events.ts'
import type {ResolvedOptions} from './options.ts'
import {type Creation, createRuntime, type Runtime} from './runtime.ts'

/** What a workspace in memory tells, and what it asks. */
export type RuntimeContext = {
  readonly options: ResolvedOptions
  readonly awake: AwakeTime
  /** Whether a person sees the page. */
  readonly isPageSeen: () => boolean
  readonly emit: (event: KeepspaceEvent) => void
  readonly note: Events['note']
  readonly statusChanged: (id: WorkspaceId) => void
  readonly componentChanged: (id: WorkspaceId, componentId: ComponentId) => void
  /** Something in it was edited. */
  readonly edited: (id: WorkspaceId) => void
  /** The moment at which something rings changed. */
  readonly deadlineChanged: () => void
  /** Components came or went, or what is said of one changed. */
  readonly componentsChanged: () => void
  readonly rang: (id: WorkspaceId, componentId: ComponentId, deadlineMs: number) => void
  /** Who is in memory, or visible, changed. */
  readonly residentsChanged: () => void
}

/** Sends to the chart of a workspace, if it has begun. */
export function send(runtime: Runtime, event: WorkspaceEvent): void {
  runtime.actor?.send(event)
}

/** Makes the runtime of a workspace: its store, which tells its chart and everybody else what is edited. */
export function newRuntime(id: WorkspaceId, creation: Creation | undefined, context: RuntimeContext): Runtime {
  const {options, emit} = context
  let wasHeldByWork = false
  const listener: StoreListener = {
    component: (componentId) => context.componentChanged(id, componentId),
    structure: () => {
      context.statusChanged(id)
      const isHeldByWork = store.getOperations().some(({isResumable}) => !isResumable)
      if (wasHeldByWork && !isHeldByWork) {
        // Whoever stayed for its work may go now, and nobody else would ask.
        queueMicrotask(context.residentsChanged)
        if (runtime.isDeactivated && !runtime.isReleased) {
          send(runtime, {type: 'release.requested', reason: 'switch'})
        }
      }
      wasHeldByWork = isHeldByWork
      context.componentsChanged()
    },
    burst: (version, isUrgent) => {
      if (!runtime.isReleased) {
        if (runtime.isRefusedForMemory) {
          context.residentsChanged()
        }
        context.edited(id)
        // The timers of a hidden page may ring a minute late, or never again.
        const mustNotWait = isUrgent || !context.isPageSeen()
        const atMs = options.time.elapsed()
        if (mustNotWait || !isKnownDirty(runtime, atMs)) {
          send(runtime, {type: 'edit.recorded', version, atMs, isUrgent: mustNotWait})
        }
      }
    },
    throttled: (componentId) => context.note('component_state_throttled_persist', id, componentId),
    immediate: (componentId) => context.note('component_state_immediate_persist', id, componentId),
    activeChanged: (componentId, isActive) =>
      emit({type: 'component_active_state_changed', workspaceId: id, componentId, isActive}),
    deadline: context.deadlineChanged,
    rang: (componentId, deadlineMs) => context.rang(id, componentId, deadlineMs),
    dropped: (error) => emit({type: 'edit_dropped', workspaceId: id, error: error.report}),
  }
  const store = createWorkspaceStore({
    workspaceId: id,
    definitions: options.definitions,
    time: options.time,
    maxRecordBytes: options.maxRecordBytes,
    isDevelopment: options.isDevelopment,
    listener,
  })
  const runtime = createRuntime({
    id,
    store,
    holds: createHolds(options.time),
    creation,
    time: options.time,
    awakeMs: context.awake.now(),
  })
  return runtime
}

/**
 * Its chart waits to save an edit that was made a moment ago: it would learn nothing from one more. While it saves it
 * hears of every edit, since the save may have taken what it takes already.
 */
function isKnownDirty({actor}: Runtime, atMs: number): boolean {
  const snapshot = actor?.getSnapshot()
  if (snapshot === undefined || !isIn(snapshot, 'hot', 'dirty')) {
    return false
  }
  const {pacing, clockMs} = snapshot.context
  return isSameEdit(pacing, {clockMs, atMs})
}
