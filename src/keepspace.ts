import {flushRuntimes} from './host/closing.ts'
import {createEngine} from './host/create-engine.ts'
import type {Engine} from './host/engine.ts'
import {noteEngine} from './host/engines.ts'
import {createFiles} from './host/files.ts'
import {workAtRisk} from './host/gauges.ts'
import {createHealth} from './host/health.ts'
import {createHistory} from './host/history.ts'
import {isSafeToLeave} from './host/leaving.ts'
import {capOf, type KeepspaceOptions, resolveOptions} from './host/options.ts'
import {createPresets} from './host/presets.ts'
import {createPurging} from './host/purging.ts'
import {isInMemory, type Runtime} from './host/runtime.ts'
import {storageStatusOf} from './host/storage-status.ts'
import {createActivity} from './host/window-activity.ts'
import type {Keepspace} from './model/handles.ts'
import {assertUsableId, type EntryId, type WorkspaceId} from './model/ids.ts'
import {isEqualJson} from './model/json.ts'
import type {ShutdownReport} from './model/shutdown.ts'
import type {KeepspaceSnapshot} from './model/status.ts'

export type {KeepspaceOptions} from './host/options.ts'

/** The entry of workspaces that are created without one. */
const MAIN_ENTRY = 'main' as EntryId

/**
 * Makes a Keepspace: workspaces that live in memory, save themselves, are evicted when there are too many, and come
 * back as they were. Make one for the life of the app, outside React. Storage begins to open at once.
 *
 * @throws {@link KeepspaceError} `usage` | `definition.invalid` when the options cannot work
 */
export function createKeepspace(options: KeepspaceOptions): Keepspace {
  const engine = createEngine(resolveOptions(options))
  const {workspaces, observers, system} = engine
  let snapshot: KeepspaceSnapshot | undefined

  const keepspace: Keepspace = {
    definitions: engine.options.definitions,
    time: engine.options.time,
    catalogue: engine.catalogue,
    settings: engine.settings,
    alarms: engine.clock.alarms,
    telemetry: engine.telemetry,
    activity: createActivity(system),
    presets: createPresets({
      definitions: engine.options.definitions,
      ids: engine.options.ids,
      now: engine.options.time.now,
      writer: engine.writer,
      storage: engine.access.port,
      whenReady: engine.whenReady,
      save: (id) => engine.persist(id, 'explicit'),
    }),
    files: createFiles({contents: engine.contents, catalogue: engine.catalogue, now: engine.options.time.now}),
    whenStarted: () => engine.started,
    workspace: (id) => engine.handle(usable(id)),
    open: (id, {create, entryId: under} = {}) => {
      engine.assertOpen()
      const entryId = (create?.entryId as EntryId | undefined) ?? MAIN_ENTRY
      assertUsableId(entryId, 'entry')
      workspaces.open(usable(id), create && {title: create.title, entryId})
      engine.entries.moveUnder(usable(id), under as EntryId | undefined)
      return engine.handle(usable(id))
    },
    activate: (id, {entryId: under} = {}) => {
      engine.assertOpen()
      workspaces.activate(usable(id))
      engine.entries.moveUnder(usable(id), under as EntryId | undefined)
      return engine.handle(usable(id))
    },
    activateEntry: async (entryId, entryOptions) => {
      engine.assertOpen()
      return engine.entries.activate(entryId, entryOptions)
    },
    hide: (id) => workspaces.hide(id as WorkspaceId),
    whenReady: (id) => engine.whenReady(usable(id)),
    persist: (id, reason, persistOptions) => engine.persist(id as WorkspaceId, reason, persistOptions),
    persistCurrent: async (reason, persistOptions) =>
      workspaces.current === undefined ? undefined : engine.persist(workspaces.current, reason, persistOptions),
    flush: (id) =>
      flushRuntimes(
        workspaces.all().filter((runtime) => id === undefined || runtime.id === id),
        (hotId) => engine.persist(hotId, 'explicit'),
      ),
    unload: engine.entries.unload,
    beforeEviction: engine.releasing.beforeEviction,
    getStatus: (id) => observers.status(id as WorkspaceId),
    subscribeStatus: (id, listener) => observers.onStatus(id as WorkspaceId, listener),
    getSnapshot: () => {
      const next = readSnapshot(engine)
      snapshot = snapshot !== undefined && isEqualJson(snapshot, next) ? snapshot : next
      return snapshot
    },
    getHealth: createHealth({
      now: engine.options.time.now,
      on: (listener) => void engine.events.on('*', listener),
      storage: () => storageStatusOf(system, engine.access, engine.restoring, engine.upkeep.returning),
      statuses: () => workspaces.all().map(({id}) => observers.status(id)),
      atRisk: () => workAtRisk(engine),
      hasPendingNewer: () => workspaces.all().some(hasPendingNewer),
      isPaused: () => !engine.options.flags.liveState,
      isOnline: () => engine.options.lifecycle.getState?.().isOnline ?? true,
      server: engine.serverLegs,
    }),
    isSafeToLeave: () =>
      isSafeToLeave(workspaces.all(), {
        tabId: engine.options.tabId,
        ids: engine.options.ids,
        now: engine.options.time.now,
        storage: () => engine.access.current,
        isStorageFailing:
          system.writer.getSnapshot().context.attempt > 0 || system.writer.getSnapshot().hasTag('stuck'),
      }),
    getWorkAtRisk: () => workAtRisk(engine),
    subscribe: engine.changed.add,
    on: engine.events.on,
    quarantine: engine.restoring.quarantine,
    history: createHistory({
      definitions: engine.options.definitions,
      ids: engine.options.ids,
      now: engine.options.time.now,
      storage: engine.access.port,
      whenReady: engine.whenReady,
      save: (id) => engine.persist(id, 'explicit'),
      find: workspaces.get,
    }),
    storage: {
      acceptEmpty: () => engine.restoring.acceptEmpty(),
      lookAgain: () => engine.restoring.lookAgain(),
      keep: () => engine.upkeep.returning.keep(),
      usage: (usageOptions) => engine.upkeep.housekeeping.usage(usageOptions?.onProgress),
      free: (kind) => engine.upkeep.housekeeping.free(kind),
    },
    audit: (auditOptions) => engine.upkeep.auditing.audit(auditOptions?.onProgress),
    allowWrites: () => engine.upkeep.auditing.allowWrites(),
    retryStorage: () => {
      engine.assertOpen()
      engine.upkeep.returning.retry()
      system.writer.send({type: 'retry.requested'})
    },
    setCap: (cap) => {
      engine.assertOpen()
      system.eviction.send({type: 'cap.changed', cap: capOf(cap)})
    },
    ...engine.residency.verbs,
    ...createEnding(engine),
  }
  return noteEngine(keepspace, engine)
}

