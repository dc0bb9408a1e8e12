import {type ManagedWorkspace, useEvictionExplanation, useSaveStatus, useWorkspaceStatus} from 'keepspace/react'
import {FolderOpen, Pin, PinOff, Save, X} from 'lucide-react'
import {navigate} from '../app/routes.ts'
import {ResidencyDot} from '../controls/ResidencyDot.tsx'
import {Tip} from '../controls/Tip.tsx'
import {useMemoryActions} from './use-memory-actions.ts'

type ManagerRowProps = {
  readonly workspace: ManagedWorkspace
  readonly onReopen: () => void
  readonly onChosen: () => void
}

/** One workspace of the manager: where it is, how large, why it stays or goes, and what can be done with it. */
export function ManagerRow({workspace, onReopen, onChosen}: ManagerRowProps) {
  const {id, title, isInMemory, isPinned, componentCount, bytes, updatedAt} = workspace
  const {label} = useSaveStatus(id, {smooth: true})
  const {runningCount, isVisible} = useWorkspaceStatus(id)
  const explanation = useEvictionExplanation(id)
  const actions = useMemoryActions(id, title)
  const facts = [
    isInMemory ? label : 'On disk',
    `${componentCount} ${componentCount === 1 ? 'card' : 'cards'}`,
    sizeOf(bytes),
    `saved ${ageOf(updatedAt)}`,
    runningCount > 0 && `${runningCount} running`,
  ]
  return (
    <li className="manager-row" data-state={explanation?.state}>
      <ResidencyDot isHot={isInMemory} isRunning={runningCount > 0} />
      <div className="manager-words">
        <button
          type="button"
          className="manager-title"
          onClick={() => {
            navigate({page: 'workspace', id})
            onChosen()
          }}
        >
          {title}
        </button>
        <span className="manager-facts">{facts.filter(Boolean).join(' · ')}</span>
        {explanation && <span className="manager-why">{explanation.sentence}</span>}
      </div>
      <div className="manager-actions">
        <Tip label={isPinned ? 'Unpin' : 'Pin: it is never let go'}>
          <button
            type="button"
            className="icon-button is-small"
            aria-label={`Pin ${title}`}
            aria-pressed={isPinned}
            onClick={() => void actions.pin(!isPinned)}
          >
            {isPinned ? <PinOff /> : <Pin />}
          </button>
        </Tip>
        {isInMemory ? (
          <>
            <Tip label="Save now">
              <button
                type="button"
                className="icon-button is-small"
                aria-label={`Save ${title}`}
                onClick={() => void actions.save()}
              >
                <Save />
              </button>
            </Tip>
            <Tip label={isVisible ? 'You see it' : 'Store it and let it go'}>
              <button
                type="button"
                className="icon-button is-small"
                aria-label={`Close ${title}`}
                disabled={isVisible}
                onClick={() => void actions.close()}
              >
                <X />
              </button>
            </Tip>
          </>
        ) : (
          <Tip label="Bring it into memory">
            <button type="button" className="icon-button is-small" aria-label={`Reopen ${title}`} onClick={onReopen}>
              <FolderOpen />
            </button>
          </Tip>
        )}
      </div>
    </li>
  )
}

function sizeOf(bytes: number): string {
  return bytes < 1_000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${(bytes / 1_000).toFixed(1)} KB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`
}

const ages = new Intl.RelativeTimeFormat('en', {numeric: 'auto'})

function ageOf(atMs: number): string {
  const minutes = Math.round((atMs - Date.now()) / 60_000)
  if (minutes > -60) {
    return ages.format(minutes, 'minute')
  }
  return minutes > -60 * 24
    ? ages.format(Math.round(minutes / 60), 'hour')
    : ages.format(Math.round(minutes / 1_440), 'day')
}
