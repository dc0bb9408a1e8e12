import {KeepspaceError} from '../model/errors.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {createCatalogue} from '../services/catalogue/catalogue.ts'
import {createEmitter} from '../services/emitter.ts'
import {createSettings} from '../services/settings.ts'
import {createTelemetry} from '../services/telemetry/telemetry.ts'
import {createWriteQueue} from '../services/writing/write-queue.ts'
import {createAlarmClock} from './alarms.ts'
import {lateProtectionOf} from './census.ts'
import {createConflicts} from './conflicts.ts'
import {createContents} from './contents.ts'
import type {Engine} from './engine.ts'
import {createEnqueue} from './enqueue.ts'
import {createEntries} from './entries.ts'
import {createEvents} from './events.ts'
import {createFailedCalls} from './failed-calls.ts'
import {createFollowing} from './following.ts'
import {gaugesOf} from './gauges.ts'
import {createGuardedWriter} from './guarded-writer.ts'
import {createHandles} from './handles.ts'
import {createHotWorkspaces} from './hot-workspaces.ts'
import {latch} from './latch.ts'
import {createLeases} from './leases.ts'
import {readToShow} from './loading.ts'
import type {ResolvedOptions} from './options.ts'
import {followLifecycle} from './page-following.ts'
import {createPersist} from './persisting.ts'
import {createReadyPromises} from './ready-promises.ts'
import {createReleasing, isBeingAnnounced} from './releasing.ts'
import {createResidency} from './residency.ts'
import {createRestoring} from './restoring.ts'
import {createServerLegs} from './server-legs.ts'
import {createServerLevels} from './server-levels.ts'
import {createShuttingDown} from './shutting-down.ts'
import {createStatusObservers} from './status-observers.ts'
import {createStorageAccess} from './storage-access.ts'
import {createSystem} from './system.ts'
import {createSystemServices} from './system-services.ts'
import {noteMended, watchSystem} from './system-watch.ts'
import {releaseTrashed} from './trash.ts'
import {createUpkeep} from './upkeep.ts'
import {createWorkspaces} from './workspaces.ts'

