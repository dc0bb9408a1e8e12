import type {CommitId, EntryId, Revision, WorkspaceId} from './ids.ts'
import type {Json, JsonObject} from './json.ts'

/** Version of the record format itself, in every head. Raised only when the envelopes change. */
export const FORMAT_VERSION = 1

/** What every record that a commit may expect carries: which commit wrote it. */
export type Stamp = {
  readonly revision: Revision
  readonly commitId: CommitId
}

/** Who a workspace is: one small record of constant size, written with every commit and read by lists. */
export type HeadRecord = Stamp & {
  readonly formatVersion: number
  readonly id: WorkspaceId
  readonly entryId: EntryId
  readonly title: string
  /** Position inside its entry: a fractional index, compared as text. */
  readonly order: string
  readonly createdAt: number
  /** When content last changed durably, milliseconds since 1970. */
  readonly updatedAt: number
  /** When it was put into the trash, or undefined. */
  readonly trashedAt?: number | undefined
  readonly componentCount: number
  /** UTF-8 bytes of all component records. */
  readonly bytes: number
  /** Raised whenever another tab takes over. A commit with a lower number is refused. Missing means 0. */
  readonly fence?: number | undefined
  /** Never evicted, and its work goes on when its entry is left. */
  readonly isPinned?: boolean | undefined
  /** When the first of its running components ends, milliseconds since 1970: it rings then, opened or not. */
  readonly nextDeadlineMs?: number | undefined
}

/** A note or project that owns workspaces. */
export type EntryRecord = Stamp & {
  readonly formatVersion: number
  readonly id: EntryId
  readonly title: string
  /** Position among entries: a fractional index, compared as text. */
  readonly order: string
  readonly createdAt: number
  readonly trashedAt?: number | undefined
  /** The workspace opened when the entry is opened. */
  readonly defaultWorkspaceId?: WorkspaceId | undefined
  /** All its workspaces are pinned. */
  readonly isPinned?: boolean | undefined
}

/** One record of one component. `json` is the text as it was serialised, so that what we cannot read stays byte for byte. */
export type ComponentRecord = {
  readonly type: string
  readonly schemaVersion: number
  /** The oldest version of the component type that may read and edit this record. */
  readonly editableFrom: number
  readonly revision: Revision
  /** CRC-32 of `json` as UTF-8. Finds damage, not forgery. */
  readonly checksum: number
  readonly json: string
}

/** A component record as it was before the last save that was flushed to disk, for the day on which that is damaged. */
export type PreviousRecord = ComponentRecord & {
  /** Milliseconds since 1970. */
  readonly keptAt: number
}

/** Says that a component was deleted, by which commit and when. */
export type TombstoneRecord = {
  readonly revision: Revision
  readonly deletedAt: number
}

/** Where a component stands on a canvas. All in CSS pixels. */
export type Layout = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly z: number
}

/** Geometry of one component. */
export type LayoutRecord = {
  readonly revision: Revision
  readonly layout: Layout
  /** Whether the component is switched on by its user (playing, expanded), for hosts that keep such a mark. */
  readonly isActive: boolean
}

/** Something that rang: claimed by one tab for one moment, and shown until somebody dismissed it. */
export type AlarmRecord = Stamp & {
  readonly formatVersion: number
  readonly workspaceId: string
  readonly componentId: string
  readonly type: string
  readonly label: string
  /** The moment it was to ring. Another one is another ring. */
  readonly deadlineMs: number
  readonly firedAt: number
  readonly dismissedAt?: number | undefined
}

/** One component of a preset. */
export type PresetComponent = {
  readonly type: string
  readonly schemaVersion: number
  readonly editableFrom: number
  readonly state: JsonObject
  readonly layout: Layout
}

/** A named arrangement of components that can be placed into any workspace. */
export type PresetRecord = Stamp & {
  readonly formatVersion: number
  readonly id: string
  readonly title: string
  readonly createdAt: number
  readonly components: readonly PresetComponent[]
}

/** How often everything of a scope was deleted, for sign-out. No word of what it was. */
export type PurgedRecord = {
  readonly formatVersion: number
  /** Counts, and never begins anew. */
  readonly revision: Revision
  readonly commitId: CommitId
}

/** One setting of the app, durable like everything else. */
export type SettingRecord = Stamp & {
  readonly formatVersion: number
  readonly name: string
  readonly value: Json
}
