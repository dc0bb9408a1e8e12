import type {Keepspace, Undo} from '../model/handles.ts'

/** How many mounted providers show each workspace. */
const shownCounts = new WeakMap<Keepspace, Map<string, number>>()

/**
 * Marks a workspace as seen by a person, until the returned function is called. It counts as hidden only when nothing
 * shows it any more, so two views of one workspace do not hide it from each other.
 */
export function showWorkspace(keepspace: Keepspace, id: string): Undo {
  const counts = countsOf(keepspace)
  counts.set(id, (counts.get(id) ?? 0) + 1)
  keepspace.activate(id)
  return () => {
    const count = (counts.get(id) ?? 0) - 1
    if (count > 0) {
      counts.set(id, count)
    } else {
      counts.delete(id)
      keepspace.hide(id)
    }
  }
}

function countsOf(keepspace: Keepspace): Map<string, number> {
  let counts = shownCounts.get(keepspace)
  if (counts === undefined) {
    counts = new Map()
    shownCounts.set(keepspace, counts)
  }
  return counts
}
