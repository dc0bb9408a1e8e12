/** The middle of some numbers; the mean of the middle two when they are even in number. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

/**
 * The value that the share `at` of the numbers lies below, between two of them where it must.
 *
 * @throws RangeError when there are none
 */
export function quantile(numbers: readonly number[], at: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * at
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) {
    throw new RangeError('no numbers')
  }
  return below + (above - below) * (position - Math.floor(position))
}
