import {describe, expect, test} from 'vitest'
import type {CommitId} from '../../../src/model/ids.ts'
import type {CommitGroup, StorageTarget} from '../../../src/model/storage-port.ts'
import {memoryStorage} from '../../../src/services/storage/memory-storage.ts'
import {scopedStorage} from '../../../src/services/storage/scoped-storage.ts'
import {testStorageContract} from '../../../src/testing/storage-contract.ts'

describe(scopedStorage.name, () => {
  testStorageContract({test, expect}, async () => {
    const shared = memoryStorage()
    await commitTitle(scopedStorage(shared, 'someone else'), 'theirs')
    await commitTitle(shared, 'without a scope')
    return scopedStorage(shared, 'user')
  })

  test('scopes whose names begin alike or hold slashes never meet, nor the records without a scope', async () => {
    const shared = memoryStorage()
    const scopes = ['a', 'a/head', 'ab', '.', 'A', 'head', 'c', '%2E']
    for (const scope of scopes) {
      await commitTitle(scopedStorage(shared, scope), scope)
    }
    await commitTitle(shared, 'without a scope')

    for (const scope of scopes) {
      const port = await scopedStorage(shared, scope).open()
      expect(await port.readPrefix('')).toEqual([record(scope)])
      expect(await port.read([{key: 'head/w'}, {prefix: 'head/'}])).toEqual([[record(scope)], [record(scope)]])
      expect(await port.list('')).toEqual(['head/w'])
    }
    const unscoped = await shared.open()
    expect(await unscoped.readPrefix('head/')).toEqual([record('without a scope')])
    expect(await unscoped.list('')).toEqual([
      'head/w',
      'scope/%252E/head/w',
      'scope/%2E/head/w',
      'scope/A/head/w',
      'scope/a%2Fhead/head/w',
      'scope/a/head/w',
      'scope/ab/head/w',
      'scope/c/head/w',
      'scope/head/head/w',
    ])
  })

  test('an expectation looks at its own scope alone', async () => {
    const shared = memoryStorage()
    await commitTitle(scopedStorage(shared, 'a'), 'theirs')
    const port = await scopedStorage(shared, 'b').open()
    expect(await port.commit([titleGroup('ours')], {durability: 'relaxed'})).toEqual([{status: 'committed'}])
  })

  test('name and persistence are those of the storage beneath', async () => {
    const port = await scopedStorage(memoryStorage({name: 'disk', isPersistent: true}), 'a').open()
    expect({name: port.name, isPersistent: port.isPersistent}).toEqual({name: 'disk', isPersistent: true})
  })

  test('a scope without a name is refused', () => {
    expect(() => scopedStorage(memoryStorage(), '')).toThrow(expect.objectContaining({code: 'usage'}))
  })
})

function record(title: string) {
  return {key: 'head/w', value: {revision: 1, commitId: 'c1', title}}
}

function titleGroup(title: string): CommitGroup {
  return {commitId: 'c1' as CommitId, expect: {key: 'head/w', revision: 0}, puts: [record(title)], deletes: []}
}

async function commitTitle(target: StorageTarget, title: string): Promise<void> {
  const port = await target.open()
  await port.commit([titleGroup(title)], {durability: 'relaxed'})
  await port.close()
}
