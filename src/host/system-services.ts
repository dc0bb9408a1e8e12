import {type SnapshotFrom, waitFor} from 'xstate'
import type {activityMachine} from '../machines/activity/activity.machine.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {HeadRecord} from '../model/records.ts'
import type {SaveOutcome, SaveReason} from '../model/save.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {SettingsService} from '../services/settings.ts'
import type {WriteQueue} from '../services/writing/write-queue.ts'
import {sweep} from './autosaving.ts'
import {lateProtectionOf} from './census.ts'
import type {SystemServices} from './charts.ts'
import {closeWriter, within} from './closing.ts'
import type {Conflicts} from './conflicts.ts'
import type {Events} from './events.ts'
import type {Leases} from './leases.ts'
import {loadWorkspace} from './loading.ts'
import {keepLock} from './lock-keeper.ts'
import type {ResolvedOptions} from './options.ts'
import type {Releasing} from './releasing.ts'
import type {Residency} from './residency.ts'
import {type Restoring, watchConnection} from './restoring.ts'
import type {Runtime} from './runtime.ts'
import {type SavingContext, saveWorkspace} from './saving.ts'
import type {ShuttingDown} from './shutting-down.ts'
import type {StorageAccess} from './storage-access.ts'
import type {System} from './system.ts'
import type {Upkeep} from './upkeep.ts'
import type {Workspaces} from './workspaces.ts'

/** What the services of the charts are made of. */
export type SystemServicesContext = {
  readonly options: ResolvedOptions
  readonly access: StorageAccess
  readonly events: Events
  readonly queue: WriteQueue
  readonly workspaces: Workspaces
  readonly releasing: Releasing
  readonly leases: Leases
  readonly conflicts: Conflicts
  readonly settings: SettingsService
  readonly catalogue: CatalogueService
  readonly restoring: Restoring
  readonly upkeep: Upkeep
  readonly enqueue: SavingContext['enqueue']
  readonly residency: Residency
  readonly persist: (id: WorkspaceId, reason: SaveReason) => Promise<SaveOutcome>
  readonly started: () => void
  /** A workspace was read from storage. */
  readonly loaded: (runtime: Runtime) => void
  readonly shuttingDown: ShuttingDown
  /** From now on nothing is accepted any more. */
  readonly close: () => void
  /** A workspace was committed by this tab. */
  readonly saved: (runtime: Runtime, head: HeadRecord) => void
  readonly system: () => System
}

