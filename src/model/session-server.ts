import type {
  CopyDocument,
  CreateDocument,
  CreateSnapshot,
  DocumentMetadata,
  DocumentVersion,
  DocumentWithContent,
  Page,
  SnapshotWithContent,
  UpdateDocument,
} from './wire/documents.ts'
import type {ListQuery} from './wire/lists.ts'

/** What a request may carry. */
export type RequestOptions = {
  /** Names what is asked for: repeated with the same key after a lost answer, it makes no second version. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

/**
 * Where sessions and snapshots are kept. Every method rejects with a {@link KeepspaceError} and nothing else:
 * `server.offline` (no answer; it may have landed), `server.unauthorized`, `server.busy` (with
 * `retryAfterMs` when the server says how long), `server.refused`, `notFound`, `value.tooLarge`, `record.corrupt`,
 * `revision.conflict`.
 */
export interface SessionServer {
  listSessions(query?: ListQuery): Promise<Page<DocumentMetadata>>
  createSession(body: CreateDocument, options?: RequestOptions): Promise<DocumentMetadata>
  readSession(id: string, options?: RequestOptions): Promise<DocumentWithContent>
  /** Looks before an update; what a refused update found is asked for again. */
  readSessionMetadata(id: string, options?: RequestOptions): Promise<DocumentMetadata>
  /** Only if the session still has `revision`. */
  updateSession(id: string, revision: number, body: UpdateDocument, options?: RequestOptions): Promise<DocumentMetadata>
  deleteSession(id: string, revision: number, options?: RequestOptions): Promise<void>
  copySession(id: string, body: CopyDocument, options?: RequestOptions): Promise<DocumentMetadata>
  listVersions(id: string, query?: Pick<ListQuery, 'cursor' | 'pageSize'>): Promise<Page<DocumentVersion>>
  readVersion(id: string, revision: number): Promise<DocumentVersion & {readonly content: unknown}>
  listSnapshots(query?: ListQuery): Promise<Page<DocumentMetadata>>
  createSnapshot(body: CreateSnapshot, options?: RequestOptions): Promise<DocumentMetadata>
  /** By its link id, whoever made it. */
  readSnapshot(id: string, options?: RequestOptions): Promise<SnapshotWithContent>
  deleteSnapshot(id: string, revision: number, options?: RequestOptions): Promise<void>
}
