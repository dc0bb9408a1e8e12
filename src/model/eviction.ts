import type {ErrorReport} from './errors.ts'
import type {EntryId, WorkspaceId} from './ids.ts'

/** Running work of one workspace, by what it costs to stop it. */
export type RunningOperations = {
  /** Goes on by itself when the workspace comes back: its deadline or what remains of it is stored. */
  readonly resumable: number
  /** Is lost when it is stopped, so a person has to agree. */
  readonly unresumable: number
}

/** What an eviction policy may know of one workspace in memory. Plain data, taken at one moment. */
export type EvictionCandidate = {
  readonly id: WorkspaceId
  readonly entryId: EntryId
  readonly isVisible: boolean
  /** Belongs to every entry; the app needs it at any time. */
  readonly isShared: boolean
  readonly isPinned: boolean
  /** Its newest version cannot be made durable right now: a save failed, a conflict waits, a part was set aside. */
  readonly isUnsavable: boolean
  /** Its state is owned elsewhere and would not be freed. */
  readonly isAttached: boolean
  /** It has not been loaded yet. */
  readonly isLoading: boolean
  readonly runningOperations: RunningOperations
  /** The one its entry opens with. */
  readonly isDefault: boolean
  readonly componentCount: number
  /** What it takes in memory, estimated from the size of its records. */
  readonly bytes: number
  /** Whether a person has ever seen it since it was opened. */
  readonly wasSeen: boolean
  /** How long ago it was last seen, or opened when it was never seen: milliseconds during which the device was awake. */
  readonly unseenMs: number
  /** How often a person came back to it. */
  readonly revisits: number
}

/** Where a workspace stands: those of an earlier tier go before any of a later one. */
export type EvictionTier = 'empty' | 'content' | 'default' | 'running' | 'never'

/**
 * What speaks against an eviction.
 *
 * - of no strength overridden: `visible`, `shared`, `pinned`, `notDurable`, `attached`, `loading`, `needsConsent` (running
 *   work that would be lost), `refused` (it would not go just now and is asked again later)
 * - overridden by an urgent request: `running`
 * - overridden by a proactive one too: `recentlySeen`, `oftenRevisited`
 */
export type EvictionProtection =
  | 'visible'
  | 'shared'
  | 'pinned'
  | 'notDurable'
  | 'attached'
  | 'loading'
  | 'needsConsent'
  | 'refused'
  | 'running'
  | 'recentlySeen'
  | 'oftenRevisited'

/** How much somebody wants memory back: when it is convenient, soon, or now. */
export type EvictionStrength = 'suggested' | 'proactive' | 'urgent'

/** Why somebody wants memory back. */
export type EvictionCause = 'capacity' | 'memoryPressure' | 'request'

/** What the score of one workspace is made of. The lowest score of a tier goes first. */
export type EvictionScore = {
  readonly components: number
  /** 0 to 100: from half an hour ago, or never, to now. */
  readonly recency: number
  readonly revisits: number
  readonly total: number
}

/** One workspace in a decision, with the reason why it stays or goes. */
export type RankedCandidate = {
  readonly id: WorkspaceId
  /** `chosen` for the one that goes; the first protection that keeps it; `mayGo` when nothing does. */
  readonly reason: 'chosen' | 'mayGo' | EvictionProtection
  readonly tier: EvictionTier
  readonly score: EvictionScore
  /** Everything that speaks against its eviction, also what was overridden. */
  readonly protections: readonly EvictionProtection[]
  readonly bytes: number
}

/** What is asked of a policy. */
export type EvictionRequest = {
  readonly strength: EvictionStrength
  /** Those that would not go just now. */
  readonly refused: ReadonlySet<WorkspaceId>
}

/**
 * Puts the workspaces in memory in order, the next to go first, each with what protects it. Pure: plain data in and out,
 * no clock, no randomness. Whatever it says, a workspace that is visible, shared, pinned, loading, attached or not
 * durable never goes.
 */
export type EvictionPolicy = (
  candidates: readonly EvictionCandidate[],
  request: EvictionRequest,
) => readonly RankedCandidate[]

/** One decision about memory, with everything that was weighed. */
export type EvictionDecision = {
  readonly atMs: number
  readonly cause: EvictionCause
  readonly strength: EvictionStrength
  /** Undefined when nothing may go. */
  readonly victimId: WorkspaceId | undefined
  /** Every workspace that was in memory, the next to go first. */
  readonly ranking: readonly RankedCandidate[]
  /** What became of it. `pending` while the workspace is being saved. */
  readonly outcome: 'pending' | 'released' | 'refused' | 'nothingMayGo'
  readonly error: ErrorReport | undefined
}

/** Why one workspace is in memory, left it, or would be the next to go. */
export type EvictionExplanation = {
  readonly workspaceId: WorkspaceId
  /**
   * - `goesNext`: in memory, and the first to go when room is needed
   * - `mayGo`: in memory; others go before it
   * - `kept`: in memory, and something keeps it there
   * - `evicted`: let go by the last decision about it
   * - `blocked`: on disk; it is to come in, and there is no room
   * - `cold`: on disk only, and no decision is remembered
   */
  readonly state: 'goesNext' | 'mayGo' | 'kept' | 'evicted' | 'blocked' | 'cold'
  /** How it stands now, while it is in memory. */
  readonly standing: RankedCandidate | undefined
  /** Its place among those in memory, from 1 for the next to go. */
  readonly place: number | undefined
  /** The last decision that let it go or tried to. */
  readonly decision: EvictionDecision | undefined
  /** When a person saw it last while this page was open, milliseconds since 1970. */
  readonly lastSeenAt: number | undefined
  /** One or two sentences for people. */
  readonly sentence: string
}
