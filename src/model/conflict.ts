import type {ComponentId, WorkspaceId} from './ids.ts'
import type {Json} from './json.ts'
import type {Layout} from './records.ts'

/** One of the two versions of a component. */
export type ConflictSide = {
  /** The state, or the records of a source by their names; undefined when it cannot be read here. */
  readonly content: Json | undefined
  readonly layout: Layout
  readonly isDeleted: boolean
}

/** A component that was changed in both places, differently. */
export type ComponentConflict = {
  readonly componentId: ComponentId
  readonly type: string
  /** This tab's version, as it is now. */
  readonly mine: ConflictSide
  /** What is stored. */
  readonly theirs: ConflictSide
}

/**
 * Two versions of a workspace that cannot both be its newest one. Both stay readable until one is chosen; components
 * that only one side changed are in no danger and not listed.
 *
 * - `changed`: the listed components were changed in both places
 * - `deleted`: the workspace was deleted for good in another place; no component is listed
 */
export type ConflictView = {
  readonly workspaceId: WorkspaceId
  readonly kind: 'changed' | 'deleted'
  readonly components: readonly ComponentConflict[]
}

/** Whose version stays. */
export type ConflictSideName = 'mine' | 'theirs'

/**
 * How a conflict ends. Whatever is replaced stays in the history.
 *
 * - `mine`: this tab's version of every listed component. Of a deleted workspace: it is made again.
 * - `theirs`: what is stored, as it is. Of a deleted workspace: it is let go.
 * - `both`: what is stored, as it is, and mine becomes a new workspace beside it. Of a deleted one: like `mine`.
 * - `components`: one by one; a listed component that is not named takes theirs, and one that only this tab changed stays.
 *   Of a deleted workspace: like `mine`.
 *
 * A component that a newer version of the app stored and does not let this one edit takes theirs in any case.
 */
export type ConflictResolution =
  | ConflictSideName
  | 'both'
  | {
      readonly components: Readonly<Record<string, ConflictSideName>>
    }

/** What a resolution made. */
export type ConflictOutcome = {
  /** The workspace that holds my version, after `both`. */
  readonly copyId: WorkspaceId | undefined
}
