import type {WorkspaceId} from '../model/ids.ts'
import {headKey} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort} from '../model/storage-port.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {asHead} from '../services/codec/record-shapes.ts'
import type {Conflicts} from './conflicts.ts'
import type {Leases} from './leases.ts'
import {readStored, replayLeft} from './loading.ts'
import type {ResolvedOptions} from './options.ts'
import {takeWaiting} from './waiting-words.ts'
import type {Workspaces} from './workspaces.ts'

/** Keeps this tab up to date with the others. */
export type Following = {
  /** This tab committed a workspace: tell the others. */
  committed(head: HeadRecord): void
  /** This tab is left and wrote last words. */
  left(id: WorkspaceId): void
  /** This tab changed the catalogue: tell the others. */
  catalogueChanged(): void
  /** One workspace was changed beside its runtime: look at it. */
  look(id: WorkspaceId): void
  /** Looks at everything in memory and at the catalogue again: hints may have been missed. */
  lookAgain(): void
  close(): void
}

/** Makes the following of other tabs. What it hears are hints; what it shows is what it then reads. */
export function createFollowing(context: {
  readonly options: Pick<ResolvedOptions, 'bus' | 'ids' | 'definitions'>
  readonly workspaces: Workspaces
  readonly leases: Leases
  readonly conflicts: Conflicts
  readonly catalogue: CatalogueService
  readonly storage: () => Promise<StoragePort>
  /** Reads the catalogue again. */
  readonly refresh: () => Promise<void>
  readonly statusChanged: (id: WorkspaceId) => void
  readonly whenLoaded: (id: WorkspaceId) => Promise<unknown>
  /** Last words of another tab became part of a workspace here. */
  readonly replayed: (id: WorkspaceId) => void
}): Following {
  const {options, workspaces, leases, conflicts, catalogue, storage, statusChanged} = context
  const {bus, ids} = options
  const refresh = () => void context.refresh().catch(() => undefined)

  const lookAt = async (id: WorkspaceId): Promise<void> => {
    const port = await storage()
    const runtime = workspaces.get(id)
    if (runtime === undefined) {
      const [found] = await port.read([{key: headKey(id)}])
      const head = asHead(found?.[0]?.value)
      if (head !== undefined) {
        catalogue.noteHead(head)
      }
      return
    }
    const head = await leases.watchFence(runtime, conflicts.follow(runtime))
    if (head !== undefined) {
      catalogue.noteHead(head)
      statusChanged(id)
    }
  }
  // A look that fails changes nothing: the next save compares with what is stored in any case.
  const look = (id: WorkspaceId) => void lookAt(id).catch(() => undefined)

  const replay = async (id: WorkspaceId): Promise<void> => {
    await context.whenLoaded(id)
    const port = await storage()
    await replayLeft(id, port, {ids, replayed: context.replayed})
    await lookAt(id)
    const runtime = workspaces.get(id)
    if (runtime !== undefined && takeWaiting(runtime, await readStored(id, port), options)) {
      context.replayed(id)
    }
  }

  const stop = bus.subscribe((message) => {
    if (message.type === 'left') {
      if (workspaces.get(message.workspaceId) !== undefined) {
        // The words stay where they are for the next open.
        void replay(message.workspaceId).catch(() => undefined)
      }
      return
    }
    if (message.type === 'catalogue' || message.type === 'purged') {
      refresh()
    } else if (
      message.type === 'committed' &&
      (workspaces.get(message.workspaceId)?.revision ?? 0) < message.revision
    ) {
      look(message.workspaceId)
    }
  })
  return {
    committed: ({id, revision}) => bus.post({type: 'committed', workspaceId: id, revision}),
    left: (id) => bus.post({type: 'left', workspaceId: id}),
    look,
    catalogueChanged: () => bus.post({type: 'catalogue'}),
    lookAgain: () => {
      refresh()
      for (const {id} of workspaces.all()) {
        look(id)
      }
    },
    close: stop,
  }
}
