import type {FreeableKind, Freed, KindUsage, StorageUsage} from 'keepspace'
import {useKeepspace, useKeepspaceSnapshot} from 'keepspace/react'
import {HardDrive, RotateCcw, Trash2} from 'lucide-react'
import {useCallback, useEffect, useState} from 'react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {ConfirmDialog} from '../controls/ConfirmDialog.tsx'
import {QuarantineList} from './QuarantineList.tsx'
import {dayOf, isFreeable, kindWords, sizeOf} from './storage-words.ts'
import {UsageBar} from './UsageBar.tsx'

/** What this device holds of the app, and how to free it. */
export function StoragePage() {
  const {storage} = useKeepspace()
  const {isKept} = useKeepspaceSnapshot().storage
  const [usage, setUsage] = useState<StorageUsage>()
  const [hasFailed, setFailed] = useState(false)
  const [progress, setProgress] = useState('')
  const [asked, setAsked] = useState<FreeableKind>()
  const count = useCallback(async () => {
    setFailed(false)
    try {
      setUsage(await storage.usage({onProgress: (done, total) => setProgress(`${done} of ${total}`)}))
    } catch {
      setFailed(true)
    }
  }, [storage])
  useEffect(() => void count(), [count])

  const free = async (kind: FreeableKind) => {
    const freed = await attempt('It could not be freed', storage.free(kind))
    if (freed !== undefined) {
      tellFreed(freed, count)
    }
    await count()
  }

  if (hasFailed) {
    return (
      <div className="page-center">
        <div className="notice-card" role="alert">
          <HardDrive className="notice-icon" aria-hidden="true" />
          <h2>Storage could not be read</h2>
          <p>Nothing was changed.</p>
          <button type="button" className="button" onClick={() => void count()}>
            <RotateCcw /> Try again
          </button>
        </div>
      </div>
    )
  }
  if (usage === undefined) {
    return (
      <div className="page-center">
        <p className="page-words" role="status">
          Counting… {progress}
        </p>
      </div>
    )
  }
  return (
    <div className="trash">
      <div className="trash-head">
        <p>
          {sizeOf(usage.bytes)} in{' '}
          {usage.workspaces.length === 1 ? '1 workspace' : `${usage.workspaces.length} workspaces`} and what belongs to
          them. {keepWords(isKept)} {estimateWords(usage)}
        </p>
      </div>
      <section aria-labelledby="storage-kinds">
        <h2 id="storage-kinds" className="section-title">
          By kind
        </h2>
        <ul className="trash-list">
          {usage.kinds.map((kind) => (
            <KindRow key={kind.kind} usage={kind} totalBytes={usage.bytes} onFree={setAsked} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="storage-workspaces">
        <h2 id="storage-workspaces" className="section-title">
          By workspace
        </h2>
        {usage.workspaces.length === 0 ? (
          <p className="trash-detail">No workspace is stored yet.</p>
        ) : (
          <ul className="trash-list">
            {usage.workspaces.map(({id, title, records, bytes, isTrashed}) => (
              <li key={id} className="trash-item">
                <div className="trash-words">
                  <span className="trash-title">{title}</span>
                  <UsageBar label={title} bytes={bytes} totalBytes={usage.bytes} />
                  <span className="trash-detail">
                    {sizeOf(bytes)} · {records === 1 ? '1 record' : `${records} records`}
                    {isTrashed ? ' · in the trash' : ''}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
      <QuarantineList onChanged={() => void count()} />
      <ConfirmDialog
        isOpen={asked !== undefined}
        title={asked === undefined ? '' : `Free ${kindWords[asked].title.toLowerCase()}?`}
        text={asked === undefined ? '' : (kindWords[asked].question ?? '')}
        action="Free"
        onConfirm={() => asked !== undefined && void free(asked)}
        onClose={() => setAsked(undefined)}
      />
    </div>
  )
}

type KindRowProps = {
  readonly usage: KindUsage
  readonly totalBytes: number
  readonly onFree: (kind: FreeableKind) => void
}

function KindRow({usage: {kind, count, bytes, oldestAt}, totalBytes, onFree}: KindRowProps) {
  const {title, text} = kindWords[kind]
  return (
    <li className="trash-item">
      <div className="trash-words">
        <span className="trash-title">{title}</span>
        <span className="trash-detail">{text}</span>
        <UsageBar label={title} bytes={bytes} totalBytes={totalBytes} />
        <span className="trash-detail">
          {sizeOf(bytes)} · {count}
          {oldestAt !== undefined && ` · since ${dayOf(oldestAt)}`}
        </span>
      </div>
      {isFreeable(kind) && count > 0 && (
        <button type="button" className="button is-small" aria-label={`Free ${title}`} onClick={() => onFree(kind)}>
          <Trash2 /> Free…
        </button>
      )}
    </li>
  )
}

function tellFreed({count, bytes, undo, error}: Freed, changed: () => Promise<void>): void {
  const again = undo && {
    label: 'Undo',
    onClick: () => void attempt('It could not be brought back', undo()).then(changed),
  }
  const words = count === 0 ? 'There was nothing to free' : `${sizeOf(bytes)} freed`
  if (error === undefined) {
    toast.success(words, again && {action: again})
  } else {
    toast.warning(`${words}, the rest is still there`, {description: error.sentence, ...(again && {action: again})})
  }
}

function keepWords(isKept: boolean | undefined): string {
  if (isKept === undefined) {
    return ''
  }
  return isKept
    ? 'The browser promised not to clear it by itself.'
    : 'The browser may clear it by itself when the device has little room.'
}

function estimateWords({estimate}: StorageUsage): string {
  return estimate === undefined
    ? ''
    : `For the whole site the browser speaks of about ${sizeOf(estimate.usageBytes)} of ${sizeOf(estimate.quotaBytes)}, which is a rough number and no promise.`
}
