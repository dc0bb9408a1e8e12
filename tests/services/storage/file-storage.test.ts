import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {fileStorage} from '../../../src/file.ts'
import {scopedStorage} from '../../../src/services/storage/scoped-storage.ts'
import {testStorageContract} from '../../../src/testing/storage-contract.ts'

const folders: string[] = []

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, {recursive: true, force: true})))
})

describe(fileStorage.name, () => {
  testStorageContract({test, expect}, async () => fileStorage({directory: await newFolder()}))
})

describe(`${fileStorage.name} in a scope`, () => {
  testStorageContract({test, expect}, async () => scopedStorage(fileStorage({directory: await newFolder()}), 'user'))
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-file-'))
  folders.push(folder)
  return folder
}
