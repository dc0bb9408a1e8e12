import type {ErrorReport} from './errors.ts'
import type {WorkspaceId} from './ids.ts'
import type {SaveReason, TargetKind} from './save.ts'
import type {WorkAtRisk} from './status.ts'

/**
 * Everything that may keep work from being as safe as it should be, gravest first. Each is a state of its own, because
 * a person can do something else about each.
 *
 * - `storageUnavailable`: no storage could be opened; everything is gone with the page
 * - `quota`: this device has no room left for the app
 * - `failing`: storage does not do what it is asked; it is tried again by itself
 * - `conflict`: another tab stored something else; a person chooses
 * - `tooLarge`: a part is larger than what may be saved
 * - `unsavable`: a part holds something that cannot be saved
 * - `newerSchema`: a newer version of the app wrote it; here it can only be read
 * - `paused`: saving by itself is switched off
 * - `offline`: without network; what is saved on this device stays saved
 */
export type HealthState =
  | 'storageUnavailable'
  | 'quota'
  | 'failing'
  | 'conflict'
  | 'tooLarge'
  | 'unsavable'
  | 'newerSchema'
  | 'paused'
  | 'offline'

/** One trouble, whom it concerns, and what a person can do. */
export type HealthIssue = {
  readonly state: HealthState
  /** The workspaces concerned; empty for what concerns all of them. */
  readonly workspaces: readonly WorkspaceId[]
  /** What a person can do, in one sentence. */
  readonly advice: string
  readonly error: ErrorReport | undefined
}

/** One write that was answered. */
export type LastWrite = {
  readonly targetKind: TargetKind
  readonly target: string
  readonly reason: SaveReason
  /** Milliseconds since 1970. */
  readonly at: number
  readonly error: ErrorReport | undefined
}

/** How saving fares, in all. A new object only when something in it changed. */
export type Health = {
  /** The gravest trouble, or `healthy`. */
  readonly state: HealthState | 'healthy'
  /** Every trouble there is, gravest first. */
  readonly issues: readonly HealthIssue[]
  /** Writes that became durable and writes that failed, since the start. */
  readonly successes: number
  readonly failures: number
  readonly last: LastWrite | undefined
  /** Edits newer than the running or last save wait for the next one. */
  readonly hasPendingNewer: boolean
  readonly atRisk: WorkAtRisk
}

const advices: Record<HealthState, string> = {
  storageUnavailable:
    'Allow this site to store data or open it outside a private window, then reload. Copy what must stay.',
  quota: 'Free space on this device, or delete what is not needed here. It is saved as soon as there is room.',
  failing: 'Keep this page open. It is tried again by itself; you can also try again now.',
  conflict: 'Choose which version to keep. The other one stays in the history.',
  tooLarge: 'Make it smaller or split it. Its last saved version is kept.',
  unsavable: 'Change or remove that part. Its last saved version is kept.',
  newerSchema: 'Reload to get the newest version of the app. Nothing of it is overwritten.',
  paused: 'Save by hand, or switch saving by itself on again.',
  offline: 'Go on working. Everything is saved on this device.',
}

/** What a person can do about it. */
export function adviceFor(state: HealthState): string {
  return advices[state]
}

/** All states, gravest first. */
export const healthStates = Object.keys(advices) as readonly HealthState[]
