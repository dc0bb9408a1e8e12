import type {FormEvent} from 'react'
import {DialogFrame} from './DialogFrame.tsx'
import {SubmitActions} from './SubmitActions.tsx'

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
    <DialogFrame isOpen={props.isOpen} onClose={props.onClose} title={props.title} text={props.text}>
      <form onSubmit={submit}>
        <label className="field">
          <span>{props.label}</span>
          <input name="value" className="text-input" defaultValue={props.initial} maxLength={80} required />
        </label>
        <SubmitActions action={props.action} />
      </form>
    </DialogFrame>
  )
}
