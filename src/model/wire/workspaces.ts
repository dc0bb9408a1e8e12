/** One record of a workspace. Values are JSON. */
export type WireRecord = {readonly key: string; readonly value: unknown}

/**
 * `POST …/workspaces/{id}/commits` with `If-Match: "<revision>"`, or `If-None-Match: *` for a workspace that the server
 * has never seen. All of it lands or nothing.
 */
export type CommitWorkspace = {
  /** Names this attempt. A refusal whose `current.commitId` is our own is a success whose answer was lost. */
  readonly commitId: string
  readonly title?: string
  /** Records that changed, whole. */
  readonly puts: readonly WireRecord[]
  /** Keys of records that are gone. */
  readonly deletes: readonly string[]
}

/** What the server knows about a workspace beside its records. */
export type WorkspaceMetadata = {
  readonly id: string
  readonly title: string
  readonly revision: number
  readonly commitId: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly records: number
  readonly bytes: number
}

/** `GET …/workspaces/{id}`, `…/workspaces/{id}/history/{revision}`: records ordered by key. */
export type WorkspaceWithRecords = WorkspaceMetadata & {readonly recordList: readonly WireRecord[]}

/** One kept version of a workspace. */
export type WorkspaceVersion = {
  readonly revision: number
  readonly commitId: string
  readonly title: string
  readonly createdAt: number
  readonly records: number
  readonly bytes: number
}
