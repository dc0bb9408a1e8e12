import type {
  CopyDocument,
  CreateDocument,
  CreateSnapshot,
  DocumentMetadata,
  DocumentVersion,
  DocumentWithContent,
  Page,
  SessionEvent,
  SnapshotWithContent,
  UpdateDocument,
  Visit,
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
 * `server.offline` (no answer; it may have landed), `server.unauthorized`, `server.otherUser`, `server.busy` (with
 * `retryAfterMs` when the server says how long), `server.refused`, `notFound`, `value.tooLarge`, `record.corrupt`,
 * `revision.conflict`.
 */
export interface SessionServer {
  /** Whose account whoever asks is taken for; see {@link WorkspaceServer.userId}. */
  userId?(): Promise<string>
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
  /** Makes a kept version the newest one, only if the session still has `expected`. */
  restoreVersion(id: string, revision: number, expected: number, options?: RequestOptions): Promise<DocumentMetadata>
  /**
   * Listens for new revisions. The first event comes at once; resolves or rejects when the server has nothing more to
   * tell. Missing where there is nothing to listen to.
   */
  watchSession?(
    id: string,
    listener: (event: SessionEvent) => void,
    options: {readonly signal: AbortSignal},
  ): Promise<void>
  listSnapshots(query?: ListQuery): Promise<Page<DocumentMetadata>>
  createSnapshot(body: CreateSnapshot, options?: RequestOptions): Promise<DocumentMetadata>
  /** By its link id, whoever made it. */
  readSnapshot(id: string, options?: RequestOptions): Promise<SnapshotWithContent>
  deleteSnapshot(id: string, revision: number, options?: RequestOptions): Promise<void>
  listTemplates(query?: ListQuery): Promise<Page<DocumentMetadata>>
  createTemplate(body: CreateDocument, options?: RequestOptions): Promise<DocumentMetadata>
  readTemplate(id: string, options?: RequestOptions): Promise<DocumentWithContent>
  deleteTemplate(id: string, revision: number, options?: RequestOptions): Promise<void>
  /** Snapshots that this person has seen. */
  listVisits(query?: ListQuery): Promise<Page<Visit>>
  forgetVisit(snapshotId: string, options?: RequestOptions): Promise<void>
}