/** Makes what the charts ask of the outside world. */
export function createSystemServices(context: SystemServicesContext): SystemServices {
  const {options, access, events, queue, workspaces, releasing, settings} = context
  const runtimeOf = (id: WorkspaceId): Runtime => {
    const runtime = workspaces.get(id)
    if (runtime === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    return runtime
  }
  return {
    openStorage: async () => {
      try {
        await access.open()
      } catch (cause) {
        context.upkeep.returning.missing(cause)
        throw cause
      } finally {
        await catalogueAtStart(context)
        // Without them every setting has its fallback; the catalogue reports the same failure to people.
        await settings.load(await access.port()).catch(() => undefined)
        context.upkeep.start()
        context.started()
      }
    },
    drain: context.shuttingDown.drain,
    closeAll: async (timeoutMs) => {
      const bound = {time: options.time, endsAtMs: options.time.elapsed() + timeoutMs}
      context.close()
      await within(bound, closeWriter(context.system()))
      context.shuttingDown.ending()
      queue.rejectAll(new KeepspaceError('disposed'))
      for (const {store} of workspaces.all()) {
        store.close()
      }
      await within(bound, access.close())
    },
    commit: async () => {
      const {activity} = context.system()
      if (isFrozen(activity.getSnapshot())) {
        // Standing still in the middle of a transaction, a page keeps every other tab out of storage.
        await waitFor(activity, (snapshot) => !isFrozen(snapshot))
      }
      try {
        return await queue.commitNext(await access.port())
      } catch (error) {
        if (queue.size > 0) {
          // What came too late for it waits on, and has nobody who asks for it again.
          context.system().writer.send({type: 'work.arrived', isUrgent: false})
        }
        throw error
      }
    },
    load: (id) => load(runtimeOf(id), context),
    save: (input) =>
      saveWorkspace(runtimeOf(input.workspaceId), input, {
        time: options.time,
        ids: options.ids,
        readinessMs: options.readinessMs,
        isVisible: ({id}) => workspaces.isVisible(id),
        enqueue: context.enqueue,
        emit: events.emit,
        turn: ({id}) => context.leases.turn(id),
        rebase: (runtime) => context.leases.watchFence(runtime, context.conflicts.rebase(runtime)),
        saved: context.saved,
      }),
    prepareRelease: (id, reason) => releasing.prepare(runtimeOf(id), reason),
    release: (id, reason) => releasing.release(runtimeOf(id), reason),
    persistVictim: async (id) => {
      const outcome = await workspaces.release(id, 'evict')
      const runtime = workspaces.get(id)
      // Whoever has something that keeps it by now stays like one that was opened again: no eviction failed.
      const isKept = runtime !== undefined && lateProtectionOf(runtime, context) !== undefined
      if (outcome.status === 'refused' && outcome.error !== undefined && !isKept) {
        throw new KeepspaceError(outcome.error.code, outcome.error.detail)
      }
      return {isReleased: outcome.status !== 'refused'}
    },
    keepLock: (id, tell) => keepLock(options.locks, `keepspace/${options.namespace}/${options.scope}/${id}`, tell),
    handOver: async (id) => {
      if (workspaces.get(id)?.store.hasUnsaved()) {
        await context.persist(id, 'switch')
      }
    },
    takeCensus: context.residency.census,
    measure: context.residency.measure,
    sweep: (trigger) =>
      sweep(trigger, {
        policy: options.autosave,
        time: options.time,
        // What does not save itself waits for a person.
        runtimes: () => (context.residency.flags.current.liveState ? workspaces.all() : []),
        isSeen: ({id}) => workspaces.isVisible(id) && context.system().activity.getSnapshot().hasTag('seen'),
        persist: context.persist,
        emit: events.emit,
      }),
  }
}

/** Reads the catalogue and compares it with the second witness. */
async function catalogueAtStart({access, catalogue, restoring}: SystemServicesContext): Promise<void> {
  watchConnection(await access.port(), restoring)
  // A comparison that fails is made again with the next look; the catalogue itself says what is wrong.
  await restoring.lookAgain().catch(() => undefined)
  if (catalogue.getSnapshot().phase === 'loading') {
    await catalogue.refresh()
  }
}

async function load(runtime: Runtime, context: SystemServicesContext): Promise<void> {
  const {options, access, events, catalogue, restoring, residency} = context
  const {witnessing} = restoring
  const {id} = runtime
  const {admission} = residency
  await admission.admit(runtime)
  const startedAt = options.time.elapsed()
  try {
    if (options.auditBeforeWrite) {
      await context.upkeep.auditing.assertWritable()
    }
    await makeEntryFor(runtime, context)
    const records = await loadWorkspace(runtime, {
      storage: access.port,
      now: options.time.now,
      newOrder: catalogue.lastOrder,
      known: witnessing.known,
      found: witnessing.compare,
      assertNew: witnessing.assertNew,
      isTrashed: ({entryId, trashedAt}) => trashedAt !== undefined || catalogue.isEntryTrashed(entryId),
      quarantine: restoring.quarantine,
      ids: options.ids,
      definitions: options.definitions,
      replayed: (workspaceId) => events.emit({type: 'last_words_replayed', workspaceId}),
      held: (workspaceId, error) => events.emit({type: 'last_words_held', workspaceId, error: error.report}),
      dropped: (workspaceId, error) => events.emit({type: 'edit_dropped', workspaceId, error: error.report}),
    })
    context.loaded(runtime)
    events.emit({type: 'workspace_loaded', workspaceId: id, records, durationMs: options.time.elapsed() - startedAt})
  } catch (cause) {
    const error = KeepspaceError.from(cause)
    if (error.code === 'audit.pending') {
      await context.upkeep.showReadOnly(runtime)
    }
    admission.giveBack(runtime)
    events.emit({type: 'workspace_load_failed', workspaceId: id, error: error.report})
    throw error
  }
}

/**
 * A new workspace needs its entry. Before it is loaded, so that a failure leaves the edits waiting for the next try;
 * an entry that another tab made, or that could not be read so far, will do.
 */
async function makeEntryFor(
  {id, creation}: Runtime,
  {catalogue, restoring: {witnessing}}: SystemServicesContext,
): Promise<void> {
  if (creation === undefined || catalogue.head(id) !== undefined || catalogue.hasEntry(creation.entryId)) {
    return
  }
  await witnessing.assertNew(id, witnessing.known(id))
  try {
    await catalogue.createEntry({id: creation.entryId, title: 'Main'})
  } catch (cause) {
    const error = KeepspaceError.from(cause)
    if (error.code !== 'revision.conflict') {
      throw new KeepspaceError('load.failed', error.code, {cause})
    }
    await catalogue.refresh()
  }
}

const isFrozen = (snapshot: SnapshotFrom<typeof activityMachine>): boolean => snapshot.matches('frozen')
