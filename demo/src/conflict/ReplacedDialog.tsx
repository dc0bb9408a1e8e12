import type {HistoryItem, HistoryPart, WorkspaceId} from 'keepspace'
import {useKeepspace, useReplacedVersion, useWorkspaceHistory, type WorkspaceHistoryView} from 'keepspace/react'
import {Download, RotateCcw} from 'lucide-react'
import {useState} from 'react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {WideDialog} from '../controls/WideDialog.tsx'
import {AskingFailed} from '../sessions/AskingFailed.tsx'
import {momentOf} from '../sessions/moment.ts'
import {ReadingFailed} from '../sessions/ReadingFailed.tsx'
import {useAsking} from '../sessions/use-asking.ts'
import {saveFile} from '../storage/save-file.ts'
import {sizeOf} from '../storage/storage-words.ts'
import {widgetOf} from '../widgets/widgets.ts'
import {linesOfSide} from './side-lines.ts'

type ReplacedDialogProps = {readonly id: WorkspaceId; readonly onClose: () => void}

/** What lost against another version on this device: looked at, brought back, taken along as a file. */
export function ReplacedDialog({id, onClose}: ReplacedDialogProps) {
  return (
    <WideDialog
      isOpen
      onClose={onClose}
      className="history"
      title="What was replaced"
      text="Versions of parts that lost against another one on this device. They are kept for a while."
      closeLabel="Close what was replaced"
    >
      <Items id={id} />
    </WideDialog>
  )
}

function Items({id}: {readonly id: WorkspaceId}) {
  const {phase, value: items, error, again, restore} = useWorkspaceHistory(id)
  const [chosen, choose] = useState<string>()
  if (phase === 'failed') {
    return <ReadingFailed error={error} onRetry={again} />
  }
  const shown = items?.find((item) => item.id === chosen) ?? items?.[0]
  if (items !== undefined && shown === undefined) {
    return <p className="page-words">Nothing of this workspace was replaced.</p>
  }
  return (
    <div className="history-columns" aria-busy={phase === 'loading'}>
      <ol className="history-list" aria-label="Replaced versions">
        {items?.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              className="history-version"
              aria-pressed={item.id === shown?.id}
              onClick={() => choose(item.id)}
            >
              <span className="history-time">{momentOf(item.keptAt)}</span>
              <span className="history-detail">
                {reasonOf(item)} · {namesOf(item)} · {sizeOf(item.bytes)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {shown && <Version key={shown.id} item={shown} restore={restore} />}
    </div>
  )
}

function reasonOf({reason}: HistoryItem): string {
  if (reason === 'previous') {
    return 'Damaged now: as it was saved before'
  }
  return reason === 'givenUp' ? 'Not saved, and given up' : 'Saved, and replaced'
}

function namesOf({components}: HistoryItem): string {
  return components.map(({type}) => widgetOf(type)?.name ?? type).join(', ')
}

type VersionProps = {readonly item: HistoryItem; readonly restore: WorkspaceHistoryView['restore']}

function Version({item, restore}: VersionProps) {
  const {history} = useKeepspace()
  const {phase, value, error, again} = useReplacedVersion(item.id)
  const restoring = useAsking(
    () => restore(item.id),
    ({restored, skipped}) => {
      if (restored.length > 0) {
        toast.success('It is back. What it replaced is in this list.')
      }
      if (skipped.length > 0) {
        toast.error(`${skipped.length === 1 ? '1 part' : `${skipped.length} parts`} cannot be edited here and stayed.`)
      }
    },
  )
  const download = async () => {
    const file = await attempt('It could not be exported', history.export(item.id))
    if (file !== undefined) {
      saveFile(file.name, file.blob)
    }
  }
  return (
    <div className="history-shown">
      <div className="history-preview" aria-busy={phase === 'loading'}>
        <div className="replaced-parts">
          {value?.parts.map((part) => (
            <Part key={part.componentId} part={part} />
          ))}
        </div>
        {phase === 'failed' && <ReadingFailed error={error} onRetry={again} />}
      </div>
      <AskingFailed error={restoring.error} />
      <div className="history-actions">
        <button type="button" className="button" onClick={() => void download()}>
          <Download /> Export
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={value === undefined || restoring.isBusy}
          onClick={() => void restoring.ask()}
        >
          <RotateCcw /> Bring it back
        </button>
      </div>
    </div>
  )
}

function Part({part}: {readonly part: HistoryPart}) {
  return (
    <section className="compare" aria-label={widgetOf(part.type)?.name ?? part.type}>
      <h3 className="compare-title">{widgetOf(part.type)?.name ?? part.type}</h3>
      <p className="compare-text">
        {linesOfSide(part).map(({name, text}) => (
          <span key={name} className="compare-line">
            <span className="compare-key">{name}</span> {text}
          </span>
        ))}
      </p>
    </section>
  )
}
