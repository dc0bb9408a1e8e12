import {generateKeyBetween} from 'fractional-indexing'
import {KeepspaceError} from '../../model/errors.ts'

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

/**
 * The order key that puts `id` before `before`, or last.
 *
 * @throws {@link KeepspaceError} `notFound` when `before` is not among the siblings
 */
export function orderBefore<Id extends string>(
  siblings: readonly {readonly id: Id; readonly order: string}[],
  id: Id,
  before: Id | undefined,
): string {
  const others = siblings.filter((sibling) => sibling.id !== id)
  const position = before === undefined ? others.length : others.findIndex((sibling) => sibling.id === before)
  if (position < 0) {
    throw new KeepspaceError('notFound', before)
  }
  const previous = others.slice(0, position).findLast(({order}) => isOrder(order))?.order ?? null
  // Two tabs may have given the same key; the place behind all of them is the nearest one there is.
  const after = others.slice(position).find(({order}) => isOrder(order) && (previous === null || order > previous))
  return orderBetween(previous, after?.order ?? null)
}

/** The later of two keys. */
export function laterOrder(a: string | null, b: string): string {
  return a === null || b > a ? b : a
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
