import type {Revision, WorkspaceId} from '../model/ids.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {Leases} from './leases.ts'
import {createObservers, type Observers} from './observers.ts'
import {coldStatus, type StatusFacts, statusOf} from './status.ts'
import type {StorageAccess} from './storage-access.ts'
import type {Workspaces} from './workspaces.ts'

/** Where a status is read from. Most of it is made later than those who watch. */
export type StatusSources = {
  readonly access: StorageAccess
  readonly workspaces: () => Workspaces
  readonly catalogue: () => CatalogueService
  readonly leases: () => Leases
  readonly serverRevision: (id: WorkspaceId) => Revision | undefined
}

/** Makes the observers of workspaces and of their components, in memory or on disk. */
export function createStatusObservers(sources: StatusSources): Observers {
  const {access, workspaces, catalogue, leases, serverRevision} = sources
  const facts = (id: WorkspaceId): StatusFacts => ({
    isPersistent: access.isPersistent,
    isHealed: access.isHealed,
    isVisible: workspaces().isVisible(id),
    editing: leases().editing(id),
    isPinned: catalogue().isPinned(id),
    serverRevision: serverRevision(id),
  })
  return createObservers({
    read: (id, before) => {
      const runtime = workspaces().get(id)
      return runtime === undefined
        ? coldStatus(id, catalogue().head(id), facts(id), before)
        : statusOf(runtime, facts(id), before)
    },
    components: (id) => workspaces().get(id)?.store.getInfos() ?? [],
  })
}
