import 'fake-indexeddb/auto'
import {describe, expect, test} from 'vitest'
import {localforageStorage} from '../../../src/localforage.ts'
import {scopedStorage} from '../../../src/services/storage/scoped-storage.ts'
import {testStorageContract} from '../../../src/testing/storage-contract.ts'

let databases = 0

describe(`${localforageStorage.name} over an IndexedDB in memory`, () => {
  testStorageContract({test, expect}, async () => localforageStorage({name: `database-${databases++}`}))
})

describe(`${localforageStorage.name} in a scope`, () => {
  testStorageContract({test, expect}, async () =>
    scopedStorage(localforageStorage({name: `database-${databases++}`}), 'user'),
  )
})
