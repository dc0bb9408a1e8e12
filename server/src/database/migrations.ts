import {type Kysely, type Migration, Migrator, sql} from 'kysely'
import type {Dialect} from './dialect.ts'
import type {Schema} from './schema.ts'

/**
 * Brings a database to the newest schema. One set of migrations for both databases; several servers that start at once
 * wait for each other.
 *
 * @throws Error of the database, which is then as it was before the failing migration
 */
export async function migrate(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const migrator = new Migrator({db, provider: {getMigrations: async () => migrations(dialect)}})
  const {error} = await migrator.migrateToLatest()
  if (error !== undefined) {
    throw error
  }
}

/** Only ever appended to: a migration that was published is never edited. */
function migrations(dialect: Dialect): Record<string, Migration> {
  return {
    '001-documents-and-workspaces': {up: (db) => createTables(db as Kysely<Schema>, dialect)},
    '002-stores': {up: (db) => createStoreTables(db as Kysely<Schema>, dialect)},
    '003-record-checksums': {up: (db) => addRecordChecksums(db as Kysely<Schema>)},
  }
}

async function createTables(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  // Order of texts by code point in both databases, whatever the language of the machine.
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`
  const blob = dialect === 'postgres' ? sql`bytea` : sql`blob`
  const {schema} = db

  await schema
    .createTable('documents')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('title_folded', text, (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('description_folded', text, (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('content_hash', text, (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('documents_key', ['owner_id', 'kind', 'id'])
    .execute()
  await schema
    .createTable('versions')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('document_id', text, (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('content_hash', text, (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('encoding', text, (column) => column.notNull())
    .addColumn('content', blob, (column) => column.notNull())
    .addPrimaryKeyConstraint('versions_key', ['owner_id', 'kind', 'document_id', 'revision'])
    .execute()
  await schema
    .createTable('links')
    .addColumn('link_hash', text, (column) => column.primaryKey())
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('snapshot_id', text, (column) => column.notNull())
    .execute()
  await schema
    .createTable('visits')
    .addColumn('visitor_id', text, (column) => column.notNull())
    .addColumn('snapshot_id', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('title_folded', text, (column) => column.notNull())
    .addColumn('visit_count', 'bigint', (column) => column.notNull())
    .addColumn('first_visited_at', 'bigint', (column) => column.notNull())
    .addColumn('last_visited_at', 'bigint', (column) => column.notNull())
    .addColumn('last_counted_at', 'bigint', (column) => column.notNull())
    .addColumn('is_deleted', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('visits_key', ['visitor_id', 'snapshot_id'])
    .execute()
  await schema
    .createTable('snapshot_visitors')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('snapshot_id', text, (column) => column.notNull())
    .addColumn('visitor_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('snapshot_visitors_key', ['owner_id', 'snapshot_id', 'visitor_id'])
    .execute()
  await schema
    .createTable('workspaces')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('title_folded', text, (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('commit_id', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('record_count', 'bigint', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('is_deleted', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('workspaces_key', ['owner_id', 'id'])
    .execute()
  await schema
    .createTable('workspace_versions')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('commit_id', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('record_count', 'bigint', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('workspace_versions_key', ['owner_id', 'workspace_id', 'revision'])
    .execute()
  await schema
    .createTable('workspace_records')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('record_key', text, (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('until_revision', 'bigint')
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('workspace_records_key', ['owner_id', 'workspace_id', 'record_key', 'revision'])
    .execute()
  await schema
    .createTable('requests')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('request_key', text, (column) => column.notNull())
    .addColumn('fingerprint', text, (column) => column.notNull())
    .addColumn('answer', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('requests_key', ['owner_id', 'request_key'])
    .execute()
  await schema
    .createTable('jobs')
    .addColumn('bucket', 'integer', (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('subject_id', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('jobs_key', ['bucket', 'id'])
    .execute()
  await schema
    .createTable('secrets')
    .addColumn('shard', 'integer', (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('secrets_key', ['shard', 'name'])
    .execute()

  await schema
    .createIndex('documents_updated')
    .on('documents')
    .columns(['owner_id', 'kind', 'updated_at', 'id'])
    .execute()
  await schema
    .createIndex('documents_titled')
    .on('documents')
    .columns(['owner_id', 'kind', 'title_folded', 'id'])
    .execute()
  await schema.createIndex('workspaces_updated').on('workspaces').columns(['owner_id', 'updated_at', 'id']).execute()
  await schema.createIndex('requests_created').on('requests').columns(['owner_id', 'created_at']).execute()
  await schema.createIndex('jobs_due').on('jobs').columns(['bucket', 'due_at']).execute()
}

async function createStoreTables({schema}: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`
  const blob = dialect === 'postgres' ? sql`bytea` : sql`blob`
  await schema
    .createTable('store_totals')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('commits', 'bigint', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('store_totals_key', ['owner_id'])
    .execute()
  await schema
    .createTable('store_records')
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('store_id', text, (column) => column.notNull())
    .addColumn('record_key', blob, (column) => column.notNull())
    .addColumn('stamp', text, (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('store_records_key', ['owner_id', 'store_id', 'record_key'])
    .execute()
}

async function addRecordChecksums({schema}: Kysely<Schema>): Promise<void> {
  await schema.alterTable('workspace_records').addColumn('checksum', 'bigint').execute()
}
