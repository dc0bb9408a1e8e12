import {type ErrorReport, KeepspaceError} from '../model/errors.ts'
import type {Undo} from '../model/handles.ts'
import type {Page} from '../model/wire/documents.ts'
import {MAX_PAGE_SIZE} from '../model/wire/limits.ts'
import type {ListQuery} from '../model/wire/lists.ts'

/** What a list of documents asks for; pages are its own business. */
export type DocumentQuery = Pick<ListQuery, 'sort' | 'filters'>

/** Anything in a list: what its id names is shown once. */
export type Listed = {readonly id: string}

/** How far a list is read. */
export type DocumentListState<Item extends Listed> = {
  /** `loading`: the first page of a new question is on its way, and `items` still answers the one before. */
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly items: readonly Item[]
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  readonly error: ErrorReport | undefined
}

/** A list of the server, read page by page as somebody scrolls through it. */
export type DocumentList<Item extends Listed> = {
  getState(): DocumentListState<Item>
  subscribe(listener: () => void): Undo
  /** Asks something else. The same question again changes nothing. */
  ask(query: DocumentQuery): void
  /** Reads the next page, if there is one and none is on its way. */
  loadMore(): void
  /** Reads all pages that are left. Ends early after a failure. */
  readAll(): Promise<void>
  /** After a failure, what failed; otherwise everything from the beginning. */
  again(): void
}

const nothingYet: DocumentListState<never> = {
  phase: 'loading',
  items: [],
  hasMore: false,
  isLoadingMore: false,
  error: undefined,
}

export function createDocumentList<Item extends Listed>(
  load: (query: ListQuery) => Promise<Page<Item>>,
): DocumentList<Item> {
  const listeners = new Set<() => void>()
  let state: DocumentListState<Item> = nothingYet
  let query: DocumentQuery | undefined
  let cursor: string | undefined
  let round = 0
  let reading: Promise<void> = Promise.resolve()

  const change = (next: Partial<DocumentListState<Item>>) => {
    state = {...state, ...next}
    for (const listener of listeners) {
      listener()
    }
  }
  const read = async (isFirst: boolean) => {
    const mine = round
    try {
      const page = await load({...query, pageSize: MAX_PAGE_SIZE, ...(cursor !== undefined && {cursor})})
      if (mine === round) {
        cursor = page.nextCursor
        const items = isFirst ? page.items : withoutTwins(state.items, page.items)
        change({phase: 'ready', items, hasMore: cursor !== undefined, isLoadingMore: false, error: undefined})
      }
    } catch (cause) {
      if (mine === round) {
        const error = KeepspaceError.from(cause, 'server.offline').report
        change({phase: isFirst ? 'failed' : 'ready', isLoadingMore: false, error})
      }
    }
  }
  const begin = () => {
    round += 1
    cursor = undefined
    change({phase: 'loading', hasMore: false, isLoadingMore: false, error: undefined})
    reading = read(true)
  }
  const readNext = () => {
    change({isLoadingMore: true, error: undefined})
    reading = read(false)
  }
  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ask: (next) => {
      if (query === undefined || JSON.stringify(next) !== JSON.stringify(query)) {
        query = next
        begin()
      }
    },
    loadMore: () => {
      if (state.phase === 'ready' && state.hasMore && !state.isLoadingMore && state.error === undefined) {
        readNext()
      }
    },
    readAll: async () => {
      await reading
      while (state.phase === 'ready' && state.hasMore && state.error === undefined) {
        if (!state.isLoadingMore) {
          readNext()
        }
        await reading
      }
    },
    again: () => {
      if (state.phase === 'ready' && state.error !== undefined) {
        readNext()
      } else {
        begin()
      }
    },
  }
}

/** What changes while a list is read moves to another page and may come twice; the newer one counts, in its first place. */
function withoutTwins<Item extends Listed>(known: readonly Item[], next: readonly Item[]): readonly Item[] {
  const newer = new Map(next.map((item) => [item.id, item]))
  const kept = known.map((item) => {
    const twin = newer.get(item.id)
    newer.delete(item.id)
    return twin ?? item
  })
  return [...kept, ...newer.values()]
}
