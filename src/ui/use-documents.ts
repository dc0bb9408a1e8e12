import {useEffect, useMemo, useSyncExternalStore} from 'react'
import type {ErrorReport} from '../model/errors.ts'
import type {Undo} from '../model/handles.ts'
import type {SessionServer} from '../model/session-server.ts'
import type {Time} from '../model/time.ts'
import type {DocumentMetadata, Page} from '../model/wire/documents.ts'
import type {ListQuery} from '../model/wire/lists.ts'
import type {Sessions} from '../sessions.ts'
import {useKeepspaceScope} from './contexts.ts'
import {createDocumentChanges, type DocumentChanges, type DocumentChangesState} from './document-changes.ts'
import {createDocumentList, type DocumentListState, type DocumentQuery} from './document-list.ts'
import {useSessions} from './sessions-provider.tsx'
import {deletionVerbs, useEarlierDeletions} from './use-earlier-deletions.ts'

/** Which list of the server. */
export type DocumentListName = 'sessions' | 'snapshots' | 'templates'

/** One document in a list. */
export type DocumentRow = DocumentMetadata & {
  /** What is shown is on its way to the server. */
  readonly isPending: boolean
  /** What was asked for it last was refused, and taken back. */
  readonly failure: ErrorReport | undefined
}

/** A list of the server as a person sees it: their changes show at once, and are taken back visibly when they fail. */
export type DocumentsView = Omit<DocumentListState<DocumentMetadata>, 'items'> & {
  readonly rows: readonly DocumentRow[]
  /** Reads the next page; call it when the end of the list comes into sight. */
  readonly loadMore: () => void
  /** After a failure, reads what failed; otherwise everything anew. */
  readonly again: () => void
  /** Hides these rows at once and deletes them after `undoMs`; the answer brings them back until then. */
  readonly remove: (ids: readonly string[]) => Undo
  /** Shows the new title at once. Only sessions have a new one; snapshots and templates never change. */
  readonly rename: (id: string, title: string) => void
  /** The person has read why a row is back. */
  readonly dismiss: (id: string) => void
}

/** How long a deletion can be undone. */
const UNDO_MS = 6_000

/**
 * Sessions, snapshots or templates of whoever is signed in, from the server, page by page.
 *
 * @param query - what to sort by and which to show; a new object with the same content asks nothing
 * @param options.undoMs - how long a deletion can be undone before it is made. @defaultValue 6,000
 */
export function useDocuments(
  name: DocumentListName,
  query: DocumentQuery,
  {undoMs = UNDO_MS}: {readonly undoMs?: number} = {},
): DocumentsView {
  const sessions = useSessions()
  const {time} = useKeepspaceScope()
  const list = useMemo(() => {
    const {server} = sessions
    return createDocumentList((page) => listOf[name](server, page))
  }, [sessions, name])
  const changes = changesOf(sessions, name, time)
  useEffect(() => list.ask(query), [list, query])
  const state = useSyncExternalStore(list.subscribe, list.getState, list.getState)
  const changed = useSyncExternalStore(changes.subscribe, changes.getState, changes.getState)
  const earlier = useEarlierDeletions()
  const rows = useMemo(
    () => rowsOf(state.items, changed).filter(({id}) => !earlier.isHidden(name, id)),
    [state.items, changed, earlier, name],
  )
  const verbs = useMemo(
    () => ({
      loadMore: list.loadMore,
      again: list.again,
      remove: (ids: readonly string[]) => {
        const wanted = new Set(ids)
        return changes.remove(
          list.getState().items.filter(({id}) => wanted.has(id)),
          undoMs,
        )
      },
      rename: (id: string, title: string) => {
        const item = rowsOf(list.getState().items, changes.getState()).find((row) => row.id === id)
        if (item !== undefined && item.title !== title) {
          void changes.rename(metadataOf(item), title)
        }
      },
      dismiss: changes.dismiss,
    }),
    [list, changes, undoMs],
  )
  const {phase, hasMore, isLoadingMore, error} = state
  return {phase, hasMore, isLoadingMore, error, rows, ...verbs}
}

const listOf: Readonly<
  Record<DocumentListName, (server: SessionServer, page: ListQuery) => Promise<Page<DocumentMetadata>>>
> = {
  sessions: (server, page) => server.listSessions(page),
  snapshots: (server, page) => server.listSnapshots(page),
  templates: (server, page) => server.listTemplates(page),
}

/** One for all views of a list: what is hidden in one is hidden in all, also in one that comes later. */
const known = new WeakMap<Sessions, Map<DocumentListName, DocumentChanges<DocumentMetadata>>>()

function changesOf(sessions: Sessions, name: DocumentListName, time: Time): DocumentChanges<DocumentMetadata> {
  const own = known.get(sessions) ?? new Map<DocumentListName, DocumentChanges<DocumentMetadata>>()
  known.set(sessions, own)
  const changes =
    own.get(name) ??
    createDocumentChanges(
      {
        ...deletionVerbs(sessions.deletions, name),
        rename: ({id, revision}, title) => sessions.rename(id, revision, {title}),
      },
      time,
    )
  own.set(name, changes)
  return changes
}

function rowsOf(
  items: readonly DocumentMetadata[],
  {hidden, renamed, pending, failed}: DocumentChangesState<DocumentMetadata>,
): readonly DocumentRow[] {
  return items
    .filter(({id}) => !hidden.has(id))
    .map((item) => {
      const newer = renamed.get(item.id)
      const shown = newer !== undefined && newer.revision >= item.revision ? newer : item
      return {...shown, isPending: pending.has(item.id), failure: failed.get(item.id)}
    })
}

function metadataOf({isPending: _, failure: __, ...metadata}: DocumentRow): DocumentMetadata {
  return metadata
}