function readSnapshot({system, access, workspaces, restoring, upkeep, entries}: Engine): KeepspaceSnapshot {
  const eviction = system.eviction.getSnapshot()
  return {
    storage: storageStatusOf(system, access, restoring, upkeep.returning),
    audit: upkeep.auditing.status,
    hot: workspaces
      .all()
      .filter(isInMemory)
      .map(({id}) => id),
    current: workspaces.current,
    isOverCap: eviction.context.isOverCap && (eviction.context.isBlocked || eviction.context.isDegraded),
    currentEntry: entries.current,
    cap: eviction.context.cap,
  }
}

/** Edited since its running save began, or since the last one failed. */
function hasPendingNewer({actor, store}: Runtime): boolean {
  const snapshot = actor?.getSnapshot()
  const isSaving = snapshot?.hasTag('saving') === true && snapshot.context.editedDuringSaveMs !== undefined
  return isSaving || (snapshot?.matches({hot: 'failed'}) === true && store.hasUnsaved())
}

/** @throws {@link KeepspaceError} `usage` */
function usable(id: string): WorkspaceId {
  assertUsableId(id, 'workspace')
  return id as WorkspaceId
}

/** The ways to end: with everything saved, or with everything of this scope deleted. */
function createEnding(
  engine: Engine,
): Pick<Keepspace, 'shutdown' | 'cancelShutdown' | 'closeAnyway' | 'getShutdown' | 'dispose' | 'purge'> {
  const {shuttingDown} = engine
  const purging = createPurging(engine)
  return {
    shutdown: (bound) => (purging.isPurged ? Promise.resolve(nothingLeft) : shuttingDown.shutdown(bound)),
    cancelShutdown: shuttingDown.cancel,
    closeAnyway: () => (purging.isPurged ? Promise.resolve(nothingLeft) : shuttingDown.closeAnyway()),
    getShutdown: shuttingDown.getSnapshot,
    dispose: (bound) => (purging.isPurged ? Promise.resolve(nothingLeft) : shuttingDown.dispose(bound)),
    purge: purging.purge,
  }
}

const nothingLeft: ShutdownReport = {status: 'closed', outcomes: [], unsaved: [], late: [], durationMs: 0}
