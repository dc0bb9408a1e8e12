import type {WorkspaceId} from '../model/ids.ts'

/** Visits are remembered of so many workspaces, evicted ones included; those seen longest ago are forgotten first. */
const MOST_REMEMBERED = 200

/** How often a person came back to which workspace, and when it was last seen. Outlives the runtimes. */
export type Visits = {
  /** A person sees it. */
  note(id: WorkspaceId): void
  /** A person saw it until now. */
  seen(id: WorkspaceId, nowMs: number): void
  /** How often it was seen after the first time. */
  revisits(id: WorkspaceId): number
  /** Milliseconds since 1970; undefined for one that was not seen, or not for long. */
  lastSeenAt(id: WorkspaceId): number | undefined
}

type Visit = {readonly count: number; readonly seenAtMs: number | undefined}

/** Makes an empty memory of visits. */
export function createVisits(): Visits {
  const visits = new Map<WorkspaceId, Visit>()
  const remember = (id: WorkspaceId, change: (before: Visit) => Visit) => {
    const visit = change(visits.get(id) ?? {count: 0, seenAtMs: undefined})
    visits.delete(id)
    visits.set(id, visit)
    const oldest = visits.keys().next().value
    if (visits.size > MOST_REMEMBERED && oldest !== undefined) {
      visits.delete(oldest)
    }
  }
  return {
    note: (id) => remember(id, (before) => ({...before, count: before.count + 1})),
    seen: (id, nowMs) => remember(id, (before) => ({...before, seenAtMs: nowMs})),
    revisits: (id) => Math.max(0, (visits.get(id)?.count ?? 0) - 1),
    lastSeenAt: (id) => visits.get(id)?.seenAtMs,
  }
}
