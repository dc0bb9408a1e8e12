import type {DocumentListName, DocumentRow, VisitRow} from 'keepspace/react'
import type {Route} from '../app/routes.ts'
import {dayOf, sizeOf} from '../storage/storage-words.ts'

/** Every list of the server that a person can look through. */
export type LibraryName = DocumentListName | 'visits'

/** What a list is called, and what is said where it is empty. */
type LibraryWords = {
  readonly title: string
  readonly one: string
  readonly many: string
  /** What taking a row off the list is called, and what was done then. */
  readonly remove: string
  readonly removed: string
  readonly emptyTitle: string
  readonly emptyText: string
}

export const libraryWords: Readonly<Record<LibraryName, LibraryWords>> = {
  sessions: {
    title: 'Sessions',
    one: 'session',
    many: 'sessions',
    remove: 'Delete',
    removed: 'deleted',
    emptyTitle: 'No sessions yet',
    emptyText: 'Save a project to the server to open it on another device.',
  },
  snapshots: {
    title: 'Snapshots',
    one: 'snapshot',
    many: 'snapshots',
    remove: 'Delete',
    removed: 'deleted',
    emptyTitle: 'No snapshots yet',
    emptyText: 'A snapshot is a copy of a project that never changes and can be shared by its link.',
  },
  templates: {
    title: 'Templates',
    one: 'template',
    many: 'templates',
    remove: 'Delete',
    removed: 'deleted',
    emptyTitle: 'No templates yet',
    emptyText: 'Save a project or a workspace as a template to begin new ones from it.',
  },
  visits: {
    title: 'Visited',
    one: 'visit',
    many: 'visits',
    remove: 'Forget',
    removed: 'forgotten',
    emptyTitle: 'Nothing visited yet',
    emptyText: 'Snapshots whose links you open are listed here, to be found again.',
  },
}

/** In the order in which they are offered. */
export const libraryNames: readonly LibraryName[] = ['sessions', 'snapshots', 'templates', 'visits']

export function isLibrary(page: Route['page'] | 'missing'): page is LibraryName {
  return libraryNames.some((name) => name === page)
}

/** One row, whatever list it is of. */
export type LibraryItem = Pick<DocumentRow, 'id' | 'title' | 'failure'> & {
  readonly detail: string
  /** By which the list is in order of time, milliseconds since 1970. */
  readonly at: number
  readonly isPending: boolean
  /** There is nothing left to open. */
  readonly isGone: boolean
}

export function itemOfDocument({
  id,
  title,
  failure,
  isPending,
  bytes,
  description,
  updatedAt,
}: DocumentRow): LibraryItem {
  const detail = [sizeOf(bytes), isPending && 'renaming…', description].filter(Boolean).join(' · ')
  return {id, title, failure, isPending, detail, at: updatedAt, isGone: false}
}

export function itemOfVisit({id, title, failure, visitCount, ...visit}: VisitRow): LibraryItem {
  const {firstVisitedAt, lastVisitedAt, isDeleted} = visit
  const times = visitCount === 1 ? 'Seen once' : `Seen ${visitCount} times`
  const detail = [times, `first on ${dayOf(firstVisitedAt)}`, isDeleted && 'deleted by whoever made it']
  return {
    id,
    title,
    failure,
    isPending: false,
    detail: detail.filter(Boolean).join(' · '),
    at: lastVisitedAt,
    isGone: isDeleted,
  }
}

/** A list as its page shows it. */
export type LibraryList = {
  readonly rows: readonly LibraryItem[]
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly hasMore: boolean
  readonly error: DocumentRow['failure']
  readonly loadMore: () => void
  readonly again: () => void
  readonly remove: (ids: readonly string[]) => () => void
  /** Takes everything off the list that it would show. Missing where that would go too far. */
  readonly removeAll?: () => Promise<() => void>
  /** Missing where rows have no title of their own. */
  readonly rename?: (id: string, title: string) => void
  readonly dismiss: (id: string) => void
}
