import type {EntryId, ErrorReport} from 'keepspace'
import {type SharedSnapshot, useSharedSnapshot} from 'keepspace/react'
import {CopyPlus, Eye, FileQuestionMark, RotateCcw} from 'lucide-react'
import {useEffect, useState} from 'react'
import {attempt} from '../app/attempt.ts'
import {Brand} from '../app/Brand.tsx'
import {dayOf} from '../storage/storage-words.ts'
import {ContentPreview} from './ContentPreview.tsx'

type SnapshotPageProps = {
  readonly id: string
  /** Goes to the app itself, to the entry that was made of it. */
  readonly onLeave: (entryId?: EntryId) => void
}

/** What somebody shared, to be looked at and to go on with. */
export function SnapshotPage({id, onLeave}: SnapshotPageProps) {
  const snapshot = useSharedSnapshot(id)
  const {metadata, content} = snapshot.value ?? {}
  useEffect(() => {
    document.title = metadata ? `${metadata.title} · Keepspace` : 'Keepspace'
  }, [metadata])
  return (
    <main className="snapshot">
      <header className="snapshot-bar">
        <Brand />
        <div className="snapshot-words">
          <h1 className="snapshot-title">{metadata?.title ?? 'Snapshot'}</h1>
          <p className="snapshot-detail">
            <Eye aria-hidden="true" /> Read-only snapshot{metadata && ` of ${dayOf(metadata.createdAt)}`}
          </p>
        </div>
        <MakeOwn snapshot={snapshot} onLeave={onLeave} />
      </header>
      {metadata?.description && <p className="snapshot-description">{metadata.description}</p>}
      <div className="snapshot-body" aria-busy={snapshot.phase === 'loading'}>
        {content && <ContentPreview content={content} />}
        {snapshot.error && <SnapshotFailed error={snapshot.error} onRetry={snapshot.again} onLeave={() => onLeave()} />}
      </div>
    </main>
  )
}

type MakeOwnProps = {
  readonly snapshot: SharedSnapshot
  readonly onLeave: (entryId?: EntryId) => void
}

function MakeOwn({snapshot: {phase, makeOwn}, onLeave}: MakeOwnProps) {
  const [isBusy, setBusy] = useState(false)
  const make = async () => {
    setBusy(true)
    const entryId = await attempt('It could not be made your own', makeOwn())
    setBusy(false)
    if (entryId !== undefined) {
      onLeave(entryId)
    }
  }
  return (
    <div className="snapshot-actions">
      <button type="button" className="button" onClick={() => onLeave()}>
        My projects
      </button>
      <button
        type="button"
        className="button is-primary"
        disabled={phase !== 'ready' || isBusy}
        onClick={() => void make()}
      >
        <CopyPlus /> {isBusy ? 'Copying…' : 'Make my own'}
      </button>
    </div>
  )
}

type SnapshotFailedProps = {
  readonly error: ErrorReport
  readonly onRetry: () => void
  readonly onLeave: () => void
}

function SnapshotFailed({error, onRetry, onLeave}: SnapshotFailedProps) {
  const isGone = error.code === 'notFound'
  return (
    <div className="page-center">
      <div className="notice-card" role="alert">
        <FileQuestionMark className="notice-icon" aria-hidden="true" />
        <h2>{isGone ? 'There is no such snapshot' : 'The snapshot could not be opened'}</h2>
        <p>{isGone ? 'It was deleted, or the link is not complete.' : error.sentence}</p>
        <div className="notice-actions">
          {!isGone && (
            <button type="button" className="button is-primary" onClick={onRetry}>
              <RotateCcw /> Try again
            </button>
          )}
          <button type="button" className="button" onClick={onLeave}>
            My projects
          </button>
        </div>
      </div>
    </div>
  )
}
