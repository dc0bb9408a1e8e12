import type {Undo} from '../model/handles.ts'
import type {ComponentId, WorkspaceId} from '../model/ids.ts'
import type {WorkspaceStatus} from '../model/status.ts'
import {createEmitter, type Emitter} from '../services/emitter.ts'

/** Who listens to which workspace and component. Outlives the runtimes, so a view stays connected over an eviction. */
export type Observers = {
  onStatus(id: WorkspaceId, listener: () => void): Undo
  onComponent(id: WorkspaceId, componentId: ComponentId, listener: () => void): Undo
  /** The newest status; the same object while nothing in it changed. */
  status(id: WorkspaceId): WorkspaceStatus
  /** Tells the listeners of a workspace if its status or its list of components changed. */
  statusChanged(id: WorkspaceId): void
  componentChanged(id: WorkspaceId, componentId: ComponentId): void
  /** Tells the listeners of a workspace in any case: what it is in conflict with changed. */
  conflictChanged(id: WorkspaceId): void
}

/** So many statuses of workspaces that nobody listens to are kept, so that asking twice gives the same object. */
const MOST_STATUSES = 64

/** Makes the observers; `read` computes a status and returns the one before when nothing changed. */
export function createObservers(options: {
  readonly read: (id: WorkspaceId, before: WorkspaceStatus | undefined) => WorkspaceStatus
  readonly components: (id: WorkspaceId) => readonly unknown[]
}): Observers {
  const statuses = new Map<WorkspaceId, WorkspaceStatus>()
  const told = new Map<WorkspaceId, {status: WorkspaceStatus; components: readonly unknown[]}>()
  const statusListeners = new Map<WorkspaceId, Emitter<[]>>()
  const componentListeners = new Map<WorkspaceId, Map<ComponentId, Emitter<[]>>>()

  const status = (id: WorkspaceId): WorkspaceStatus => {
    const next = options.read(id, statuses.get(id))
    // Those that nobody listens to are kept for a while only, the newest last.
    statuses.delete(id)
    statuses.set(id, next)
    if (statuses.size > MOST_STATUSES + statusListeners.size) {
      forgetOldest()
    }
    return next
  }
  const forgetOldest = () => {
    for (const id of statuses.keys()) {
      if (!statusListeners.has(id)) {
        statuses.delete(id)
        return
      }
    }
  }

  return {
    status,
    onStatus: (id, listener) => {
      const listeners = entryOf(statusListeners, id, createEmitter<[]>)
      const remove = listeners.add(listener)
      return () => {
        remove()
        // What was told last holds every component of a workspace that may be evicted.
        if (listeners.size === 0 && statusListeners.get(id) === listeners) {
          statusListeners.delete(id)
          told.delete(id)
        }
      }
    },
    onComponent: (id, componentId, listener) => {
      const components = entryOf(componentListeners, id, () => new Map<ComponentId, Emitter<[]>>())
      const listeners = entryOf(components, componentId, createEmitter<[]>)
      const remove = listeners.add(listener)
      return () => {
        remove()
        if (listeners.size === 0 && components.get(componentId) === listeners) {
          components.delete(componentId)
        }
        if (components.size === 0 && componentListeners.get(id) === components) {
          componentListeners.delete(id)
        }
      }
    },
    statusChanged: (id) => {
      const listeners = statusListeners.get(id)
      if (listeners === undefined || listeners.size === 0) {
        return
      }
      const before = told.get(id)
      const next = {status: status(id), components: options.components(id)}
      if (before?.status !== next.status || before.components !== next.components) {
        told.set(id, next)
        listeners.emit()
      }
    },
    conflictChanged: (id) => statusListeners.get(id)?.emit(),
    componentChanged: (id, componentId) => componentListeners.get(id)?.get(componentId)?.emit(),
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const existing = map.get(key)
  if (existing !== undefined) {
    return existing
  }
  const created = create()
  map.set(key, created)
  return created
}
