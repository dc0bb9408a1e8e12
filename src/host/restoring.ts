import type {IdSource, WorkspaceId} from '../model/ids.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort} from '../model/storage-port.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {createQuarantine, type QuarantineService} from '../services/quarantine/quarantine.ts'
import type {SettingsService} from '../services/settings.ts'
import type {Runtime} from './runtime.ts'
import type {StorageAccess} from './storage-access.ts'
import {createWitnessing, type Witnessing, type WitnessingContext, witnessOfPersistent} from './witnessing.ts'
import type {Workspaces} from './workspaces.ts'

/** What noticing and undoing the loss of storage needs from the rest. */
export type RestoringContext = Omit<WitnessingContext, 'catalogue' | 'storage'> & {
  readonly access: Pick<StorageAccess, 'port' | 'isPersistent' | 'purging'>
  readonly catalogue: CatalogueService
  readonly workspaces: Pick<Workspaces, 'all' | 'get'>
  readonly settings: SettingsService
  readonly askToKeep: () => Promise<boolean | undefined>
  readonly ids: IdSource
  readonly now: () => number
}

/** Keeps the second witness, tells of what is gone, and writes again what this tab still holds of it. */
export type Restoring = {
  readonly witnessing: Witnessing
  readonly quarantine: QuarantineService
  /** Whether the browser promised to keep the storage; undefined while it was not asked. */
  readonly isKept: boolean | undefined
  /**
   * Reads the catalogue, compares it with the witness, and saves again whatever is gone and still in memory. Nothing of
   * that when everything was deleted in another tab.
   */
  lookAgain(): Promise<void>
  /** A workspace was committed by this tab. */
  saved(runtime: Runtime, head: HeadRecord): void
  /** The page was hidden or left: the witness hears how far everything in memory has come. */
  hidden(): void
  /**
   * After a refused commit that found nothing stored: prepares everything to be written again, unless it was deleted.
   * Rejects with `scope.purged` when everything was.
   */
  resaveIfGone(runtime: Runtime): Promise<boolean>
  /** What is gone is accepted as gone, and loads that were refused for it are tried again. */
  acceptEmpty(): Promise<void>
}

/** Makes the restoring of one scope. */
export function createRestoring(context: RestoringContext): Restoring {
  const {access, catalogue, workspaces, settings, emit} = context
  const storage = access.port
  const witness = witnessOfPersistent(context.witness, access)
  const witnessing = createWitnessing({...context, witness, storage})
  const quarantine = createQuarantine({...context, storage, kept: (keys) => emit({type: 'records_quarantined', keys})})
  const resaving = new Set<WorkspaceId>()
  let isKept: boolean | undefined
  let isAsked = false

  const resave = (runtime: Runtime) => {
    resaving.add(runtime.id)
    runtime.knownRevision = Math.max(runtime.knownRevision, runtime.revision, witnessing.known(runtime.id))
    runtime.revision = 0
    runtime.store.markAllLost()
  }

  const resaveLost = async (lost: readonly WorkspaceId[], entries: ReturnType<CatalogueService['entryRecords']>) => {
    for (const id of lost) {
      const runtime = workspaces.get(id)
      const revision = runtime?.revision ?? 0
      // A commit under way finds out by itself, and one that landed meanwhile has done it.
      if (revision > 0 && (await witnessing.isGone(id)) && runtime !== undefined && isAtRest(runtime, revision)) {
        resave(runtime)
      }
    }
    settings.resaveAll()
    for (const entry of entries.filter(({id}) => !catalogue.hasEntry(id))) {
      // Another tab may have been first.
      await catalogue.resaveEntry(entry).catch(() => undefined)
    }
  }

  const lookAgain = async () => {
    if (await access.purging.look()) {
      return
    }
    const entries = catalogue.entryRecords()
    const lost = await witnessing.refresh()
    if (lost.length > 0) {
      await resaveLost(lost, entries)
    }
    await quarantine.keepKeys(catalogue.getSnapshot().unreadable)
  }

  return {
    witnessing,
    quarantine,
    get isKept() {
      return isKept
    },
    lookAgain,
    saved: (runtime, head) => {
      if (head.revision === 1 || runtime.level === 'flushed') {
        witnessing.noteStored(head.id, head.revision)
      }
      if (resaving.delete(head.id)) {
        witnessing.noteStored(head.id, head.revision)
        witnessing.noteRestored(head.id)
        emit({type: 'restore.resaved', workspaceIds: [head.id]})
      }
      if (!isAsked && head.componentCount > 0) {
        isAsked = true
        void context.askToKeep().then((answer) => {
          isKept = answer
          context.changed()
        })
      }
    },
    hidden: () => {
      for (const {id, revision} of workspaces.all()) {
        if (revision > 0) {
          witnessing.noteStored(id, revision)
        }
      }
    },
    resaveIfGone: async (runtime) => {
      await access.purging.assertNotPurged()
      if (!(await witnessing.isGone(runtime.id)) || runtime.store.phase !== 'loaded') {
        return false
      }
      witnessing.noteGone(runtime.id)
      resave(runtime)
      // Whatever else was lost with it; what fails is tried again with the next look.
      void lookAgain().catch(() => undefined)
      return true
    },
    acceptEmpty: async () => {
      witnessing.accept()
      await catalogue.refresh()
      for (const {actor} of workspaces.all()) {
        if (actor?.getSnapshot().context.error?.code === 'storage.emptied') {
          actor.send({type: 'reload.requested'})
        }
      }
    },
  }
}

function isAtRest({store, inFlight, revision}: Runtime, since: number): boolean {
  return store.phase === 'loaded' && inFlight === undefined && revision === since
}

/** Looks again whenever the connection to storage was lost: somebody may have cleared it. */
export function watchConnection(port: StoragePort, restoring: Restoring): () => void {
  return port.onLost?.(() => void restoring.lookAgain().catch(() => undefined)) ?? (() => undefined)
}
