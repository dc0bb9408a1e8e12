import type {Durability} from '../../src/model/storage-port.ts'
import type {Place, Shape} from './shape.ts'

/**
 * - `map`: a Map in memory, nothing durable: the floor of every update
 * - `raw`: the limit. A Map, a set of what changed, one IndexedDB transaction with one put for each
 * - `rawChecked`: the same, and the revision of each changed workspace is read, compared and written with it
 * - `rawPut`: one IndexedDB transaction for each update
 * - `keepspace`: this library, its charts running, every component and workspace observed, all events listened to
 */
export type ContenderName = 'map' | 'raw' | 'rawChecked' | 'rawPut' | 'keepspace'

/** One way to keep the state. All of them get the same state and the same edits. */
export interface Contender {
  readonly name: ContenderName
  /** Starts with everything in memory and stored. */
  open(shape: Shape): Promise<void>
  /** A small edit: one key of one component gets a new value. Returns when the new state can be read. */
  update(place: Place, count: number): void
  /** Resolves when every edit so far, of one workspace or of all, is durable. */
  flush(durability: Durability, workspace?: number): Promise<void>
  /** Saves a workspace and drops it from memory. */
  evict(workspace: number): Promise<void>
  /** Brings a workspace back and answers with how many of its components can be read. */
  restore(workspace: number): Promise<number>
  close(): Promise<void>
}