/** Wires services and charts together and starts them. */
export function createEngine(options: ResolvedOptions): Engine {
  const {time, ids, definitions} = options
  const access = createStorageAccess(options.storage, options.namespace, options.scope, (hasRecovered) =>
    noteMended({system, workspaces, observers}, hasRecovered),
  )
  const recorder = createTelemetry({
    ...options.telemetry,
    now: time.now,
    gauges: () => gaugesOf({workspaces, access, catalogue, upkeep}),
  })
  const events = createEvents(options.telemetry === false ? undefined : recorder)
  const changed = createEmitter<[]>()
  const queue = createWriteQueue()
  const [started, start] = latch()
  let isClosed = false

  const observers = createStatusObservers({
    access,
    workspaces: () => workspaces,
    catalogue: () => catalogue,
    leases: () => leases,
    serverRevision: (id) => serverLevels.get(id),
  })
  const serverLevels = createServerLevels((id) => observers.statusChanged(id))
  const assertOpen = () => {
    if (isClosed) {
      throw new KeepspaceError(access.purging.isPurged ? 'scope.purged' : 'disposed')
    }
    shuttingDown.assertAccepting()
  }
  const flush = () => Promise.all(workspaces.all().map(({id}) => persist(id, 'explicit')))
  const residency = createResidency({
    options,
    events,
    snapshotChanged: changed,
    workspaces: () => workspaces,
    catalogue: () => catalogue,
    system: () => system,
    flush,
    assertOpen,
  })
  const workspaces = createWorkspaces({
    options,
    startActor: (id) => {
      const actor = system.isActive ? system.startWorkspace(id) : undefined
      leases.watch(id)
      return actor
    },
    awake: residency.awake,
    visits: residency.visits,
    isLive: () => residency.flags.current.liveState,
    isPageSeen: () => system.activity.getSnapshot().hasTag('seen'),
    emit: events.emit,
    mayRun: () => shuttingDown.isOpen(),
    note: events.note,
    statusChanged: observers.statusChanged,
    componentChanged: observers.componentChanged,
    edited: (id) => leases.edited(id),
    saveFailed: (runtime) => failedCalls.saveFailed(runtime),
    deadlineChanged: () => clock.changed(),
    componentsChanged: () => clock.componentsChanged(),
    rang: (id, componentId, deadlineMs) => clock.rang(id, componentId, deadlineMs),
    residentsChanged: () => {
      clock.changed()
      residency.changed()
    },
    snapshotChanged: changed.emit,
  })
  const failedCalls = createFailedCalls({
    time,
    policy: options.writer,
    events,
    runtimeOf: workspaces.get,
    isWriterWell: () => system.writer.getSnapshot().matches('idle'),
  })
  const releasing = createReleasing({
    time,
    readinessMs: options.evictionReadinessMs,
    keptBy: (runtime) => lateProtectionOf(runtime, {workspaces, catalogue}),
    emit: events.emit,
    dropMemory: (runtime, reason) => {
      workspaces.dropMemory(runtime, reason)
      leases.released(runtime.id)
    },
  })
  const ready = createReadyPromises({status: observers.status, onStatus: observers.onStatus})

  const enqueue = createEnqueue(queue, () => system.writer)
  const openWorkspace = (id: WorkspaceId, isEdit = false) => {
    assertOpen()
    const runtime = isEdit ? workspaces.get(id) : undefined
    return runtime !== undefined && isBeingAnnounced(runtime) ? runtime : workspaces.open(id)
  }
  const handle = createHandles({
    definitions,
    ids,
    now: time.now,
    observers,
    get conflicts() {
      return conflicts
    },
    find: workspaces.get,
    open: openWorkspace,
    openToEdit: (id) => openWorkspace(id, true),
    readToShow: async (runtime) => readToShow(runtime, await access.port(), time.now()),
    save: (id) => persist(id, 'explicit'),
    residentsChanged: residency.changed,
  })
  const whenReady = (id: WorkspaceId) => ready.whenReady(openWorkspace(id), handle(id))
  const persist = createPersist({workspaces, ready, catalogue: () => catalogue, handle})

  const {writer, running} = createGuardedWriter({
    ids,
    time,
    enqueue,
    hasMore: () => queue.size > 0,
    assertAccepting: () => shuttingDown.assertAccepting(),
    assertWritable: options.auditBeforeWrite ? () => upkeep.auditing.assertWritable() : undefined,
    catalogueChanged: () => following.catalogueChanged(),
    emit: events.emit,
  })
  const settings = createSettings({writer, time, ids, assertAccepting: () => shuttingDown.assertAccepting()})
  const shuttingDown = createShuttingDown({
    time,
    runtimes: workspaces.all,
    persist,
    flushSettings: settings.flush,
    lateSettings: settings.unwritten,
    isPersistent: () => access.isPersistent,
    events,
    changed: () => {
      clock.changed()
      changed.emit()
    },
  })
  const catalogue = createCatalogue({
    storage: access.port,
    writer,
    ids,
    time,
    restored: {
      assertNew: (id) => restoring.witnessing.assertNew(id, restoring.witnessing.known(id)),
      stored: (id, revision) => restoring.witnessing.noteStored(id, revision),
      deleted: (id) => restoring.witnessing.noteDeleted(id),
    },
    hot: createHotWorkspaces({workspaces, whenReady, persist, emit: events.emit}),
  })
  const restoring = createRestoring({
    ids,
    now: time.now,
    witness: options.witness,
    askToKeep: options.askToKeep,
    access,
    catalogue,
    workspaces,
    settings,
    emit: events.emit,
    changed: changed.emit,
  })
  const upkeep = createUpkeep({
    options,
    access,
    catalogue,
    workspaces,
    restoring,
    emit: events.emit,
    changed: changed.emit,
    retrySettings: settings.retryFailed,
    flush,
  })
  catalogue.subscribe(() => {
    releaseTrashed(workspaces, catalogue)
    residency.catalogueChanged()
    clock.changed()
    changed.emit()
  })
  const mayRing = () => shuttingDown.isOpen()
  const clock = createAlarmClock({
    options,
    workspaces,
    catalogue,
    storage: access.port,
    writer,
    mayRing,
    isStorageFailing: () => system.isStorageFailing,
    emit: events.emit,
  })
  void started.then(clock.start)
  const entries = createEntries({workspaces, catalogue, persist, emit: events.emit, changed: changed.emit})

  const leases = createLeases({
    bus: options.bus,
    now: time.now,
    workspaces,
    lease: (id) => system.lease(id),
    statusChanged: observers.statusChanged,
  })
  const conflicts = createConflicts({
    definitions,
    ids,
    now: time.now,
    storage: access.port,
    emit: events.emit,
    decide: options.resolveConflict,
    conflictChanged: observers.conflictChanged,
    decided: (head) => following.committed(head),
    makeCopy: catalogue.createCopy,
    resaveIfGone: restoring.resaveIfGone,
    ensureEntry: entries.ensure,
  })
  const following = createFollowing({
    options,
    workspaces,
    leases,
    conflicts,
    catalogue,
    storage: access.port,
    refresh: restoring.lookAgain,
    statusChanged: observers.statusChanged,
    whenLoaded: whenReady,
    replayed: (workspaceId) => events.emit({type: 'last_words_replayed', workspaceId}),
  })
  const contents = createContents({
    storage: access.port,
    writer,
    catalogue,
    now: time.now,
    maxRecordBytes: options.maxRecordBytes,
    isHot: (id) => workspaces.get(id) !== undefined,
    save: (id) => persist(id, 'explicit'),
    copiesOf: restoring.quarantine.copiesOf,
    headWritten: (head) => {
      catalogue.noteHead(head)
      following.committed(head)
      following.look(head.id)
    },
  })
  const services = createSystemServices({
    options,
    access,
    events,
    queue,
    workspaces,
    releasing,
    leases,
    conflicts,
    settings,
    catalogue,
    restoring,
    upkeep,
    enqueue,
    persist,
    residency,
    started: start,
    loaded: entries.loaded,
    shuttingDown,
    close: () => close(),
    saved: (runtime, head) => {
      restoring.saved(runtime, head)
      catalogue.noteHead(head)
      following.committed(head)
    },
    system: () => system,
  })
  const system = createSystem(options, services)
  residency.start()
  const stopLifecycle = followLifecycle({
    options,
    access,
    system,
    workspaces,
    restoring,
    settings,
    leases,
    upkeep,
    following,
    clock,
    emit: events.emit,
    isWriting: () => running() > 0,
  })
  watchSystem({system, workspaces, settings, observers, events, changed})
  shuttingDown.follow(system)
  const close: Engine['close'] = ({keepsBus = false} = {}) => {
    isClosed = true
    stopLifecycle()
    residency.stop()
    for (const part of [leases, upkeep, failedCalls, following, clock]) {
      part.close()
    }
    if (!keepsBus) {
      options.bus.close()
    }
  }

  return {
    options,
    access,
    events,
    changed,
    queue,
    observers,
    workspaces,
    releasing,
    residency,
    writer,
    settings,
    catalogue,
    restoring,
    upkeep,
    entries,
    clock,
    telemetry: recorder,
    contents,
    serverLevels,
    serverLegs: createServerLegs(changed.emit, time.now),
    system,
    started,
    shuttingDown,
    close,
    assertOpen,
    enqueue,
    handle,
    whenReady,
    persist,
  }
}
