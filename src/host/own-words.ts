import {leaveKey} from '../model/keys.ts'
import type {LeaveRecord} from '../model/last-words.ts'
import type {Runtime} from './runtime.ts'

/** So many last words of one page are kept beside each other while storage takes nothing else; then the newest are replaced. */
const MOST_OWN_WORDS = 8

/**
 * Where a page writes its last words. Each time elsewhere: another page may be replaying the ones before at that moment,
 * and removes them by their key.
 */
export function keyOfWords({id, ownLeaves}: Pick<Runtime, 'id' | 'ownLeaves'>, tabId: string, nowMs: number): string {
  const newest = ownLeaves.at(-1)
  return newest !== undefined && ownLeaves.length >= MOST_OWN_WORDS
    ? newest
    : leaveKey(id, tabId, `${Math.trunc(nowMs)}.${ownLeaves.length}`)
}

/** The earlier last words that those under `key` contain. */
export function containedBy(
  {ownLeaves, heldLeaves}: Pick<Runtime, 'ownLeaves' | 'heldLeaves'>,
  key: string,
): Pick<LeaveRecord, 'contains'> {
  const contains = [...heldLeaves, ...ownLeaves.filter((own) => own !== key)]
  return contains.length > 0 ? {contains} : {}
}
