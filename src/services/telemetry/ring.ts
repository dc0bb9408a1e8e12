/** The newest so many of something. */
export type Ring<Item> = {
  add(item: Item): void
  /** Oldest first. */
  newest(limit: number): readonly Item[]
}

/** Makes an empty ring that never grows beyond `capacity`. */
export function createRing<Item>(capacity: number): Ring<Item> {
  const items: Item[] = []
  let next = 0
  return {
    add: (item) => {
      items[next] = item
      next = (next + 1) % capacity
    },
    newest: (limit) => {
      const inOrder = items.length < capacity ? items : [...items.slice(next), ...items.slice(0, next)]
      return inOrder.slice(Math.max(0, inOrder.length - limit))
    },
  }
}
