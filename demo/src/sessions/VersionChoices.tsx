import {Dialog} from '@base-ui/react/dialog'
import {DifferenceChoices} from 'keepspace/react'
import type {ComponentDifference, ContentDifference, SessionChoice, Side} from 'keepspace/sessions'
import {type ReactNode, useState} from 'react'
import {toast} from 'sonner'
import {widgetOf} from '../widgets/widgets.ts'
import {AskingFailed} from './AskingFailed.tsx'
import {useAsking} from './use-asking.ts'

type VersionChoicesProps = {
  readonly difference: ContentDifference
  /** What the version of the server is. */
  readonly about: ReactNode
  /** Goes on with one version; the answer says what became of both. Rejects when that did not work. */
  readonly settle: (choice: SessionChoice, components: Readonly<Record<string, Side>>) => Promise<string>
  readonly onClose: () => void
}

/** Both versions side by side, part by part, and a choice for each or for all of it. */
export function VersionChoices({difference, about, settle, onClose}: VersionChoicesProps) {
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({})
  const {isBusy, error, ask} = useAsking(
    (choice: SessionChoice) => settle(choice, sides),
    (told) => {
      toast.success(told)
      onClose()
    },
  )
  const isSame = difference.components.length === 0
  return (
    <>
      <p className="compare-about">
        {about} {isSame && !difference.isArrangementDifferent && 'It holds the same as yours.'}
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
