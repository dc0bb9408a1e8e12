import {generateKeyBetween} from 'fractional-indexing'

/**
 * A key between two others, compared as text; `null` stands for the beginning or the end. A key that is damaged, or two
 * in the wrong order, count as missing: a damaged neighbour must not keep anybody from making something new.
 */
export function orderBetween(before: string | null, after: string | null): string {
  const low = usable(before)
  const high = usable(after)
  return generateKeyBetween(low, low !== null && high !== null && high <= low ? null : high)
}

/** Whether a stored key can have neighbours. */
export function isOrder(order: string): boolean {
  return usable(order) !== null
}

function usable(order: string | null): string | null {
  if (order === null) {
    return null
  }
  try {
    generateKeyBetween(order, null)
    return order
  } catch {
    return null
  }
}
