import type {CatalogueSnapshot, EntryInfo, KeepspaceSnapshot, WorkspaceInfo} from 'keepspace'

/** The workspaces of one entry, in their order. */
export function workspacesOf(catalogue: CatalogueSnapshot, entryId: string): readonly WorkspaceInfo[] {
  return catalogue.workspaces.filter((workspace) => workspace.entryId === entryId)
}

/**
 * Where opening an entry leads: to the workspace of it seen last, if that is in memory, else to its default, else to
 * its first.
 */
export function landingOf(
  catalogue: CatalogueSnapshot,
  snapshot: KeepspaceSnapshot,
  entry: EntryInfo,
): WorkspaceInfo | undefined {
  const own = workspacesOf(catalogue, entry.id)
  const seenLast = snapshot.hot.find((id) => own.some((workspace) => workspace.id === id))
  return own.find(({id}) => id === seenLast) ?? own.find(({id}) => id === entry.defaultWorkspaceId) ?? own[0]
}

/** `list` with `item` put before the item `before`, or last. */
export function movedBefore<Item extends {readonly id: string}>(
  list: readonly Item[],
  id: string,
  before: string | undefined,
): readonly Item[] {
  const moved = list.find((item) => item.id === id)
  const rest = list.filter((item) => item.id !== id)
  const at = before === undefined ? -1 : rest.findIndex((item) => item.id === before)
  return moved ? rest.toSpliced(at < 0 ? rest.length : at, 0, moved) : list
}

/** What an item must be put before to move by one place, or `'stay'` at the end of the list. */
export function neighbourFor(
  list: readonly {readonly id: string}[],
  id: string,
  step: -1 | 1,
): string | undefined | 'stay' {
  const at = list.findIndex((item) => item.id === id)
  const target = at + step
  if (at < 0 || target < 0 || target >= list.length) {
    return 'stay'
  }
  return list[step === -1 ? target : target + 1]?.id
}
