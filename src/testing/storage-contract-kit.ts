import {KeepspaceError, type KeepspaceErrorCode} from '../model/errors.ts'
import type {CommitId, Revision} from '../model/ids.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../model/storage-port.ts'

/** What one test of the contract gets. */
export type ContractContext = {
  readonly port: StoragePort
  /** Opens the same target once more. */
  readonly connect: () => Promise<StoragePort>
  readonly expect: (actual: unknown) => {toEqual(expected: unknown): void}
}

/** Tests by their names. */
export type ContractTests = Readonly<Record<string, (context: ContractContext) => Promise<void>>>

export const relaxed = {durability: 'relaxed'} as const
export const committed = {status: 'committed'} as const

/** A commit of the unit under `key`, from `revision` to the next one. */
export function group(
  key: string,
  revision: Revision,
  options: {puts?: readonly StoredRecord[]; deletes?: readonly string[]; commitId?: string} = {},
): CommitGroup {
  const commitId = (options.commitId ?? `${key}#${revision + 1}`) as CommitId
  return {
    commitId,
    expect: {key, revision},
    puts: [{key, value: {revision: revision + 1, commitId}}, ...(options.puts ?? [])],
    deletes: options.deletes ?? [],
  }
}

/** The answer to a group that was left out. */
export function conflict(revision: Revision, commitId: string | undefined) {
  return {status: 'conflict', revision, commitId}
}

/** How a call ended: the code of its error, or that it broke the promise to reject with nothing else. */
export async function codeOf(
  call: Promise<unknown>,
): Promise<KeepspaceErrorCode | 'resolved' | 'not a KeepspaceError'> {
  try {
    await call
    return 'resolved'
  } catch (error) {
    return error instanceof KeepspaceError ? error.code : 'not a KeepspaceError'
  }
}
