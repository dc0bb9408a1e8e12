import {closeWriter, flushRuntimes, purgeScope} from './host/closing.ts'
import {createEvents} from './host/events.ts'
import {loadWorkspace} from './host/loading.ts'
import {createObservers} from './host/observers.ts'
import {capOf, type KeepspaceOptions, resolveOptions} from './host/options.ts'
import {createPresets} from './host/presets.ts'
import {createReadyPromises} from './host/ready-promises.ts'
import {createReleasing} from './host/releasing.ts'
import type {Runtime} from './host/runtime.ts'
import {coldOutcome, outcomeWithoutSave, saveWorkspace} from './host/saving.ts'
import {coldStatus, statusOf} from './host/status.ts'
import {createStorageAccess} from './host/storage-access.ts'
import {storageStatusOf} from './host/storage-status.ts'
import {createSystem, type System} from './host/system.ts'
import {createWorkspaceHandle} from './host/workspace-handle.ts'
import {createWorkspaces} from './host/workspaces.ts'
import {KeepspaceError} from './model/errors.ts'
import type {Keepspace, WorkspaceHandle} from './model/handles.ts'
import type {EntryId, WorkspaceId} from './model/ids.ts'
import {isEqualJson} from './model/json.ts'
import type {FlushReport, SaveOutcome} from './model/save.ts'
import type {KeepspaceSnapshot} from './model/status.ts'
import {type CatalogueService, createCatalogue} from './services/catalogue/catalogue.ts'
import {createEmitter} from './services/emitter.ts'
import {createSettings} from './services/settings.ts'
import {createBackgroundWriter} from './services/writing/background-writer.ts'
import {createWriteQueue, type WriteJob} from './services/writing/write-queue.ts'

export type {KeepspaceOptions} from './host/options.ts'

/** The entry of workspaces that are created without one. */
const MAIN_ENTRY = 'main' as EntryId

/**
 * Makes a Keepspace: workspaces that live in memory, save themselves, are evicted when there are too many, and come
 * back as they were. Make one for the life of the app, outside React. Storage begins to open at once.
 *
 * @throws {@link KeepspaceError} `usage` | `definition.invalid` when the options cannot work
 */
