import SQLite from 'better-sqlite3'

/** How long a statement waits for another process that has the file, e.g. a backup. */
const BUSY_MS = 5_000

/**
 * Opens the file of the embedded database. A commit is answered when its bytes are flushed to disk.
 *
 * @throws Error when the file cannot be opened
 */
export function openSqlite(file: string): SQLite.Database {
  const sqlite = new SQLite(file, {timeout: BUSY_MS})
  sqlite.pragma('journal_mode = wal')
  sqlite.pragma('synchronous = full')
  return sqlite
}
