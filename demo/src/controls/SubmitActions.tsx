import {Dialog} from '@base-ui/react/dialog'

type SubmitActionsProps = {
  readonly action: string
  readonly isBusy?: boolean
}

/** The two ways out of a form in a dialog. */
export function SubmitActions({action, isBusy = false}: SubmitActionsProps) {
  return (
    <div className="dialog-actions">
      <Dialog.Close className="button">Cancel</Dialog.Close>
      <button type="submit" className="button is-primary" disabled={isBusy}>
        {action}
      </button>
    </div>
  )
}
