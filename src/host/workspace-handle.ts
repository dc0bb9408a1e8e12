import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {ConflictOutcome, ConflictResolution} from '../model/conflict.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {ComponentHandle, ComponentInfo, WorkspaceHandle} from '../model/handles.ts'
import {assertUsableId, type ComponentId, type IdSource, type WorkspaceId} from '../model/ids.ts'
import type {JsonObject} from '../model/json.ts'
import type {SaveOutcome} from '../model/save.ts'
import type {WorkspaceStore} from '../services/memory-store/workspace-store.ts'
import {type Conflicts, isConflicted} from './conflicts.ts'
import {showSalvage} from './loading.ts'
import type {Observers} from './observers.ts'
import type {Attachment, Runtime} from './runtime.ts'

/** What a handle needs from the rest. */
export type HandleContext = {
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  readonly ids: IdSource
  readonly now: () => number
  readonly observers: Observers
  /** The runtime if the workspace is in memory. */
  readonly find: (id: WorkspaceId) => Runtime | undefined
  /** Brings the workspace into memory. */
  readonly open: (id: WorkspaceId) => Runtime
  /** The same, to change something in it. */
  readonly openToEdit: (id: WorkspaceId) => Runtime
  readonly conflicts: Pick<Conflicts, 'view' | 'settle'>
  /** Reads what is stored, to be shown and never written. */
  readonly readToShow: (runtime: Runtime) => Promise<void>
  readonly save: (id: WorkspaceId) => Promise<SaveOutcome>
  /** Who counts for the cap changed. */
  readonly residentsChanged: () => void
}

/** Whoever holds a component holds its workspace too, so that asking for either again gives the same one. */
const owners = new WeakMap<ComponentHandle<JsonObject>, WorkspaceHandle>()

const NO_COMPONENTS: readonly ComponentInfo[] = []

/** Makes the handle of one workspace. It stays valid whether the workspace is in memory or not. */
export function createWorkspaceHandle(id: WorkspaceId, context: HandleContext): WorkspaceHandle {
  const {observers, find, open, openToEdit} = context
  const edit = (change: (store: WorkspaceStore) => void) => change(openToEdit(id).store)
  const components = new Map<string, ComponentHandle<JsonObject>>()

  const workspace: WorkspaceHandle = {
    id,
    getStatus: () => observers.status(id),
    getComponents: () => find(id)?.store.getInfos() ?? NO_COMPONENTS,
    getOperations: () => find(id)?.store.getOperations() ?? [],
    getWaitingOperations: () => find(id)?.store.getWaitingOperations() ?? [],
    subscribe: (listener) => observers.onStatus(id, listener),
    component: (definition, componentId) => {
      assertKnown(definition, context)
      assertUsableId(componentId, 'component')
      const name = `${definition.type}/${componentId}`
      const handle =
        components.get(name) ?? createComponentHandle(id, componentId as ComponentId, definition.type, context)
      components.set(name, handle)
      owners.set(handle, workspace)
      return handle as unknown as ComponentHandle<ReturnType<typeof definition.createInitial>>
    },
    add: (definition, options = {}) => {
      assertKnown(definition, context)
      const componentId = (options.id ?? context.ids.next()) as ComponentId
      assertUsableId(componentId, 'component')
      const {layout, ifAbsent = false} = options
      const state = options.state as JsonObject | undefined
      edit((store) => store.add(definition as AnyComponentDefinition, {id: componentId, state, layout, ifAbsent}))
      return componentId
    },
    remove: (componentId) => edit((store) => store.remove(componentId as ComponentId)),
    undelete: (componentId) => edit((store) => store.undelete(componentId as ComponentId)),
    setLayout: (componentId, layout, options) =>
      edit((store) => store.setLayout(componentId as ComponentId, layout, options)),
    setActive: (componentId, isActive) => edit((store) => store.setActive(componentId as ComponentId, isActive)),
    attach: (componentId, source, options) => {
      assertUsableId(componentId, 'component')
      return attach(open(id), componentId as ComponentId, {source, options}, context.residentsChanged)
    },
    holdCapture: (label) => open(id).holds.hold(label),
    save: () => context.save(id),
    retryLoad: () => {
      const runtime = find(id)
      runtime === undefined ? open(id) : runtime.actor?.send({type: 'reload.requested'})
    },
    openReadOnly: () => {
      const runtime = find(id)
      if (runtime === undefined || !isLoadFailed(runtime)) {
        return
      }
      if (runtime.isRefusedForMemory) {
        // Nothing was read so far. Storage that cannot be read leaves it as it is.
        context.readToShow(runtime).then(
          () => showReadOnly(runtime, context.now()),
          () => undefined,
        )
      } else {
        showReadOnly(runtime, context.now())
      }
    },
    getConflict: () => {
      const runtime = find(id)
      return runtime !== undefined && isConflicted(runtime) ? context.conflicts.view(runtime) : undefined
    },
    resolveConflict: (resolution) => resolveConflict(find(id), resolution, context),
  }
  return workspace
}

