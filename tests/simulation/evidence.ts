import type {FoundFault} from './command.ts'

/** What a part of a campaign was run on. */
export type Ground = {
  readonly commit: string
  readonly hasLocalChanges: boolean
  readonly node: string
}

/** A part of a campaign: the histories of some seeds, of each as many as a batch has. */
export type Slice = Ground & {
  readonly seed: number
  readonly lastSeed: number
  readonly histories: number
  /** How many of them broke something. */
  readonly violations: number
  readonly seconds: number
  readonly faults: readonly string[]
}

/** What all slices of a campaign found together, each on the commit it was run on. */
export type Evidence = {
  readonly histories: number
  readonly violations: number
  readonly seconds: number
  readonly slices: readonly Slice[]
  /** In how many histories something was reached. */
  readonly reached: Readonly<Record<string, number>>
  /** The newest search for planted faults. */
  readonly planted: (Ground & {readonly seed: number; readonly faults: readonly FoundFault[]}) | undefined
}

const nothing: Evidence = {histories: 0, violations: 0, seconds: 0, slices: [], reached: {}, planted: undefined}

/** The seed that the next slice begins with. */
export function nextSeed(evidence: Evidence | undefined): number | undefined {
  const last = evidence?.slices.at(-1)
  return last && last.lastSeed + 1
}

/** @throws Error when one of these seeds was run before: its histories would count twice */
export function assertNew(before: Evidence | undefined, {seed, lastSeed}: Pick<Slice, 'seed' | 'lastSeed'>): void {
  const again = before?.slices.find((slice) => seed <= slice.lastSeed && slice.seed <= lastSeed)
  if (again !== undefined) {
    throw new Error(`Seeds ${again.seed} to ${again.lastSeed} were run before; begin with ${nextSeed(before)}.`)
  }
}

/**
 * Adds a slice to what was found before.
 *
 * @throws Error when one of its seeds was run before: its histories would count twice
 */
export function addSlice(
  before: Evidence = nothing,
  slice: Slice,
  reached: Readonly<Record<string, number>>,
): Evidence {
  assertNew(before, slice)
  const counts = {...before.reached}
  for (const [what, count] of Object.entries(reached)) {
    counts[what] = (counts[what] ?? 0) + count
  }
  return {
    ...before,
    histories: before.histories + slice.histories,
    violations: before.violations + slice.violations,
    seconds: before.seconds + slice.seconds,
    slices: [...before.slices, slice],
    reached: counts,
  }
}
