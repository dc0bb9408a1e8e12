import {Dialog} from '@base-ui/react/dialog'
import {type ErrorReport, KeepspaceError} from 'keepspace'
import {DifferenceChoices, useSession, useSessionConflict} from 'keepspace/react'
import type {ComponentDifference, SessionChoice, SessionConflict, Side} from 'keepspace/sessions'
import {RotateCcw} from 'lucide-react'
import {useState} from 'react'
import {toast} from 'sonner'
import {widgetOf} from '../widgets/widgets.ts'
import {AskingFailed} from './AskingFailed.tsx'
import {momentOf} from './moment.ts'
import {useAsking} from './use-asking.ts'

type SessionConflictDialogProps = {
  readonly entryId: string
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** A session was saved in two places: both versions side by side, and a choice. */
export function SessionConflictDialog({entryId, isOpen, onClose}: SessionConflictDialogProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog is-wide">
          <Dialog.Title className="dialog-title">Saved in two places</Dialog.Title>
          <Dialog.Description className="dialog-text">
            Choose for each part, or for all of it. What is replaced here goes into the trash; what is replaced on the
            server stays in its history.
          </Dialog.Description>
          <Versions entryId={entryId} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Versions({entryId, onClose}: {readonly entryId: string; readonly onClose: () => void}) {
  const {phase, value, error, again} = useSessionConflict(entryId)
  if (phase === 'failed') {
    return (
      <>
        <AskingFailed error={error} />
        <div className="dialog-actions">
          <Dialog.Close className="button">Close</Dialog.Close>
          <button type="button" className="button is-primary" onClick={again}>
            <RotateCcw /> Try again
          </button>
        </div>
      </>
    )
  }
  return value === undefined ? (
    <p className="compare-wait" role="status">
      Reading both versions…
    </p>
  ) : (
    <Choices entryId={entryId} conflict={value} onClose={onClose} />
  )
}

const told: Readonly<Record<SessionChoice, string>> = {
  mine: 'Your version is on the server. The other one is in its history.',
  theirs: 'You go on with the version of the server. Yours is in the trash.',
  both: 'You go on with the version of the server. Yours is a project beside it.',
  merge: 'Both versions are merged and on the server.',
}

type ChoicesProps = {
  readonly entryId: string
  readonly conflict: SessionConflict
  readonly onClose: () => void
}

function Choices({entryId, conflict: {difference, metadata}, onClose}: ChoicesProps) {
  const {resolve} = useSession(entryId)
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({})
  const settle = async (choice: SessionChoice) => {
    const status = await resolve(choice, {components: sides})
    if (status.phase === 'conflict') {
      throw asError(status.error)
    }
    return choice
  }
  const {isBusy, error, ask} = useAsking(settle, (choice) => {
    toast.success(told[choice])
    onClose()
  })
  const isSame = difference.components.length === 0
  return (
    <>
      <p className="compare-about">
        The server has version {metadata.revision}, saved {momentOf(metadata.updatedAt)}.{' '}
        {isSame && !difference.isArrangementDifferent && 'It holds the same as yours.'}
        {difference.isArrangementDifferent && 'Titles or the order of workspaces differ too; merged, yours stay.'}
      </p>
      <DifferenceChoices
        difference={difference}
        choices={sides}
        onChoose={(key, side) => setSides((before) => ({...before, [key]: side}))}
        nameOf={nameOf}
      />
      <AskingFailed error={error} />
      <div className="dialog-actions compare-actions">
        <Dialog.Close className="button">Later</Dialog.Close>
        <button type="button" className="button" disabled={isBusy} onClick={() => void ask('theirs')}>
          Take theirs
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => void ask('both')}>
          Keep both
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => void ask('mine')}>
          Keep mine
        </button>
        {!isSame && (
          <button type="button" className="button is-primary" disabled={isBusy} onClick={() => void ask('merge')}>
            Merge what is chosen
          </button>
        )}
      </div>
    </>
  )
}

const nameOf = ({type}: ComponentDifference): string => widgetOf(type)?.name ?? type

function asError(error: ErrorReport | undefined): KeepspaceError {
  return new KeepspaceError(error?.code ?? 'server.offline', error?.detail)
}
