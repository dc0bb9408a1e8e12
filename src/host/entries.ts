import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {Keepspace} from '../model/handles.ts'
import type {EntryId, WorkspaceId} from '../model/ids.ts'
import type {EntrySwitch} from '../model/operations.ts'
import type {SaveOutcome, SaveReason, UnloadOutcome} from '../model/save.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {Runtime} from './runtime.ts'
import type {Workspaces} from './workspaces.ts'

/** The entry a person is in, and what its leaving means for the workspaces in memory. */
export type Entries = {
  readonly current: EntryId | undefined
  readonly activate: Keepspace['activateEntry']
  /** {@link Keepspace.unload} */
  readonly unload: Keepspace['unload']
  /** Opens a workspace under an entry: one of another entry is moved there. */
  moveUnder(id: WorkspaceId, entryId: EntryId | undefined): void
  /** Makes an entry if it is gone from storage, as it was known here, out of the trash. */
  ensure(id: EntryId): Promise<void>
  /** A workspace was loaded: what belongs to a visit that is over starts anew. */
  loaded(runtime: Runtime): void
}

/** Makes the entries. Nothing of a left entry is dropped: what cannot be saved stays in memory and is quiet. */
export function createEntries(context: {
  readonly workspaces: Workspaces
  readonly catalogue: CatalogueService
  readonly persist: (id: WorkspaceId, reason: SaveReason) => Promise<SaveOutcome>
  readonly emit: (event: KeepspaceEvent) => void
  readonly changed: () => void
}): Entries {
  const {workspaces, catalogue, emit} = context
  /** Loaded since their entry was entered: they keep what belongs to this visit. */
  const visited = new Set<WorkspaceId>()
  /** Where those go that are being moved. */
  const moving = new Map<WorkspaceId, EntryId>()
  let current: EntryId | undefined

  const entryOf = ({id, store, creation}: Runtime): EntryId | undefined =>
    moving.get(id) ??
    (store.phase === 'loading' ? (catalogue.head(id)?.entryId ?? creation?.entryId) : store.head.entryId)

  const left = (): EntryId | undefined => {
    const shown = workspaces.current === undefined ? undefined : workspaces.get(workspaces.current)
    return current ?? (shown && entryOf(shown))
  }

  const quiet = async (runtime: Runtime, stopsWork: boolean): Promise<UnloadOutcome> => {
    const {id, store} = runtime
    runtime.isDeactivated = true
    if (store.phase === 'loaded') {
      store.endVisit()
      if (store.hasUnsaved()) {
        await context.persist(id, 'switch')
      }
    }
    if (!runtime.isDeactivated || runtime.isReleased) {
      return {status: 'refused', error: undefined}
    }
    const [begun] = stopsWork ? [] : workOf([runtime])
    if (begun !== undefined) {
      // Nobody was asked about work that began since: it goes on, and the workspace goes when that ends.
      return {status: 'refused', error: new KeepspaceError('work.running', begun.name).report}
    }
    store.suspendRuns()
    store.stopOperations()
    return workspaces.release(id, 'switch')
  }

  const leave = async (runtimes: readonly Runtime[], entryId: EntryId, stopsWork: boolean): Promise<EntrySwitch> => {
    const pinned = runtimes.filter(({id}) => catalogue.isPinned(id)).map(({id}) => id)
    for (const workspaceId of pinned) {
      emit({type: 'entry_deactivated_skip_pinned', entryId, workspaceId})
    }
    const leaving = runtimes.filter(({id}) => !pinned.includes(id))
    const outcomes = await Promise.all(
      leaving.map(async (runtime) => {
        const {status} = await quiet(runtime, stopsWork)
        if (status !== 'refused') {
          emit({type: 'entry_deactivated_evicted', entryId, workspaceId: runtime.id})
        }
        return {id: runtime.id, isKept: status === 'refused'}
      }),
    )
    const released = outcomes.flatMap(({id, isKept}) => (isKept ? [] : id))
    const kept = outcomes.flatMap(({id, isKept}) => (isKept ? id : []))
    return {status: 'switched', released, kept, pinned}
  }

  const endVisits = (entryId: EntryId) => {
    for (const id of visited) {
      if (catalogue.head(id)?.entryId === entryId && !catalogue.isPinned(id)) {
        visited.delete(id)
      }
    }
  }

  const workOf = (runtimes: readonly Runtime[]) =>
    runtimes.flatMap(({id, store}) =>
      store.getOperations().flatMap((operation) => (operation.isResumable ? [] : {...operation, workspaceId: id})),
    )

  return {
    get current() {
      return current
    },
    activate: async (id, {stopsWork = false} = {}) => {
      const entryId = id as EntryId
      const before = left()
      if (before === entryId) {
        current = entryId
        return {status: 'unchanged'}
      }
      const runtimes = workspaces.all().filter((runtime) => before !== undefined && entryOf(runtime) === before)
      const operations = stopsWork ? [] : workOf(runtimes.filter((runtime) => !catalogue.isPinned(runtime.id)))
      if (operations.length > 0) {
        return {status: 'needsConsent', entryId, operations}
      }
      current = entryId
      context.changed()
      if (before === undefined) {
        return {status: 'switched', released: [], kept: [], pinned: []}
      }
      const switched = leave(runtimes, before, stopsWork)
      endVisits(before)
      return switched
    },
    unload: async (id, {stopsWork = false} = {}) => {
      const runtime = workspaces.get(id as WorkspaceId)
      const [operation] = stopsWork || runtime === undefined ? [] : workOf([runtime])
      if (operation !== undefined) {
        return {status: 'refused', error: new KeepspaceError('work.running', operation.name).report}
      }
      return workspaces.release(id as WorkspaceId, 'unload')
    },
    moveUnder: (id, entryId) => {
      const head = catalogue.head(id)
      if (entryId !== undefined && head !== undefined && head.entryId !== entryId) {
        moving.set(id, entryId)
        const settle = () => {
          if (moving.get(id) === entryId) {
            moving.delete(id)
          }
        }
        // A move that fails is an event of the writer, and the workspace stays where it was.
        catalogue.moveWorkspace(id, entryId).then(settle, settle)
      }
    },
    ensure: async (id) => {
      const known = catalogue.entryRecords().find((entry) => entry.id === id)
      await catalogue.refresh()
      if (catalogue.hasEntry(id)) {
        return
      }
      await (known
        ? catalogue.resaveEntry({...known, trashedAt: undefined})
        : catalogue.createEntry({id, title: 'Main'}))
    },
    loaded: ({id, store}) => {
      if (!visited.has(id)) {
        visited.add(id)
        store.endVisit()
      }
    },
  }
}
