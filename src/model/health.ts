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
 * - `conflict`: another tab or device stored something else; a person chooses
 * - `tooLarge`: a part is larger than what may be saved
 * - `unsavable`: a part holds something that cannot be saved
 * - `newerSchema`: a newer version of the app wrote it; here it can only be read
 * - `gone`: the server has no such session any more; it is safe on this device
 * - `refused`: the server refused it for good; it is safe on this device
 * - `unauthorized`: the server does not know who asks any more; what waits for it goes out after signing in
 * - `paused`: saving by itself is switched off
 * - `unreachable`: the server gives no answer, or is too busy to; it is tried again by itself
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
  | 'gone'
  | 'refused'
  | 'unauthorized'
  | 'paused'
  | 'unreachable'
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

/**
 * How the way to the server is.
 *
 * - `unknown`: nothing was asked so far, or nothing since a new token came
 * - `reachable`: it answered last time, be it with a refusal
 * - `unreachable`: it gives no answer, or is too busy to; it is tried again by itself
 * - `paused.unauthorized`: it does not know who asks any more; nothing is sent until a new token comes
 */
export type ServerLink = 'unknown' | 'reachable' | 'unreachable' | 'paused.unauthorized'

/** How the server leg fares: workspaces that save themselves to a server, and sessions. */
export type ServerHealth = {
  readonly link: ServerLink
  /** Workspaces and sessions that are to be sent, and that the server has not acknowledged. They are safe on this device. */
  readonly waiting: number
  /** Since when the longest of them waits, as far as is known here, milliseconds since 1970. */
  readonly oldestWaitingAt: number | undefined
  /** What the server said last, or that it said nothing; undefined when it was not asked since the start. */
  readonly lastAnswer: ServerAnswer | undefined
}

/** One request to the server that ended. */
export type ServerAnswer = {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Undefined for a success. */
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
  /** The way to the server; undefined where nothing is kept on one. */
  readonly server: ServerHealth | undefined
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
  gone: 'Save it as a new session, or detach it. It is safe on this device.',
  refused: 'Make it smaller or change what the server refuses. It is safe on this device.',
  unauthorized: 'Sign in again. What waits goes out by itself then; until then it is safe on this device.',
  paused: 'Save by hand, or switch saving by itself on again.',
  unreachable: 'Go on working. Everything is saved on this device and goes out as soon as the server answers.',
  offline: 'Go on working. Everything is saved on this device.',
}

/** What a person can do about it. */
export function adviceFor(state: HealthState): string {
  return advices[state]
}

/** All states, gravest first. */
export const healthStates = Object.keys(advices) as readonly HealthState[]
