import {KeepspaceError} from '../../model/errors.ts'
import {escapeKeyPart} from '../../model/keys.ts'
import {tellingsOf} from '../../model/port-tellings.ts'
import type {CommitGroup, Selector, StoragePort, StorageTarget, StoredRecord} from '../../model/storage-port.ts'

const SCOPE_PREFIX = 'scope/'

/**
 * A part of `target` that belongs to one scope, such as one user of a shared browser. Every key gets the scope in front
 * on its way in and loses it on its way out, so that two scopes never see each other's records, and neither sees those
 * stored without a scope.
 *
 * @throws {@link KeepspaceError} `usage` when `scope` is empty.
 */
export function scopedStorage(target: StorageTarget, scope: string): StorageTarget {
  if (scope === '') {
    throw new KeepspaceError('usage', 'a scope needs a name')
  }
  const prefix = `${SCOPE_PREFIX}${escapeKeyPart(scope)}/`
  return {
    name: target.name,
    open: async () => scopePort(await target.open(), prefix),
  }
}

function scopePort(port: StoragePort, prefix: string): StoragePort {
  const strip = (record: StoredRecord): StoredRecord => ({key: record.key.slice(prefix.length), value: record.value})
  return {
    ...tellingsOf(port),
    commit: (groups, options) =>
      port.commit(
        groups.map((group) => scopeGroup(group, prefix)),
        options,
      ),
    ...(port.putNow && {
      putNow: (records, options) =>
        port.putNow?.(
          records.map(({key, value}) => ({key: prefix + key, value})),
          options,
        ) ?? false,
    }),
    async read(selectors) {
      const lists = await port.read(selectors.map((selector) => scopeSelector(selector, prefix)))
      return lists.map((records) => records.map(strip))
    },
    async readPrefix(inner) {
      return (await port.readPrefix(prefix + inner)).map(strip)
    },
    async list(inner) {
      return (await port.list(prefix + inner)).map((key) => key.slice(prefix.length))
    },
    close: () => port.close(),
  }
}

function scopeGroup({commitId, expect, puts, deletes}: CommitGroup, prefix: string): CommitGroup {
  return {
    commitId,
    expect: {...expect, key: prefix + expect.key},
    puts: puts.map(({key, value}) => ({key: prefix + key, value})),
    deletes: deletes.map((key) => prefix + key),
  }
}

function scopeSelector(selector: Selector, prefix: string): Selector {
  return 'key' in selector ? {key: prefix + selector.key} : {prefix: prefix + selector.prefix}
}
