import type {Revision, WorkspaceId} from '../model/ids.ts'

/** Which revision of each workspace a server has. */
export type ServerLevels = {
  /** Undefined: it has none as it is here. */
  note(id: WorkspaceId, revision: Revision | undefined): void
  get(id: WorkspaceId): Revision | undefined
}

/** Makes levels that know of no server. `changed` is called for whoever shows one. */
export function createServerLevels(changed: (id: WorkspaceId) => void): ServerLevels {
  const revisions = new Map<WorkspaceId, Revision | undefined>()
  return {
    note: (id, revision) => {
      if (revisions.get(id) !== revision) {
        revisions.set(id, revision)
        changed(id)
      }
    },
    get: (id) => revisions.get(id),
  }
}
