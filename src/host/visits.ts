import type {WorkspaceId} from '../model/ids.ts'

/** Visits are remembered of so many workspaces, evicted ones included; those seen longest ago are forgotten first. */
const MOST_REMEMBERED = 200

/** How often a person came back to which workspace. Outlives the runtimes. */
export type Visits = {
  /** A person sees it. */
  note(id: WorkspaceId): void
  /** How often it was seen after the first time. */
  revisits(id: WorkspaceId): number
}

/** Makes an empty memory of visits. */
export function createVisits(): Visits {
  const counts = new Map<WorkspaceId, number>()
  return {
    note: (id) => {
      const count = (counts.get(id) ?? 0) + 1
      counts.delete(id)
      counts.set(id, count)
      const oldest = counts.keys().next().value
      if (counts.size > MOST_REMEMBERED && oldest !== undefined) {
        counts.delete(oldest)
      }
    },
    revisits: (id) => Math.max(0, (counts.get(id) ?? 0) - 1),
  }
}
