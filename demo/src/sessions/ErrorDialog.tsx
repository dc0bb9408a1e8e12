import {AlertDialog} from '@base-ui/react/alert-dialog'
import {RotateCcw} from 'lucide-react'
import type {Failure} from './session-dialogs.ts'

type ErrorDialogProps = {
  readonly failure: Failure | undefined
  readonly onClose: () => void
}

/** Says what failed, why, and that nothing is lost; and tries it again. */
export function ErrorDialog({failure, onClose}: ErrorDialogProps) {
  return (
    <AlertDialog.Root open={failure !== undefined} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title className="dialog-title">{failure?.title}</AlertDialog.Title>
          <AlertDialog.Description className="dialog-text">{failure && sentenceOf(failure)}</AlertDialog.Description>
          {failure?.error.detail && <p className="dialog-detail">{failure.error.detail}</p>}
          <div className="dialog-actions">
            <AlertDialog.Close className="button">Close</AlertDialog.Close>
            {failure?.otherwise && (
              <AlertDialog.Close
                className={failure.retry ? 'button' : 'button is-primary'}
                onClick={failure.otherwise.onSelect}
              >
                {failure.otherwise.label}
              </AlertDialog.Close>
            )}
            {failure?.retry && (
              <AlertDialog.Close className="button is-primary" onClick={failure.retry}>
                <RotateCcw /> Try again
              </AlertDialog.Close>
            )}
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

/** Some errors say themselves that nothing is lost. */
function sentenceOf({error: {sentence}}: Failure): string {
  return sentence.includes('on this device') ? sentence : `${sentence} What you made stays on this device.`
}
