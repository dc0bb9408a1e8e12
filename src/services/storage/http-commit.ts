import {KeepspaceError} from '../../model/errors.ts'
import type {CommitGroup} from '../../model/storage-port.ts'
import {MAX_STORE_KEY_LENGTH} from '../../model/wire/limits.ts'
import type {WireGroup} from '../../model/wire/stores.ts'
import {strictJson} from './strict-json.ts'

/**
 * The body of a commit.
 *
 * @throws {@link KeepspaceError} `storage.unavailable` for a value that JSON does not keep | `value.tooLarge` for a key
 */
export function commitText(groups: readonly CommitGroup[]): string {
  const wireGroups = groups.map(({expect, puts, deletes}): WireGroup => {
    for (const key of [expect.key, ...puts.map((put) => put.key), ...deletes]) {
      refuseLong(key)
    }
    return {expect, puts, deletes: [...new Set(deletes)]}
  })
  try {
    return strictJson({groups: wireGroups})
  } catch (cause) {
    throw new KeepspaceError('storage.unavailable', cause instanceof Error ? cause.message : undefined, {cause})
  }
}

function refuseLong({length}: string): void {
  if (length > MAX_STORE_KEY_LENGTH) {
    throw new KeepspaceError('value.tooLarge', `a key of ${length} of at most ${MAX_STORE_KEY_LENGTH} characters`)
  }
}
