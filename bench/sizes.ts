/** How much of everything a run measures. */
export type Sizes = {
  readonly name: 'tiny' | 'quick' | 'usual' | 'full'
  readonly workspaces: number
  readonly components: number
  /** Repetitions of quick work, interleaved. */
  readonly rounds: number
  /** Repetitions of slow work: whole bursts, starts of the browser. */
  readonly slowRounds: number
  readonly updates: number
  /** Single edits that are waited for, in each round. */
  readonly durableEdits: number
  readonly flatness: {
    readonly components: readonly [few: number, many: number]
    readonly hot: readonly [few: number, many: number]
  }
  readonly boots: readonly number[]
  readonly opened: readonly number[]
  readonly steadyMs: number
  /** Components of 2.7 KB in the large workspace, and the length of the text in the large document. */
  readonly large: {readonly components: number; readonly bodyBytes: number}
}

const usual: Sizes = {
  name: 'usual',
  workspaces: 25,
  components: 20,
  rounds: 15,
  slowRounds: 7,
  updates: 4_000,
  durableEdits: 20,
  flatness: {components: [20, 2_000], hot: [4, 40]},
  boots: [25, 1_000],
  opened: [100],
  steadyMs: 5_000,
  large: {components: 520, bodyBytes: 1_400_000},
}

/** Every size of run there is. */
export const sizes: Readonly<Record<Sizes['name'], Sizes>> = {
  usual,
  quick: {...usual, name: 'quick', rounds: 7, slowRounds: 3, durableEdits: 10, boots: [25, 200], steadyMs: 2_000},
  full: {
    ...usual,
    name: 'full',
    flatness: {components: [20, 20_000], hot: [4, 400]},
    boots: [25, 1_000, 10_000],
    opened: [100, 1_000],
  },
  tiny: {
    name: 'tiny',
    workspaces: 2,
    components: 2,
    rounds: 2,
    slowRounds: 2,
    updates: 20,
    durableEdits: 2,
    flatness: {components: [2, 4], hot: [1, 2]},
    boots: [2],
    opened: [5],
    steadyMs: 100,
    large: {components: 4, bodyBytes: 10_000},
  },
}
