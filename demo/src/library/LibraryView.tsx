import {useSignIn} from 'keepspace/react'
import {CloudOff, Library, LogIn, RotateCcw, SearchX} from 'lucide-react'
import {useEffect, useMemo, useRef} from 'react'
import {toast} from 'sonner'
import {navigate} from '../app/routes.ts'
import {LibraryHead} from './LibraryHead.tsx'
import {LibraryRows} from './LibraryRows.tsx'
import {type LibraryList, type LibraryName, libraryWords} from './library-lists.ts'
import {everythingOf, isFiltered, type LibraryWish} from './library-query.ts'
import {SelectionBar} from './SelectionBar.tsx'
import {useSelection} from './use-selection.ts'

type LibraryViewProps = {
  readonly name: LibraryName
  readonly list: LibraryList
  readonly wish: LibraryWish
  /** What the list answers, or will soon. */
  readonly settled: LibraryWish
  readonly onWish: (wish: LibraryWish) => void
  readonly undoMs: number
}

/** One list: found, opened, renamed, taken off it. */
export function LibraryView({name, list, wish, settled, onWish, undoMs}: LibraryViewProps) {
  const {rows, phase, error, hasMore} = list
  const ids = useMemo(() => rows.map(({id}) => id), [rows])
  const selection = useSelection(ids)
  const {one, many, removed} = libraryWords[name]
  const tell = (what: string, undo: () => void) =>
    toast(`${what} ${removed}`, {duration: undoMs, action: {label: 'Undo', onClick: undo}})
  const remove = (wanted: readonly string[]) =>
    tell(`${wanted.length} ${wanted.length === 1 ? one : many}`, list.remove(wanted))
  const {removeAll} = list
  const all = removeAll && (async () => tell(`All ${many}`, await removeAll()))
  const isEmpty = phase === 'ready' && rows.length === 0 && !hasMore
  return (
    <div className="library">
      <LibraryHead name={name} wish={wish} onChange={onWish} />
      <SelectionBar
        selection={selection}
        count={rows.length}
        hasMore={hasMore}
        label={libraryWords[name].remove}
        onRemove={() => remove([...selection.chosen])}
        onRemoveAll={isFiltered(settled) || rows.length === 0 ? undefined : all}
      />
      <div className="library-body" aria-busy={phase === 'loading'}>
        {phase === 'failed' && <LibraryFailed error={error} onRetry={list.again} />}
        {phase === 'loading' && rows.length === 0 && <LibrarySkeleton />}
        {isEmpty && isFiltered(settled) && <NothingFound onClear={() => onWish(everythingOf(name))} />}
        {isEmpty && !isFiltered(settled) && <NothingYet name={name} />}
        {phase !== 'failed' && rows.length > 0 && (
          <LibraryRows name={name} list={list} selection={selection} onRemove={remove} />
        )}
      </div>
    </div>
  )
}

type LibraryFailedProps = {
  readonly error: LibraryList['error']
  readonly onRetry: () => void
}

function LibraryFailed({error, onRetry}: LibraryFailedProps) {
  const isSignedOut = error?.code === 'server.unauthorized' || error?.code === 'server.otherUser'
  const {isNeeded} = useSignIn()
  const wasNeeded = useRef(isNeeded)
  useEffect(() => {
    if (isSignedOut && wasNeeded.current && !isNeeded) {
      onRetry()
    }
    wasNeeded.current = isNeeded
  }, [isSignedOut, isNeeded, onRetry])
  const Icon = isSignedOut ? LogIn : CloudOff
  return (
    <div className="page-center">
      <div className="notice-card" role="alert">
        <Icon className="notice-icon" aria-hidden="true" />
        <h2>The list could not be read</h2>
        <p>{error?.sentence}</p>
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

function NothingYet({name}: {readonly name: LibraryName}) {
  const {emptyTitle, emptyText} = libraryWords[name]
  return (
    <div className="page-center">
      <div className="notice-card" role="status">
        <Library className="notice-icon" aria-hidden="true" />
        <h2>{emptyTitle}</h2>
        <p>{emptyText}</p>
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
