import {useEffect, useMemo, useSyncExternalStore} from 'react'
import {type ErrorReport, KeepspaceError} from '../model/errors.ts'
import type {Undo} from '../model/handles.ts'
import type {Time} from '../model/time.ts'
import type {Visit} from '../model/wire/documents.ts'
import type {Sessions} from '../sessions.ts'
import {useKeepspaceScope} from './contexts.ts'
import {createDocumentChanges, type DocumentChanges} from './document-changes.ts'
import {createDocumentList, type DocumentListState, type DocumentQuery} from './document-list.ts'
import {useSessions} from './sessions-provider.tsx'
import {deletionVerbs, useEarlierDeletions} from './use-earlier-deletions.ts'

/** A snapshot that somebody has seen. Its id is that of the snapshot. */
export type VisitRow = Visit & {
  readonly id: string
  /** It could not be forgotten, and is back. */
  readonly failure: ErrorReport | undefined
}

type ListedVisit = Visit & {readonly id: string}

/** What a person has looked at, as they see it: what is forgotten goes at once, and comes back visibly when that fails. */
export type VisitsView = Omit<DocumentListState<ListedVisit>, 'items'> & {
  readonly rows: readonly VisitRow[]
  /** Reads the next page; call it when the end of the list comes into sight. */
  readonly loadMore: () => void
  /** After a failure, reads what failed; otherwise everything anew. */
  readonly again: () => void
  /** Hides these at once and forgets them after `undoMs`; the answer brings them back until then. */
  readonly forget: (snapshotIds: readonly string[]) => Undo
  /** The same for all that the query finds, also those that were not read yet. */
  readonly forgetAll: () => Promise<Undo>
  /** The person has read why a row is back. */
  readonly dismiss: (snapshotId: string) => void
}

/** How long forgetting can be undone. */
const UNDO_MS = 6_000

/**
 * The snapshots that whoever is signed in has seen, page by page. The snapshots themselves stay as they are.
 *
 * @param query - what to sort by and which to show: `lastVisitedAt`, `firstVisitedAt`, `visitCount`, `title`
 * @param options.undoMs - how long it can be undone before it is done. @defaultValue 6,000
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useVisits(query: DocumentQuery, {undoMs = UNDO_MS}: {readonly undoMs?: number} = {}): VisitsView {
  const sessions = useSessions()
  const {time} = useKeepspaceScope()
  const list = useMemo(
    () =>
      createDocumentList(async (page) => {
        const {items, ...rest} = await sessions.server.listVisits(page)
        return {...rest, items: items.map((visit): ListedVisit => ({...visit, id: visit.snapshotId}))}
      }),
    [sessions],
  )
  const changes = changesOf(sessions, time)
  useEffect(() => list.ask(query), [list, query])
  const state = useSyncExternalStore(list.subscribe, list.getState, list.getState)
  const changed = useSyncExternalStore(changes.subscribe, changes.getState, changes.getState)
  const earlier = useEarlierDeletions()
  const rows = useMemo(
    () =>
      state.items
        .filter(({id}) => !(changed.hidden.has(id) || earlier.isHidden('visits', id)))
        .map((visit): VisitRow => ({...visit, failure: changed.failed.get(visit.id)})),
    [state.items, changed, earlier],
  )
  const verbs = useMemo(
    () => ({
      loadMore: list.loadMore,
      again: list.again,
      forget: (ids: readonly string[]) => {
        const wanted = new Set(ids)
        return changes.remove(
          list.getState().items.filter(({id}) => wanted.has(id)),
          undoMs,
        )
      },
      forgetAll: async () => {
        await list.readAll()
        return changes.remove(list.getState().items, undoMs)
      },
      dismiss: changes.dismiss,
    }),
    [list, changes, undoMs],
  )
  const {phase, hasMore, isLoadingMore, error} = state
  return {phase, hasMore, isLoadingMore, error, rows, ...verbs}
}

/** One for all views: what is hidden in one is hidden in all, also in one that comes later. */
const known = new WeakMap<Sessions, DocumentChanges<ListedVisit>>()

function changesOf(sessions: Sessions, time: Time): DocumentChanges<ListedVisit> {
  const changes =
    known.get(sessions) ??
    createDocumentChanges<ListedVisit>(
      {
        ...deletionVerbs<ListedVisit>(sessions.deletions, 'visits'),
        rename: () => Promise.reject(new KeepspaceError('usage', 'a visit has the title of its snapshot')),
      },
      time,
    )
  known.set(sessions, changes)
  return changes
}
