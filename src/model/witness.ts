import type {Revision, WorkspaceId} from './ids.ts'

/** What a second place remembers of storage: numbers and ids, never content. */
export type Testimony = {
  /** How far each workspace had come, as far as it was told. Storage may be further. */
  readonly revisions: ReadonlyMap<WorkspaceId, Revision>
  /** Nothing is remembered but that something was stored here once. */
  readonly isOnlyTrace: boolean
}

/**
 * A second place that remembers which workspaces were stored, so that an emptied storage is never taken for a new one.
 * Told at creation, deletion, saves flushed to disk, and when the page is hidden; it proves only those. Everything here
 * is synchronous and never throws: where the place cannot be used, nothing is remembered.
 */
export interface Witness {
  read(): Testimony
  /** The workspace is stored with at least this revision. A lower one than remembered changes nothing. */
  note(id: WorkspaceId, revision: Revision): void
  /** What is remembered was wrong or is settled: from now on the workspace is known with this revision, 0 for not at all. */
  settle(id: WorkspaceId, revision: Revision): void
  /** Forgets everything, also that there was anything. */
  clear(): void
}
