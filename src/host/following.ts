import type {WorkspaceId} from '../model/ids.ts'
import {headKey} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort} from '../model/storage-port.ts'
import type {TabBus} from '../model/tab-bus.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {asHead} from '../services/codec/record-shapes.ts'
import type {Conflicts} from './conflicts.ts'
import type {Leases} from './leases.ts'
import type {Workspaces} from './workspaces.ts'

/** Keeps this tab up to date with the others. */
export type Following = {
  /** This tab committed a workspace: tell the others. */
  committed(head: HeadRecord): void
  /** This tab changed the catalogue: tell the others. */
  catalogueChanged(): void
  /** Looks at everything in memory and at the catalogue again: hints may have been missed. */
  lookAgain(): void
  close(): void
}

/** Makes the following of other tabs. What it hears are hints; what it shows is what it then reads. */
export function createFollowing(context: {
  readonly bus: TabBus
  readonly workspaces: Workspaces
  readonly leases: Leases
  readonly conflicts: Conflicts
  readonly catalogue: CatalogueService
  readonly storage: () => Promise<StoragePort>
  /** Reads the catalogue again. */
  readonly refresh: () => Promise<void>
  readonly statusChanged: (id: WorkspaceId) => void
}): Following {
  const {bus, workspaces, leases, conflicts, catalogue, storage, statusChanged} = context
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

  const stop = bus.subscribe((message) => {
    if (message.type === 'catalogue') {
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
    catalogueChanged: () => bus.post({type: 'catalogue'}),
    lookAgain: () => {
      refresh()
      for (const {id} of workspaces.all()) {
        look(id)
      }
    },
    close: () => {
      stop()
      bus.close()
    },
  }
}
