import type {ComponentId, EntryId, WorkspaceId} from './ids.ts'

/**
 * How work goes on after its workspace was on disk.
 *
 * - `deadline`: the moment it ends is stored; the time away counts
 * - `remaining`: what is left of it is stored; the time away does not count
 * - `restart`: it begins anew, so stopping it costs something and a person is asked first
 */
export type ResumeRule = 'deadline' | 'remaining' | 'restart'

/** Work that a component does right now, whether anything shows it or not. */
export type OperationInfo = {
  readonly componentId: ComponentId
  readonly name: string
  readonly resume: ResumeRule
  /** It can be stopped and goes on later without a loss: nobody has to be asked. */
  readonly isResumable: boolean
  /** From 0 to 1 in steps of a hundredth, or undefined when nobody knows. */
  readonly progress: number | undefined
  /** When it ends by itself, milliseconds since 1970. */
  readonly deadlineMs: number | undefined
  /** When the app started it, milliseconds since 1970; undefined for work that a component type declares. */
  readonly startedAt: number | undefined
}

/** What a component type declares about its running work. */
export type OperationRules<State extends object> = {
  /** Shown to people. @defaultValue the component type */
  readonly name?: string
  /** @defaultValue `'restart'`: a person is asked before it is stopped */
  readonly resume?: ResumeRule
  /** When the work ends, from what is stored. Even a workspace on disk rings then. */
  deadlineMs?(state: State): number | undefined
  /** How long the work takes in all: no clock that jumps makes more than that of what is left. */
  durationMs?(state: State): number
  /**
   * What changes when the deadline passes: at that moment, or at the next opening. Applied once. It may name the next
   * deadline, later than this one; of several that passed with nobody there the newest rings.
   */
  elapsed?(state: State): Partial<State>
  /** What a person reads when it rings. */
  label?(state: State): string
  progress?(state: State, nowMs: number): number
  /**
   * Takes up work that the app started with `startOperation`: after a stay on disk, a reload or a crash, when its entry
   * is entered again, when the tab that did it let go of the workspace, when its component was brought back. Without it
   * such work waits (`getWaitingOperations` of its workspace) until the app starts it again or stops it.
   *
   * @returns ends it, like {@link StartOptions.onStop}
   */
  goOn?(work: ResumedWork<State>): (() => void) | undefined
}

/** Started work that is taken up, and where it stood. */
export type ResumedWork<State extends object> = {
  readonly name: string
  readonly resume: ResumeRule
  /** When it began, milliseconds since 1970. Work that begins anew begins now. */
  readonly startedAt: number
  /** How far it was; undefined for work that begins anew. */
  readonly progress: number | undefined
  readonly deadlineMs: number | undefined
  /** What was left of it, where it has a duration. */
  readonly remainingMs: number | undefined
  get(): State
  set(patch: Partial<State>): void
  /** How far it is, from 0 to 1. */
  report(progress: number): void
  /** It is done. */
  stop(): void
}

/**
 * Work that an app starts by itself, instead of declaring it in the component type. Who started what, when, how far it
 * is and by which rule it goes on is stored with its workspace, until it is stopped or has ended. Nothing rings for it.
 */
export type StartOptions = {
  /** Unique among the operations of its component. */
  readonly name: string
  /**
   * How it goes on after a stay on disk. Counts only while its component type takes it up ({@link OperationRules.goOn}),
   * or declares running work that goes on by itself and carries this along; otherwise it is `'restart'`, and a person is
   * asked before it is stopped.
   *
   * @defaultValue `'restart'`
   */
  readonly resume?: ResumeRule
  /** When it ends: by itself with the rule `'deadline'`, else only shown. What is to ring is declared by the component type. */
  readonly deadlineMs?: number
  /** With the rule `'remaining'`: how long it takes in memory, after which it ends by itself. The time on disk does not count. */
  readonly durationMs?: number
  /** Its workspace leaves memory, its entry is left, its time is up: end the work now. Not called by `stopOperation`. */
  readonly onStop?: () => void
}

/** What became of the wish to go to another entry. */
export type EntrySwitch =
  | {
      readonly status: 'switched'
      /** Workspaces of the entry before that were saved and let go. */
      readonly released: readonly WorkspaceId[]
      /** Those that could not be saved or released: they stay in memory, quiet, and go as soon as they can. */
      readonly kept: readonly WorkspaceId[]
      /** Pinned ones: they go on. */
      readonly pinned: readonly WorkspaceId[]
    }
  /** It is the current entry already. */
  | {readonly status: 'unchanged'}
  /** Something would be lost by stopping this work. Ask a person, then call again with `stopsWork`. */
  | {
      readonly status: 'needsConsent'
      readonly entryId: EntryId
      readonly operations: readonly (OperationInfo & {readonly workspaceId: WorkspaceId})[]
    }

/** What is left until `deadlineMs`: never below nothing, and never more than the whole, however the clock jumped. */
export function remainingUntil(deadlineMs: number, durationMs: number, nowMs: number): number {
  return Math.min(Math.max(0, deadlineMs - nowMs), Math.max(0, durationMs))
}
