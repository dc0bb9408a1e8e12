/** Times are milliseconds since 1970; truth values are 0 and 1, which both databases know. */
export type Schema = {
  documents: DocumentTable
  versions: VersionTable
  links: LinkTable
  visits: VisitTable
  snapshot_visitors: SnapshotVisitorTable
  workspaces: WorkspaceTable
  workspace_versions: WorkspaceVersionTable
  workspace_records: WorkspaceRecordTable
  store_totals: StoreTotalTable
  store_records: StoreRecordTable
  requests: RequestTable
  jobs: JobTable
  secrets: SecretTable
}

/**
 * The column every query of a table must bind to one value: primary keys begin with it, so that a distributed PostgreSQL
 * can place rows by it and answer each query from one place.
 */
export const shardKeys = {
  documents: 'owner_id',
  versions: 'owner_id',
  links: 'link_hash',
  visits: 'visitor_id',
  snapshot_visitors: 'owner_id',
  workspaces: 'owner_id',
  workspace_versions: 'owner_id',
  workspace_records: 'owner_id',
  store_totals: 'owner_id',
  store_records: 'owner_id',
  requests: 'owner_id',
  jobs: 'bucket',
  secrets: 'shard',
} as const satisfies Record<keyof Schema, string>

export type DocumentKind = 'session' | 'snapshot' | 'template'
export type ContentEncoding = 'utf8' | 'deflate'

type DocumentTable = {
  owner_id: string
  kind: DocumentKind
  id: string
  title: string
  title_folded: string
  description: string
  description_folded: string
  revision: number
  created_at: number
  updated_at: number
  content_hash: string
  bytes: number
}

type VersionTable = {
  owner_id: string
  kind: DocumentKind
  document_id: string
  revision: number
  title: string
  description: string
  created_at: number
  content_hash: string
  bytes: number
  encoding: ContentEncoding
  content: Uint8Array
}

type LinkTable = {
  link_hash: string
  owner_id: string
  snapshot_id: string
}

type VisitTable = {
  visitor_id: string
  snapshot_id: string
  title: string
  title_folded: string
  visit_count: number
  first_visited_at: number
  last_visited_at: number
  last_counted_at: number
  is_deleted: number
}

type SnapshotVisitorTable = {
  owner_id: string
  snapshot_id: string
  visitor_id: string
}

type WorkspaceTable = {
  owner_id: string
  id: string
  title: string
  title_folded: string
  revision: number
  commit_id: string
  created_at: number
  updated_at: number
  record_count: number
  bytes: number
  /** The row of a deleted workspace stays, so that its revisions never begin again. */
  is_deleted: number
}

type WorkspaceVersionTable = {
  owner_id: string
  workspace_id: string
  revision: number
  commit_id: string
  title: string
  created_at: number
  record_count: number
  bytes: number
}

type WorkspaceRecordTable = {
  owner_id: string
  workspace_id: string
  record_key: string
  /** The commit that wrote it. */
  revision: number
  /** The commit that replaced or deleted it; null while it is current. */
  until_revision: number | null
  value: string
  bytes: number
  /** CRC-32 of the value; null in rows that were written before there was one. */
  checksum: number | null
}

/** One row for each person: whoever commits holds it, so that commits of one person follow each other. */
type StoreTotalTable = {
  owner_id: string
  commits: number
  /** Of all keys and values in all stores. */
  bytes: number
}

type StoreRecordTable = {
  owner_id: string
  store_id: string
  /** UTF-16, the larger byte first: any key, in the order in which a browser's database has them. */
  record_key: Uint8Array
  /** JSON of what commits are compared with. */
  stamp: string
  value: string
  bytes: number
}

type RequestTable = {
  owner_id: string
  request_key: string
  fingerprint: string
  answer: string
  created_at: number
}

type JobTable = {
  bucket: number
  id: string
  kind: 'markVisits'
  owner_id: string
  subject_id: string
  attempts: number
  due_at: number
}

type SecretTable = {
  shard: number
  name: string
  value: string
}
