import type {WorkspaceId} from '../../model/ids.ts'
import type {WorkspaceCounts} from '../../model/telemetry.ts'

/** So many workspaces are counted apart; those saved longest ago are counted together. */
const MOST_WORKSPACES = 200

type Counts = {-readonly [Field in keyof WorkspaceCounts]: WorkspaceCounts[Field]}

/** Saves by workspace, in bounded memory. */
export type WorkspaceCounter = {
  saved(id: WorkspaceId, isBackground: boolean, bytes: number): void
  failed(id: WorkspaceId): void
  get(): {
    readonly workspaces: Readonly<Record<WorkspaceId, WorkspaceCounts>>
    readonly otherWorkspaces: WorkspaceCounts
  }
}

/** Makes a counter that has counted nothing. */
export function createWorkspaceCounter(): WorkspaceCounter {
  const counts = new Map<WorkspaceId, Counts>()
  const others: Counts = {active: 0, background: 0, failed: 0, bytes: 0}

  const countsOf = (id: WorkspaceId): Counts => {
    const own = counts.get(id) ?? {active: 0, background: 0, failed: 0, bytes: 0}
    counts.delete(id)
    counts.set(id, own)
    const [oldest] = counts
    if (counts.size > MOST_WORKSPACES && oldest !== undefined) {
      counts.delete(oldest[0])
      others.active += oldest[1].active
      others.background += oldest[1].background
      others.failed += oldest[1].failed
      others.bytes += oldest[1].bytes
    }
    return own
  }

  return {
    saved: (id, isBackground, bytes) => {
      const own = countsOf(id)
      own.bytes += bytes
      if (isBackground) {
        own.background += 1
      } else {
        own.active += 1
      }
    },
    failed: (id) => {
      countsOf(id).failed += 1
    },
    get: () => ({
      workspaces: Object.fromEntries([...counts].map(([id, own]) => [id, {...own}])),
      otherWorkspaces: {...others},
    }),
  }
}
