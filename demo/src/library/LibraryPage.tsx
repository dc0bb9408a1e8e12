import {type DocumentListName, useDocuments} from 'keepspace/react'
import {CloudOff, Library, RotateCcw, SearchX} from 'lucide-react'
import {useMemo, useState} from 'react'
import {toast} from 'sonner'
import {navigate} from '../app/routes.ts'
import {LibraryHead} from './LibraryHead.tsx'
import {LibraryRows} from './LibraryRows.tsx'
import {isFiltered, type LibraryWish, queryOf} from './library-query.ts'
import {SelectionBar} from './SelectionBar.tsx'
import {useSelection} from './use-selection.ts'
import {useSettled} from './use-settled.ts'

const TYPING_MS = 200
const UNDO_MS = 6_000

const everything: LibraryWish = {search: '', order: '-updatedAt', age: 'any', size: 'any', askedAt: 0}

/** Everything a person keeps on the server: found, opened, renamed, deleted. */
export function LibraryPage({name}: {readonly name: DocumentListName}) {
  const [wish, setWish] = useState(everything)
  const settled = useSettled(wish, TYPING_MS)
  const documents = useDocuments(
    name,
    useMemo(() => queryOf(settled), [settled]),
    {undoMs: UNDO_MS},
  )
  const {rows, phase, error} = documents
  const ids = useMemo(() => rows.map(({id}) => id), [rows])
  const selection = useSelection(ids)
  const remove = (wanted: readonly string[]) => {
    const undo = documents.remove(wanted)
    const what = name === 'sessions' ? 'session' : 'snapshot'
    toast(wanted.length === 1 ? `1 ${what} deleted` : `${wanted.length} ${what}s deleted`, {
      duration: UNDO_MS,
      action: {label: 'Undo', onClick: undo},
    })
  }
  const isEmpty = phase === 'ready' && rows.length === 0 && !documents.hasMore
  return (
    <div className="library">
      <LibraryHead name={name} wish={wish} onChange={setWish} />
      <SelectionBar
        selection={selection}
        count={rows.length}
        hasMore={documents.hasMore}
        onDelete={() => remove([...selection.chosen])}
      />
      <div className="library-body" aria-busy={phase === 'loading'}>
        {phase === 'failed' && <LibraryFailed sentence={error?.sentence ?? ''} onRetry={documents.again} />}
        {phase === 'loading' && rows.length === 0 && <LibrarySkeleton />}
        {isEmpty && isFiltered(settled) && <NothingFound onClear={() => setWish(everything)} />}
        {isEmpty && !isFiltered(settled) && <NothingYet name={name} />}
        {phase !== 'failed' && rows.length > 0 && (
          <LibraryRows name={name} documents={documents} selection={selection} onDelete={remove} />
        )}
      </div>
    </div>
  )
}

function LibraryFailed({sentence, onRetry}: {readonly sentence: string; readonly onRetry: () => void}) {
  return (
    <div className="page-center">
      <div className="notice-card" role="alert">
        <CloudOff className="notice-icon" aria-hidden="true" />
        <h2>The list could not be read</h2>
        <p>{sentence}</p>
        <button type="button" className="button is-primary" onClick={onRetry}>
          <RotateCcw /> Try again
        </button>
      </div>
    </div>
  )
}

function NothingFound({onClear}: {readonly onClear: () => void}) {
  return (
    <div className="page-center">
      <div className="notice-card" role="status">
        <SearchX className="notice-icon" aria-hidden="true" />
        <h2>Nothing matches</h2>
        <p>No title contains this, or it is older or smaller than asked for.</p>
        <button type="button" className="button" onClick={onClear}>
          Show everything
        </button>
      </div>
    </div>
  )
}

function NothingYet({name}: {readonly name: DocumentListName}) {
  return (
    <div className="page-center">
      <div className="notice-card" role="status">
        <Library className="notice-icon" aria-hidden="true" />
        <h2>{name === 'sessions' ? 'No sessions yet' : 'No snapshots yet'}</h2>
        <p>
          {name === 'sessions'
            ? 'Save a project to the server to open it on another device.'
            : 'A snapshot is a copy of a project that never changes and can be shared by its link.'}
        </p>
        <button type="button" className="button" onClick={() => navigate({page: 'start'})}>
          To my projects
        </button>
      </div>
    </div>
  )
}

const skeletonRows = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

function LibrarySkeleton() {
  return (
    <div className="library-skeleton" role="status" aria-label="Loading">
      {skeletonRows.map((row) => (
        <div key={row} className="library-skeleton-row" />
      ))}
    </div>
  )
}
