import type {CommitId, Revision} from './ids.ts'
import type {CommitGroup, Expectation, GroupResult} from './storage-port.ts'

/**
 * Revision of a stored record that has none. It equals no revision a caller can have read, so that a damaged record is
 * never taken for an absent one and overwritten.
 */
const UNREADABLE_REVISION: Revision = -1

/** What a stored record says of the commit that wrote it: all that a later commit is compared with. */
export type Stamp = {
  readonly revision: Revision
  readonly commitId: CommitId | undefined
  readonly fence: number
}

/**
 * The reason to leave `group` out of its commit, or undefined when its expectation holds.
 *
 * @param stored - what is stored under the expected key, undefined when nothing is
 */
export function conflictOf(group: CommitGroup, stored: unknown): GroupResult | undefined {
  return conflictWith(group.expect, stampOf(stored))
}

/** The same for whoever knows only the stamp of what is stored. */
export function conflictWith(
  expect: Pick<Expectation, 'revision' | 'fence'>,
  {revision, commitId, fence}: Stamp,
): GroupResult | undefined {
  const isFenced = expect.fence !== undefined && fence > expect.fence
  return revision === expect.revision && !isFenced ? undefined : {status: 'conflict', revision, commitId}
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
export function stampOf(stored: unknown): Stamp {
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
