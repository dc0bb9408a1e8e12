import type {SessionHistoryView} from 'keepspace/react'
import {useSessionHistory, useVersionPreview} from 'keepspace/react'
import {RotateCcw} from 'lucide-react'
import {useState} from 'react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {WideDialog} from '../controls/WideDialog.tsx'
import {sizeOf} from '../storage/storage-words.ts'
import {AskingFailed} from './AskingFailed.tsx'
import {ChoiceList} from './ChoiceList.tsx'
import {ContentPreview} from './ContentPreview.tsx'
import {momentOf} from './moment.ts'
import {ReadingFailed} from './ReadingFailed.tsx'
import {useAsking} from './use-asking.ts'

type HistoryDialogProps = {
  readonly entryId: string
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** The versions that the server keeps: looked at as they were, and brought back. */
export function HistoryDialog({entryId, isOpen, onClose}: HistoryDialogProps) {
  return (
    <WideDialog
      isOpen={isOpen}
      onClose={onClose}
      className="history"
      title="History"
      text="Versions that were saved to the server. Older ones are kept more sparsely."
      closeLabel="Close the history"
    >
      <Versions entryId={entryId} onClose={onClose} />
    </WideDialog>
  )
}

function Versions({entryId, onClose}: {readonly entryId: string; readonly onClose: () => void}) {
  const history = useSessionHistory(entryId)
  const [chosen, choose] = useState<number>()
  const {phase, value: versions, error, again} = history
  if (phase === 'failed') {
    return <ReadingFailed error={error} onRetry={again} />
  }
  const newest = versions?.[0]?.revision
  const shown = chosen ?? newest
  return (
    <div className="history-columns" aria-busy={phase === 'loading'}>
      <ChoiceList
        label="Versions"
        choices={(versions ?? []).map(({revision, title, createdAt, bytes}) => ({
          key: revision,
          title: momentOf(createdAt),
          detail: `${revision === newest ? 'Newest' : `Version ${revision}`} · ${title} · ${sizeOf(bytes)}`,
        }))}
        chosen={shown}
        onChoose={choose}
        moreLabel="Older versions"
        onMore={
          history.hasMore ? () => void attempt('Older versions could not be read', history.loadMore()) : undefined
        }
      />
      {shown !== undefined && (
        <Version
          key={shown}
          entryId={entryId}
          revision={shown}
          isNewest={shown === newest}
          restore={history.restore}
          onClose={onClose}
        />
      )}
    </div>
  )
}

type VersionProps = {
  readonly entryId: string
  readonly revision: number
  readonly isNewest: boolean
  readonly restore: SessionHistoryView['restore']
  readonly onClose: () => void
}

function Version({entryId, revision, isNewest, restore, onClose}: VersionProps) {
  const {phase, value, error, again} = useVersionPreview(entryId, revision)
  const restoring = useAsking(
    () => restore(revision),
    () => {
      toast.success(`Version ${revision} is the newest again`)
      onClose()
    },
  )
  return (
    <div className="history-shown">
      <div className="history-preview" aria-busy={phase === 'loading'}>
        {value && <ContentPreview content={value.content} />}
        {phase === 'failed' && (
          <div className="page-center">
            <AskingFailed error={error} />
            <button type="button" className="button" onClick={again}>
              <RotateCcw /> Try again
            </button>
          </div>
        )}
      </div>
      <AskingFailed error={restoring.error} />
      <div className="history-actions">
        <p className="history-detail" role="status">
          {value && differenceWords(value.difference.components.length)}
        </p>
        <button
          type="button"
          className="button is-primary"
          disabled={value === undefined || restoring.isBusy || (isNewest && value.difference.components.length === 0)}
          onClick={() => void restoring.ask()}
        >
          <RotateCcw /> Bring it back
        </button>
      </div>
    </div>
  )
}

function differenceWords(count: number): string {
  if (count === 0) {
    return 'The same as what is here.'
  }
  return `${count === 1 ? '1 part differs' : `${count} parts differ`} from what is here, which goes into the trash.`
}
