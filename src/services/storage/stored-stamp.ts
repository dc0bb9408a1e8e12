import type {CommitId, Revision} from '../../model/ids.ts'
import type {CommitGroup, GroupResult} from '../../model/storage-port.ts'

/**
 * Revision of a stored record that has none. It equals no revision a caller can have read, so that a damaged record is
 * never taken for an absent one and overwritten.
 */
const UNREADABLE_REVISION: Revision = -1

/**
 * The reason to leave `group` out of its commit, or undefined when its expectation holds.
 *
 * @param stored - what is stored under the expected key, undefined when nothing is
 */
export function conflictOf(group: CommitGroup, stored: unknown): GroupResult | undefined {
  const {revision, commitId, fence} = stampOf(stored)
  const isFenced = group.expect.fence !== undefined && fence > group.expect.fence
  return revision === group.expect.revision && !isFenced ? undefined : {status: 'conflict', revision, commitId}
}

/**
 * Whether what is stored under the expected key shows that `group` was written: its own record, or one that came later.
 * A group that deletes that record cannot show it.
 */
export function isShownBy({commitId, expect, puts}: CommitGroup, stored: unknown): boolean {
  const written = puts.find(({key}) => key === expect.key)
  const found = stampOf(stored)
  return written === undefined || found.commitId === commitId || found.revision > stampOf(written.value).revision
}

/** Revision, commit id and fencing number inside a stored value. */
function stampOf(stored: unknown): {revision: Revision; commitId: CommitId | undefined; fence: number} {
  if (stored === undefined) {
    return {revision: 0, commitId: undefined, fence: 0}
  }
  const {revision, commitId, fence} = Object(stored) as {revision?: unknown; commitId?: unknown; fence?: unknown}
  return {
    fence: typeof fence === 'number' ? fence : 0,
    revision: typeof revision === 'number' ? revision : UNREADABLE_REVISION,
    commitId: typeof commitId === 'string' ? (commitId as CommitId) : undefined,
  }
}
