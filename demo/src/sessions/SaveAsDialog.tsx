import type {EntryInfo} from 'keepspace'
import {SessionNamesForm, useSession} from 'keepspace/react'
import {toast} from 'sonner'
import {DialogFrame} from '../controls/DialogFrame.tsx'
import {SubmitActions} from '../controls/SubmitActions.tsx'
import {AskingFailed} from './AskingFailed.tsx'
import {sessionTitleOf} from './session-title.ts'
import {useAsking} from './use-asking.ts'

type SaveAsDialogProps = {
  readonly entry: EntryInfo
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Names a project on the server. What was typed stays until the server has it. */
export function SaveAsDialog({entry, isOpen, onClose}: SaveAsDialogProps) {
  const {status, saveAs} = useSession(entry.id)
  const isCopy = status.phase !== 'none'
  const {isBusy, error, ask, forget} = useAsking(saveAs, ({title}) => {
    toast.success(`“${title}” is saved on the server`)
    onClose()
  })
  const close = () => {
    forget()
    onClose()
  }
  return (
    <DialogFrame
      isOpen={isOpen}
      onClose={close}
      title={isCopy ? 'Save as' : 'Save to the server'}
      text={
        isCopy
          ? 'The project goes on as a new session. The one before stays as it was saved last.'
          : 'The whole project, to be opened on another device. It stays on this device too.'
      }
    >
      <SessionNamesForm
        className="names-form"
        fieldClassName="field"
        inputClassName="text-input"
        initial={{title: sessionTitleOf(isCopy ? `Copy of ${status.title}` : entry.title)}}
        onSubmit={(names) => void ask(names)}
      >
        <AskingFailed error={error} />
        <SubmitActions action={submitWords(isBusy, error !== undefined)} isBusy={isBusy} />
      </SessionNamesForm>
    </DialogFrame>
  )
}

function submitWords(isBusy: boolean, hasFailed: boolean): string {
  if (isBusy) {
    return 'Saving…'
  }
  return hasFailed ? 'Try again' : 'Save'
}
