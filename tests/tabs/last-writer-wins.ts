import type {StoragePort, StorageTarget} from '../../src/model/storage-port.ts'

/** A storage that writes whatever comes, however old: what the product must never be. To see that it is found out. */
export function lastWriterWins(target: StorageTarget): StorageTarget {
  return {...target, open: async () => blind(await target.open())}
}

function blind(port: StoragePort): StoragePort {
  const commit: StoragePort['commit'] = async (groups, options) => {
    for (;;) {
      const results = await port.commit(groups, options)
      const next = results.flatMap((result, index) => {
        const group = groups[index]
        return result.status === 'committed' || group === undefined
          ? []
          : [{...group, expect: {key: group.expect.key, revision: result.revision}}]
      })
      if (next.length === 0) {
        return results
      }
      await port.commit(next, options)
      return groups.map(() => ({status: 'committed'}))
    }
  }
  return Object.assign(Object.create(port), {commit})
}
