import {Dialog} from '@base-ui/react/dialog'
import type {FormEvent} from 'react'

type PromptDialogProps = {
  readonly isOpen: boolean
  readonly title: string
  readonly text: string
  readonly label: string
  readonly initial: string
  readonly action: string
  readonly onSubmit: (value: string) => void
  readonly onClose: () => void
}

/** Asks for one line of text. */
export function PromptDialog(props: PromptDialogProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const value = new FormData(event.currentTarget).get('value')
    if (typeof value === 'string' && value.trim() !== '') {
      props.onSubmit(value.trim())
      props.onClose()
    }
  }
  return (
    <Dialog.Root open={props.isOpen} onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog-title">{props.title}</Dialog.Title>
          <Dialog.Description className="dialog-text">{props.text}</Dialog.Description>
          <form onSubmit={submit}>
            <label className="field">
              <span>{props.label}</span>
              <input name="value" className="text-input" defaultValue={props.initial} maxLength={80} required />
            </label>
            <div className="dialog-actions">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button is-primary">
                {props.action}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