const isLoadFailed = ({actor}: Runtime): boolean => actor?.getSnapshot().matches('loadFailed') === true

function showReadOnly(runtime: Runtime, nowMs: number): void {
  if (isLoadFailed(runtime)) {
    showSalvage(runtime, nowMs)
    runtime.actor?.send({type: 'readOnly.requested'})
  }
}

function createComponentHandle(
  workspaceId: WorkspaceId,
  id: ComponentId,
  type: string,
  {observers, find, openToEdit}: HandleContext,
): ComponentHandle<JsonObject> {
  const getInfo = () => find(workspaceId)?.store.getInfo(id)
  return {
    id,
    getState: () => (getInfo()?.type === type ? find(workspaceId)?.store.getState(id) : undefined),
    getInfo,
    set: (change, options) => {
      const {store} = openToEdit(workspaceId)
      const actual = store.getInfo(id)?.type
      if (actual !== undefined && actual !== type) {
        throw new KeepspaceError('usage', `component ${id} is of type ${actual}, not ${type}`)
      }
      store.set(id, change, options)
    },
    startOperation: (options) => {
      const runtime = find(workspaceId)
      if (runtime === undefined) {
        throw new KeepspaceError('component.missing', id)
      }
      runtime.store.startOperation(id, options)
      return () => runtime.store.stopOperation(id, options.name)
    },
    reportProgress: (name, progress) => find(workspaceId)?.store.reportProgress(id, name, progress),
    stopOperation: (name) => find(workspaceId)?.store.stopOperation(id, name),
    subscribe: (listener) => observers.onComponent(workspaceId, id, listener),
  }
}

function attach(runtime: Runtime, id: ComponentId, attachment: Attachment, residentsChanged: () => void) {
  if (runtime.attachments.has(id)) {
    throw new KeepspaceError('usage', `component ${id} is attached already`)
  }
  if (runtime.store.phase === 'loaded') {
    runtime.store.attach(id, attachment.source, attachment.options)
  }
  runtime.attachments.set(id, attachment)
  residentsChanged()
  return () => {
    if (runtime.attachments.get(id) === attachment) {
      runtime.attachments.delete(id)
      runtime.store.detach(id, attachment.source)
      residentsChanged()
    }
  }
}

async function resolveConflict(
  runtime: Runtime | undefined,
  resolution: ConflictResolution,
  {conflicts}: HandleContext,
): Promise<ConflictOutcome> {
  if (runtime === undefined || !isConflicted(runtime)) {
    return {copyId: undefined}
  }
  const {goOn, copyId} = await conflicts.settle(runtime, resolution)
  if (isConflicted(runtime)) {
    runtime.actor?.send(goOn)
  }
  return {copyId}
}

function assertKnown(definition: AnyComponentDefinition, context: HandleContext): void {
  if (!context.definitions.has(definition.type)) {
    throw new KeepspaceError('component.unknownType', `${definition.type} is not among the components of this app`)
  }
}
