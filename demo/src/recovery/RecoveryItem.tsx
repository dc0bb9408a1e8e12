import {DifferenceChoices, type RecoveryView} from 'keepspace/react'
import type {ComponentDifference, RecoverableSession} from 'keepspace/sessions'
import {GitCompareArrows, Trash2, Undo2} from 'lucide-react'
import {useState} from 'react'
import {toast} from 'sonner'
import {AskingFailed} from '../sessions/AskingFailed.tsx'
import {useAsking} from '../sessions/use-asking.ts'
import {sizeOf} from '../storage/storage-words.ts'
import {widgetOf} from '../widgets/widgets.ts'
import {ageOf, contentsOf} from './recovery-words.ts'

type Versions = Awaited<ReturnType<RecoveryView['compare']>>

type RecoveryItemProps = {
  readonly item: RecoverableSession
  readonly recovery: RecoveryView
}

/** One session with unsent work: how old and large, what is in it, and what to do with it. */
export function RecoveryItem({item, recovery}: RecoveryItemProps) {
  const {entryId, title, changedAt, savedAt, bytes, components, preview} = item
  const [versions, setVersions] = useState<Versions>()
  const comparing = useAsking(() => recovery.compare(entryId), setVersions)
  const going = useAsking(
    () => recovery.recover(entryId),
    () => undefined,
  )
  const discarding = useAsking(
    () => recovery.discard(entryId),
    () => toast(`The unsent work of “${title}” is in the trash`),
  )
  const isBusy = comparing.isBusy || going.isBusy || discarding.isBusy
  return (
    <li className="recovery-item">
      <div className="recovery-words">
        <h3 className="recovery-title">{title}</h3>
        <p className="recovery-detail">
          Changed {ageOf(changedAt)}, sent {ageOf(savedAt)} · {sizeOf(bytes)} · {contentsOf(components)}
        </p>
        <ul className="recovery-preview">
          {preview
            .filter(({text}) => text !== '')
            .slice(0, 3)
            .map(({componentId, type, text}) => (
              <li key={componentId}>
                <span className="recovery-type">{widgetOf(type)?.name ?? type}</span> {text}
              </li>
            ))}
        </ul>
      </div>
      <div className="recovery-actions">
        <button
          type="button"
          className="button is-small"
          aria-label={`Compare ${title}`}
          aria-expanded={versions !== undefined}
          disabled={isBusy}
          onClick={() => (versions === undefined ? void comparing.ask() : setVersions(undefined))}
        >
          <GitCompareArrows /> Compare
        </button>
        <button
          type="button"
          className="button is-small is-danger-quiet"
          aria-label={`Discard ${title}`}
          disabled={isBusy}
          onClick={() => void discarding.ask()}
        >
          <Trash2 /> Discard
        </button>
        <button
          type="button"
          className="button is-small is-primary"
          aria-label={`Go on with ${title}`}
          disabled={isBusy}
          onClick={() => void going.ask()}
        >
          <Undo2 /> Go on
        </button>
      </div>
      <AskingFailed error={comparing.error ?? discarding.error ?? going.error} />
      {versions && (
        <div className="recovery-compare">
          <p className="compare-about">{againstWords(versions)}</p>
          <DifferenceChoices
            difference={versions.difference}
            nameOf={nameOf}
            sides={{mine: 'On this device', theirs: 'On the server'}}
          />
        </div>
      )}
    </li>
  )
}

function againstWords({against, revision, difference}: Versions): string {
  const where =
    against === 'base' ? `version ${revision}, which it began from` : `version ${revision}, the newest of the server`
  return difference.components.length === 0 ? `No part differs from ${where}.` : `Beside ${where}.`
}

const nameOf = ({type}: ComponentDifference): string => widgetOf(type)?.name ?? type
