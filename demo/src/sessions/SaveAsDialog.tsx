import {Dialog} from '@base-ui/react/dialog'
import type {EntryInfo} from 'keepspace'
import {SessionNamesForm, useSession} from 'keepspace/react'
import {toast} from 'sonner'
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
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog-title">{isCopy ? 'Save as' : 'Save to the server'}</Dialog.Title>
          <Dialog.Description className="dialog-text">
            {isCopy
              ? 'The project goes on as a new session. The one before stays as it was saved last.'
              : 'The whole project, to be opened on another device. It stays on this device too.'}
          </Dialog.Description>
          <SessionNamesForm
            className="names-form"
            fieldClassName="field"
            inputClassName="text-input"
            initial={{title: sessionTitleOf(isCopy ? `Copy of ${status.title}` : entry.title)}}
            onSubmit={(names) => void ask(names)}
          >
            <AskingFailed error={error} />
            <div className="dialog-actions">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button is-primary" disabled={isBusy}>
                {submitWords(isBusy, error !== undefined)}
              </button>
            </div>
          </SessionNamesForm>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function submitWords(isBusy: boolean, hasFailed: boolean): string {
  if (isBusy) {
    return 'Saving…'
  }
  return hasFailed ? 'Try again' : 'Save'
}
