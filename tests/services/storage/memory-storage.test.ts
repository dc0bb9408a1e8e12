import {describe, expect, test} from 'vitest'
import {memoryStorage} from '../../../src/services/storage/memory-storage.ts'
import {testStorageContract} from '../../../src/testing/storage-contract.ts'

describe(memoryStorage.name, () => {
  testStorageContract({test, expect}, async () => memoryStorage())

  test('says that it is gone with the page, unless a test makes it play a storage that is not', async () => {
    const ports = [await memoryStorage().open(), await memoryStorage({name: 'disk', isPersistent: true}).open()]
    expect(ports.map(({name, isPersistent}) => ({name, isPersistent}))).toEqual([
      {name: 'memory', isPersistent: false},
      {name: 'disk', isPersistent: true},
    ])
  })

  test('two targets share nothing', async () => {
    const port = await memoryStorage().open()
    const group = {commitId: 'c1' as never, expect: {key: 'head/a', revision: 0}, deletes: []}
    await port.commit([{...group, puts: [{key: 'head/a', value: {revision: 1}}]}], {durability: 'relaxed'})
    expect(await (await memoryStorage().open()).list('')).toEqual([])
  })
})
