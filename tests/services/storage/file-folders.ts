import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'
import type {CommitId} from '../../../src/model/ids.ts'
import type {CommitGroup, StoredRecord} from '../../../src/model/storage-port.ts'

const folders: string[] = []

/** A folder that is removed after the tests of this file. Call {@link removeFoldersAfterwards} once. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-file-'))
  folders.push(folder)
  return folder
}

export function removeFoldersAfterwards(): void {
  afterAll(async () => {
    await Promise.all(folders.splice(0).map((folder) => rm(folder, {recursive: true, force: true})))
  })
}

/** A commit of the unit under `key`, from `revision` to the next one. */
export function group(key: string, revision: number, puts: readonly StoredRecord[] = []): CommitGroup {
  const commitId = `${key}#${revision + 1}` as CommitId
  const value = {revision: Math.max(0, revision) + 1, commitId}
  return {commitId, expect: {key, revision}, puts: [{key, value}, ...puts], deletes: []}
}

export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'resolved',
    (error) => error.code,
  )
}

export const relaxed = {durability: 'relaxed'} as const
export const committed = [{status: 'committed'}]