export function createKeepspace(given: KeepspaceOptions): Keepspace {
  const options = resolveOptions(given)
  const {time, ids, definitions} = options
  const scope = `${options.namespace}/${options.scope}`
  const access = createStorageAccess(options.storage, options.namespace, options.scope)
  const events = createEvents()
  const changed = createEmitter<[]>()
  const queue = createWriteQueue()
  const handles = new Map<WorkspaceId, WorkspaceHandle>()
  let snapshot: KeepspaceSnapshot | undefined
  let disposal: Promise<FlushReport> | undefined
  let lastReport: FlushReport = {outcomes: [], unsaved: []}

  const assertOpen = () => {
    if (disposal !== undefined) {
      throw new KeepspaceError('disposed')
    }
  }
  const enqueue = (job: WriteJob, isUrgent: boolean) => {
    if (system.writer.getSnapshot().hasTag('closed')) {
      job.failed(new KeepspaceError('disposed'))
      return
    }
    queue.add(job)
    system.writer.send({type: 'work.arrived', isUrgent})
  }
  const facts = (id: WorkspaceId) => ({
    isPersistent: access.current?.isPersistent ?? true,
    isVisible: workspaces.isVisible(id),
  })
  const observers = createObservers({
    read: (id, before) => {
      const runtime = workspaces.get(id)
      return runtime === undefined
        ? coldStatus(id, catalogue.head(id), facts(id), before)
        : statusOf(runtime, facts(id), before)
    },
    components: (id) => workspaces.get(id)?.store.getInfos() ?? [],
  })
  const workspaces = createWorkspaces({
    options,
    startActor: (id) => (system.isActive ? system.startWorkspace(id) : undefined),
    emit: events.emit,
    statusChanged: observers.statusChanged,
    componentChanged: observers.componentChanged,
    residentsChanged: () => {
      changed.emit()
      if (system.isActive) {
        system.eviction.send({type: 'census.taken', candidates: takeCensus()})
      }
    },
  })
  const takeCensus = () =>
    workspaces.all().map(({id, lastSeenAt, store}) => ({
      id,
      lastSeenMs: lastSeenAt,
      isVisible: workspaces.isVisible(id),
      isAttached: store.isAttached(),
      isLoading: store.phase === 'loading',
    }))
  const releasing = createReleasing({
    time,
    readinessMs: options.evictionReadinessMs,
    emit: events.emit,
    dropMemory: workspaces.dropMemory,
  })
  const ready = createReadyPromises({status: observers.status, onStatus: observers.onStatus})
  const runtimeOf = (id: WorkspaceId): Runtime => {
    const runtime = workspaces.get(id)
    if (runtime === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    return runtime
  }

  const writer = createBackgroundWriter({
    ids,
    time,
    enqueue: (job) => enqueue(job, job.durability === 'strict'),
    completed: (result, {targetKind, target, reason}, error) =>
      events.emit({
        type: 'write_completed',
        targetKind,
        target,
        reason,
        durationMs: result?.durationMs ?? 0,
        bytes: result?.bytes ?? 0,
        error: error?.report,
        hasNewerPending: queue.size > 0,
      }),
  })
  const settings = createSettings({writer, time})
  const catalogue: CatalogueService = createCatalogue({
    storage: access.port,
    writer,
    ids,
    time,
    hot: {
      isHot: (id) => workspaces.get(id) !== undefined,
      setHead: async (id, fields) => {
        await whenReady(id)
        runtimeOf(id).store.setHead(fields)
        assertDurable(await persist(id, 'catalogue'))
        if (fields.entryId !== undefined) {
          events.emit({type: 'workspace_entry_updated', workspaceId: id, entryId: fields.entryId})
        }
      },
      save: async (id) => assertDurable(await persist(id, 'catalogue')),
      unload: async (id) => {
        const outcome = await workspaces.release(id, 'unload')
        if (outcome.status === 'refused') {
          throw new KeepspaceError(outcome.error?.code ?? 'usage', outcome.error?.detail ?? `${id} stays in memory`)
        }
      },
    },
  })
  // A list row follows what a save wrote.
  catalogue.subscribe(changed.emit)

  const workspace: Keepspace['workspace'] = (rawId) => {
    const id = rawId as WorkspaceId
    const known = handles.get(id)
    if (known !== undefined) {
      return known
    }
    const handle = createWorkspaceHandle(id, {
      definitions,
      ids,
      now: time.now,
      observers,
      find: workspaces.get,
      open: (openId) => {
        assertOpen()
        return workspaces.open(openId)
      },
      save: (saveId) => persist(saveId, 'explicit'),
    })
    handles.set(id, handle)
    return handle
  }
  const whenReady: Keepspace['whenReady'] = (rawId) => {
    assertOpen()
    return ready.whenReady(workspaces.open(rawId as WorkspaceId), workspace(rawId))
  }
  const persist: Keepspace['persist'] = async (rawId, reason, persistOptions = {}) => {
    const id = rawId as WorkspaceId
    const runtime = workspaces.get(id)
    if (runtime === undefined) {
      return coldOutcome(id, reason, catalogue.head(id)?.revision ?? 0)
    }
    try {
      await ready.whenReady(runtime, workspace(id))
    } catch (error) {
      const report = KeepspaceError.from(error, 'load.failed').report
      return outcomeWithoutSave(runtime, {reason, status: 'refused', error: report, isBackground: true})
    }
    return workspaces.get(id) === undefined
      ? coldOutcome(id, reason, runtime.revision)
      : workspaces.persist(id, reason, persistOptions)
  }
  const flush = (runtimes: readonly Runtime[], reason: 'explicit' | 'shutdown') =>
    flushRuntimes(runtimes, (id) => persist(id, reason))

  const retryFailed = () => {
    for (const {actor} of workspaces.all()) {
      if (actor?.getSnapshot().matches({hot: 'failed'})) {
        actor.send({type: 'retry.due'})
      }
    }
    settings.retryFailed()
  }

  let whenReadAll: () => void = () => undefined
  const started = new Promise<void>((resolve) => {
    whenReadAll = resolve
  })
  const system: System = createSystem(options, {
    openStorage: async () => {
      try {
        await access.open()
      } finally {
        await catalogue.refresh()
        await settings.load(await access.port()).catch(() => undefined)
        whenReadAll()
      }
    },
    flushAll: async () => {
      const hot = workspaces.all()
      lastReport = await flush(
        hot.filter(({store}) => store.phase === 'loaded'),
        'shutdown',
      )
      await settings.flush()
      await closeWriter(system)
      queue.rejectAll(new KeepspaceError('disposed'))
      for (const {store} of hot) {
        store.close()
      }
      await access.close()
    },
    commit: async () => queue.commitNext(await access.port()),
    load: async (id) => {
      const runtime = runtimeOf(id)
      const startedAt = time.now()
      try {
        const records = await loadWorkspace(runtime, {
          storage: access.port,
          now: time.now,
          newOrder: catalogue.lastOrder,
          dropped: (workspaceId, error) => events.emit({type: 'edit_dropped', workspaceId, error: error.report}),
        })
        const durationMs = time.now() - startedAt
        events.emit({type: 'workspace_loaded', workspaceId: id, records, durationMs})
      } catch (error) {
        events.emit({type: 'workspace_load_failed', workspaceId: id, error: KeepspaceError.from(error).report})
        throw error
      }
      if (runtime.creation !== undefined && runtime.revision === 0 && !catalogue.hasEntry(runtime.creation.entryId)) {
        await catalogue.createEntry({id: runtime.creation.entryId, title: 'Main'})
      }
    },
    save: (input) =>
      saveWorkspace(runtimeOf(input.workspaceId), input, {
        time,
        ids,
        readinessMs: options.readinessMs,
        isVisible: ({id}) => workspaces.isVisible(id),
        enqueue,
        emit: events.emit,
        saved: (_, head) => catalogue.noteHead(head),
      }),
    prepareRelease: (id) => releasing.prepare(runtimeOf(id)),
    release: (id, reason) => releasing.release(runtimeOf(id), reason),
    persistVictim: async (id) => {
      const outcome = await workspaces.release(id, 'evict')
      if (outcome.status === 'refused') {
        throw new KeepspaceError(outcome.error?.code ?? 'usage', outcome.error?.detail)
      }
    },
    takeCensus,
  })
  watchSystem()

  function watchSystem(): void {
    const storageChanged = () => {
      changed.emit()
      for (const {id} of workspaces.all()) {
        observers.statusChanged(id)
      }
    }
    system.root.subscribe(storageChanged)
    system.root.on('actor.failed', ({error}) => events.emit({type: 'actor_failed', error}))
    system.root.on('storage.missing', ({error}) => events.emit({type: 'storage_changed', phase: 'memoryOnly', error}))
    system.writer.subscribe(storageChanged)
    system.writer.on('retry.due', retryFailed)
    system.writer.on('writer.recovered', retryFailed)
    system.writer.on('writer.failed', ({error}) => events.emit({type: 'storage_changed', phase: 'failing', error}))
    system.eviction.subscribe(() => changed.emit())
    system.eviction.on('victim.chosen', ({workspaceId, ranking}) =>
      events.emit({type: 'eviction_candidate_selected', workspaceId, ranking}),
    )
    system.eviction.on('eviction.blocked', ({ranking}) => events.emit({type: 'no_eviction_candidates', ranking}))
  }

  const readSnapshot = (): KeepspaceSnapshot => {
    const next: KeepspaceSnapshot = {
      storage: storageStatusOf(system, access.current),
      hot: workspaces.all().map(({id}) => id),
      current: workspaces.current,
      isOverCap: system.eviction.getSnapshot().hasTag('blocked'),
      cap: system.eviction.getSnapshot().context.cap,
    }
    return snapshot !== undefined && isEqualJson(snapshot, next) ? snapshot : next
  }

  return {
    definitions,
    catalogue,
    settings,
    presets: createPresets({
      definitions,
      ids,
      now: time.now,
      writer,
      storage: access.port,
      whenReady,
      save: (id): Promise<SaveOutcome> => persist(id, 'explicit'),
    }),
    whenStarted: () => started,
    workspace,
    open: (id, openOptions) => {
      assertOpen()
      const create = openOptions?.create
      workspaces.open(
        id as WorkspaceId,
        create && {title: create.title, entryId: (create.entryId as EntryId | undefined) ?? MAIN_ENTRY},
      )
      return workspace(id)
    },
    activate: (id) => {
      assertOpen()
      workspaces.activate(id as WorkspaceId)
      return workspace(id)
    },
    hide: (id) => workspaces.hide(id as WorkspaceId),
    whenReady,
    persist,
    persistCurrent: async (reason, persistOptions) =>
      workspaces.current === undefined ? undefined : persist(workspaces.current, reason, persistOptions),
    flush: (id) =>
      flush(
        workspaces.all().filter((runtime) => id === undefined || runtime.id === id),
        'explicit',
      ),
    unload: (id) => workspaces.release(id as WorkspaceId, 'unload'),
    beforeEviction: releasing.beforeEviction,
    getStatus: (id) => observers.status(id as WorkspaceId),
    subscribeStatus: (id, listener) => observers.onStatus(id as WorkspaceId, listener),
    getSnapshot: () => {
      snapshot = readSnapshot()
      return snapshot
    },
    subscribe: changed.add,
    on: events.on,
    retryStorage: () => {
      assertOpen()
      system.writer.send({type: 'retry.requested'})
    },
    setCap: (cap) => {
      assertOpen()
      system.eviction.send({type: 'cap.changed', cap: capOf(cap)})
    },
    dispose: () => {
      disposal ??= new Promise((resolve) => {
        system.root.subscribe({complete: () => resolve(lastReport)})
        system.root.send({type: 'close.requested'})
      })
      return disposal
    },
    purge: async () => {
      disposal ??= Promise.resolve(lastReport)
      for (const {store} of workspaces.all()) {
        store.close()
      }
      await closeWriter(system)
      queue.rejectAll(new KeepspaceError('disposed'))
      await access.close()
      system.root.stop()
      await purgeScope(options.storage, scope, ids)
    },
  }
}

/** A catalogue change of a hot workspace counts only when it is durable. */
function assertDurable(outcome: SaveOutcome): void {
  if (outcome.status !== 'saved' && outcome.status !== 'unchanged') {
    throw new KeepspaceError(outcome.error?.code ?? 'storage.unavailable', outcome.error?.detail)
  }
}
