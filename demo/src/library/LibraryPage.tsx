import {type DocumentListName, useDocuments, useVisits} from 'keepspace/react'
import {useMemo, useState} from 'react'
import {LibraryView} from './LibraryView.tsx'
import {itemOfDocument, itemOfVisit, type LibraryName} from './library-lists.ts'
import {everythingOf, queryOf} from './library-query.ts'
import {useSettled} from './use-settled.ts'

const TYPING_MS = 200
const UNDO_MS = 6_000

/** Everything a person keeps on the server, or has seen there. */
export function LibraryPage({name}: {readonly name: LibraryName}) {
  return name === 'visits' ? <Visits /> : <Documents name={name} />
}

function Documents({name}: {readonly name: DocumentListName}) {
  const {query, ...search} = useSearch(name)
  const {rows, rename, ...list} = useDocuments(name, query, {undoMs: UNDO_MS})
  const items = useMemo(() => rows.map(itemOfDocument), [rows])
  // Snapshots and templates never change.
  const shown = {...list, rows: items, ...(name === 'sessions' && {rename})}
  return <LibraryView name={name} list={shown} undoMs={UNDO_MS} {...search} />
}

function Visits() {
  const {query, ...search} = useSearch('visits')
  const {rows, forget, forgetAll, ...list} = useVisits(query, {undoMs: UNDO_MS})
  const items = useMemo(() => rows.map(itemOfVisit), [rows])
  const shown = {...list, rows: items, remove: forget, removeAll: forgetAll}
  return <LibraryView name="visits" list={shown} undoMs={UNDO_MS} {...search} />
}

function useSearch(name: LibraryName) {
  const [wish, onWish] = useState(() => everythingOf(name))
  const settled = useSettled(wish, TYPING_MS)
  const query = useMemo(() => queryOf(name, settled), [name, settled])
  return {wish, settled, query, onWish}
}
