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
}

/**
 * Work that an app starts by itself, instead of declaring it in the component type. It lives in memory alone: nothing of
 * it is stored, nothing rings for it, and after a stay on disk nobody starts it again but the app.
 */
export type StartOptions = {
  /** Unique among the operations of its component. */
  readonly name: string
  /**
   * How it goes on after a stay on disk. Counts only while its component type declares running work that goes on by
   * itself and carries this along; otherwise it is `'restart'`, and a person is asked before it is stopped.
   *
   * @defaultValue `'restart'`
   */
  readonly resume?: ResumeRule
  /** When it ends, to be shown. What is to ring is declared by the component type. */
  readonly deadlineMs?: number
  /** Its workspace leaves memory, or its entry is left: end the work now. Not called by `stopOperation`. */
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
