const DAY_MS = 86_400_000

/** How long, and how much of, what nobody uses any more is kept. Ages are milliseconds, caps are UTF-8 bytes. */
export type RetentionPolicy = {
  /** Deleted components with their content. */
  readonly deletedMs: number
  /** Workspaces and entries in the trash. */
  readonly trashMs: number
  /** Versions that lost against another tab. */
  readonly historyMs: number
  readonly historyBytes: number
  /** Records as they were before the last save that was flushed to disk. */
  readonly previousMs: number
  readonly previousBytes: number
  /** Copies of records that could not be used. */
  readonly quarantineMs: number
  readonly quarantineBytes: number
  /** Last words that nobody has made part of their workspace: from then on this is done without opening it. */
  readonly lastWordsMs: number
  /** The word that a workspace or an entry was deleted for good by a person. */
  readonly goneMs: number
}

export const defaultRetention: RetentionPolicy = {
  deletedMs: 30 * DAY_MS,
  trashMs: 30 * DAY_MS,
  historyMs: 90 * DAY_MS,
  historyBytes: 20_000_000,
  previousMs: 30 * DAY_MS,
  previousBytes: 20_000_000,
  quarantineMs: 180 * DAY_MS,
  quarantineBytes: 20_000_000,
  lastWordsMs: DAY_MS,
  goneMs: 180 * DAY_MS,
}

/** Something that is kept for a while. */
export type Kept = {
  readonly key: string
  /** Undefined when nothing says since when: then only a lack of room ends it. */
  readonly sinceMs: number | undefined
  readonly bytes: number
}

/** What is to go: everything older than `ageMs`, then the oldest until the rest fits into `capBytes`. Ties by key. */
export function outlived(
  kept: readonly Kept[],
  {nowMs, ageMs, capBytes}: {readonly nowMs: number; readonly ageMs: number; readonly capBytes: number},
): readonly Kept[] {
  const oldestFirst = [...kept].sort(
    (a, b) => (a.sinceMs ?? 0) - (b.sinceMs ?? 0) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )
  let left = oldestFirst.reduce((sum, {bytes}) => sum + bytes, 0)
  return oldestFirst.filter(({sinceMs, bytes}) => {
    const isOld = sinceMs !== undefined && nowMs - sinceMs >= ageMs
    if (!isOld && left <= capBytes) {
      return false
    }
    left -= bytes
    return true
  })
}
