import {KeepspaceError} from '../../model/errors.ts'
import type {
  CommitGroup,
  GroupResult,
  Selector,
  StoragePort,
  StorageTarget,
  StoredRecord,
} from '../../model/storage-port.ts'
import {conflictOf} from '../../model/stored-stamp.ts'
import {errorNameOf} from './idb-errors.ts'

export type MemoryStorageOptions = {
  /** Shown in statuses and reports. @defaultValue `memory` */
  readonly name?: string
  /** What the storage says of itself. True only in tests that play a storage which survives the page. @defaultValue false */
  readonly isPersistent?: boolean
}

/**
 * Storage that is gone with the page. Its records live in the target: whoever opens the same target shares them, as
 * two tabs share a database. Values are cloned on the way in and out, so nobody shares objects with it.
 *
 * Both durabilities mean the same here. A commit with an aborted signal rejects with `storage.timeout`, a value that
 * cannot be cloned with `storage.unavailable`; neither stores anything.
 */
export function memoryStorage({name = 'memory', isPersistent = false}: MemoryStorageOptions = {}): StorageTarget {
  const records = new Map<string, unknown>()
  return {name, open: async () => openPort(records, name, isPersistent)}
}

/** One connection to `records`. */
function openPort(records: Map<string, unknown>, name: string, isPersistent: boolean): StoragePort {
  let isClosed = false
  const whileOpen = async <Result>(work: () => Result): Promise<Result> => {
    if (isClosed) {
      throw new KeepspaceError('disposed')
    }
    return work()
  }

  return {
    name,
    isPersistent,
    commit: (groups, {signal}) => whileOpen(() => commitGroups(records, groups, signal)),
    read: (selectors) => whileOpen(() => selectors.map((selector) => select(records, selector))),
    readPrefix: (prefix) => whileOpen(() => select(records, {prefix})),
    list: (prefix) => whileOpen(() => keysWithPrefix(records, prefix)),
    putNow(values) {
      for (const {key, value} of isClosed ? [] : cloned(values)) {
        records.set(key, value)
      }
      return !isClosed
    },
    async close() {
      isClosed = true
    },
  }
}

/** Judges and clones everything before it stores anything, so that a throw leaves `records` as they were. */
function commitGroups(
  records: Map<string, unknown>,
  groups: readonly CommitGroup[],
  signal: AbortSignal | undefined,
): readonly GroupResult[] {
  if (signal?.aborted) {
    throw new KeepspaceError('storage.timeout', 'aborted before it began', {cause: signal.reason})
  }
  const results = groups.map(
    (group): GroupResult => conflictOf(group, records.get(group.expect.key)) ?? {status: 'committed'},
  )
  const accepted = groups.filter((_, index) => results[index]?.status === 'committed')
  const puts = cloned(accepted.flatMap((group) => group.puts))

  for (const {key, value} of puts) {
    records.set(key, value)
  }
  for (const key of accepted.flatMap((group) => group.deletes)) {
    records.delete(key)
  }
  return results
}

function select(records: ReadonlyMap<string, unknown>, selector: Selector): readonly StoredRecord[] {
  const keys = 'key' in selector ? [selector.key] : keysWithPrefix(records, selector.prefix)
  return cloned(keys.filter((key) => records.has(key)).map((key) => ({key, value: records.get(key)})))
}

/** Ordered by UTF-16 code units, as IndexedDB orders its keys. */
function keysWithPrefix(records: ReadonlyMap<string, unknown>, prefix: string): readonly string[] {
  return [...records.keys()].filter((key) => key.startsWith(prefix)).sort()
}

function cloned<Value>(value: Value): Value {
  try {
    return structuredClone(value)
  } catch (cause) {
    throw new KeepspaceError('storage.unavailable', errorNameOf(cause), {cause})
  }
}
