import type {Json} from './json.ts'
import type {Layout} from './records.ts'

/** Version of the form in which content leaves a device: in exports, sessions, snapshots and templates. */
export const CONTENT_FORMAT_VERSION = 1

/**
 * The content of one component. `records` holds its values by record name: `state` for a component that keeps its
 * state here, any names for one whose state a source owns. Keys that no version of this app knows are kept.
 */
export type ComponentContent = {
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  /** The oldest version of the component type that may read and edit it. */
  readonly editableFrom: number
  readonly layout?: Layout
  /** Absent when it is not. */
  readonly isActive?: true
  readonly records: Readonly<Record<string, Json>>
}

/** The content of one workspace, its components in order of their ids. */
export type WorkspaceContent = {
  /** Names it inside its entry. On another device the workspace has an id of its own. */
  readonly id: string
  readonly title: string
  /** Whether it is the one that opens first. Absent when it is not. */
  readonly isDefault?: true
  readonly components: readonly ComponentContent[]
}

/** The content of one entry, its workspaces in their order. What a session stores, and a snapshot shares. */
export type EntryContent = {
  readonly formatVersion: number
  readonly title: string
  readonly workspaces: readonly WorkspaceContent[]
}

/** A record that was left out of a content because it cannot be read. It stays in storage as it is. */
export type LeftOut = {
  readonly workspaceId: string
  readonly componentId: string
  readonly record: string
}

/** One file with the content of some or all entries. */
export type ExportFile = {
  readonly keepspace: 'export'
  readonly formatVersion: number
  /** Milliseconds since 1970. */
  readonly exportedAt: number
  readonly entries: readonly EntryContent[]
}
