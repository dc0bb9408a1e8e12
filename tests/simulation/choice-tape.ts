/** Where every latency, fault and order of a history is drawn from. Its end is the kindest choice for ever. */
export type ChoiceTape = {
  /** A number from 0 to `count - 1`; 0 is the kindest. */
  pick(count: number): number
  /** True about `percent` times in 100; never at the end of the tape. */
  chance(percent: number): boolean
  /** No more surprises: every further choice is the kindest. */
  end(): void
}

/** Values of the tape are below this. */
export const TAPE_VALUES = 256

/** Plays `values` in order. */
export function createChoiceTape(values: readonly number[]): ChoiceTape {
  let position = 0
  const next = (): number => {
    const value = values[position] ?? 0
    position += 1
    return value
  }
  return {
    pick: (count) => (count <= 1 ? 0 : next() % count),
    chance: (percent) => next() >= TAPE_VALUES * (1 - percent / 100),
    end: () => {
      position = values.length
    },
  }
}
