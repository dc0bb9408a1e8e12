import type {Json} from './json.ts'

/** Where the records handed to a source come from. */
export type HydrateOrigin = 'storage' | 'tab'

/** One value per record key. `undefined` says that the record does not exist any more. */
export type SourceRecords = Readonly<Record<string, Json | undefined>>

/**
 * State of one component that is owned elsewhere: a zustand store, an editor's document, a CRDT. Keepspace saves and
 * restores it without knowing its form. The store in memory is the built-in source.
 *
 * A source has one or more records, each named by a key of its own choice (well-formed, not empty, no leading dot) and
 * saved on its own.
 */
export interface Source {
  /**
   * Calls `dirty` whenever records changed: with the keys that changed, or with nothing when any may have.
   * Must not call it from inside {@link Source.hydrate}.
   */
  subscribe(dirty: (keys?: readonly string[]) => void): () => void

  /**
   * The current value of the asked records. Called late and once per save. It must be synchronous, must not call
   * `dirty`, and must return values that nobody changes afterwards.
   *
   * @param keys - the records to save, or `'all'` for every record that exists.
   */
  capture(keys: readonly string[] | 'all'): SourceRecords

  /** Takes stored records. Must never mark anything dirty. Not called when nothing is stored. */
  hydrate(records: SourceRecords, origin: HydrateOrigin): void

  /**
   * Drops the content from memory: its workspace is leaving it. A workspace with a source that has no `release` is
   * never evicted by itself, because that would free nothing and leave edits nobody saves.
   */
  release?(): void
}
