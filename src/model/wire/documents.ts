/** What the server knows about a session, a snapshot or a template beside its content. Times: milliseconds since 1970. */
export type DocumentMetadata = {
  readonly id: string
  readonly title: string
  readonly description: string
  /** Counts the accepted changes; the first is 1. Also the ETag: `"<revision>"`. */
  readonly revision: number
  readonly createdAt: number
  readonly updatedAt: number
  /** SHA-256 over the canonical JSON of the content, hexadecimal. */
  readonly contentHash: string
  /** UTF-8 bytes of the canonical JSON of the content. */
  readonly bytes: number
}

/** A document with its content. */
export type DocumentWithContent = DocumentMetadata & {readonly content: unknown}

/** A snapshot as anyone with its link sees it. `isOwner` says who may delete it. */
export type SnapshotWithContent = DocumentWithContent & {readonly isOwner: boolean}

/** One kept version of a session. */
export type DocumentVersion = {
  readonly revision: number
  readonly title: string
  readonly description: string
  readonly createdAt: number
  readonly contentHash: string
  readonly bytes: number
}

/** A page of a list. No `nextCursor`: it was the last one. */
export type Page<Item> = {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

/** What one person did with one snapshot. */
export type Visit = {
  readonly snapshotId: string
  /** As it was at the last visit. */
  readonly title: string
  readonly visitCount: number
  readonly firstVisitedAt: number
  readonly lastVisitedAt: number
  /** The owner deleted the snapshot. */
  readonly isDeleted: boolean
}

/** `POST …/sessions`, `…/templates`. */
export type CreateDocument = {
  readonly title: string
  readonly description?: string
  readonly content: unknown
}

/** `PUT …/sessions/{id}` with `If-Match`. What is left out stays. */
export type UpdateDocument = {
  readonly title?: string
  readonly description?: string
  readonly content?: unknown
}

/** `POST …/sessions/{id}/copies` (save as), `…/snapshots/{id}/sessions`, `…/templates/{id}/sessions`: what is left out is taken over. */
export type CopyDocument = UpdateDocument

/** `POST …/snapshots`: of the given content, or of a session at a revision (its newest when left out). */
export type CreateSnapshot =
  | CreateDocument
  | {readonly sessionId: string; readonly revision?: number; readonly title?: string; readonly description?: string}

/** What watchers of a session hear: an event `revision` or `deleted` of `text/event-stream`. */
export type SessionEvent =
  | {readonly type: 'revision'; readonly id: string; readonly revision: number}
  | {readonly type: 'deleted'; readonly id: string}
