import {type FormEvent, type ReactElement, type ReactNode, useId, useState} from 'react'
import {MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH} from '../model/wire/limits.ts'
import {cleanName, isDescription, isTitle, lengthOf} from '../model/wire/names.ts'
import type {SessionNames} from '../sessions.ts'

export type SessionNamesFormProps = {
  readonly initial?: Partial<SessionNames>
  /** Called with names that the server accepts: cleaned, within the limits. */
  readonly onSubmit: (names: Required<SessionNames>) => void
  /** Buttons; the one that submits has `type="submit"`. */
  readonly children: ReactNode
  readonly className?: string
  readonly fieldClassName?: string
  readonly inputClassName?: string
}

/**
 * Asks for a title of 1 to 30 characters and a description of at most 250, counted as the server does, and says what is
 * wrong before anything is sent. Without style of its own.
 */
export function SessionNamesForm(props: SessionNamesFormProps): ReactElement {
  const {initial = {}, onSubmit, children, className, fieldClassName, inputClassName} = props
  const [title, setTitle] = useState(initial.title ?? '')
  const [description, setDescription] = useState(initial.description ?? '')
  const [isTried, setTried] = useState(false)
  const id = useId()
  const wrongTitle = isTried || lengthOf(cleanName(title)) > MAX_TITLE_LENGTH ? titleFault(title) : undefined
  const wrongDescription = descriptionFault(description)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setTried(true)
    if (titleFault(title) === undefined && wrongDescription === undefined) {
      onSubmit({title: cleanName(title), description: cleanName(description)})
    }
  }
  return (
    <form className={className} data-keepspace="session-names" noValidate onSubmit={submit}>
      <label className={fieldClassName}>
        <span>Title</span>
        <input
          className={inputClassName}
          value={title}
          required
          aria-invalid={wrongTitle !== undefined}
          aria-describedby={`${id}-title`}
          onChange={(event) => setTitle(event.target.value)}
        />
        <small id={`${id}-title`} data-wrong={wrongTitle !== undefined || undefined}>
          {wrongTitle ?? `${lengthOf(cleanName(title))} of ${MAX_TITLE_LENGTH} characters`}
        </small>
      </label>
      <label className={fieldClassName}>
        <span>Description</span>
        <textarea
          className={inputClassName}
          value={description}
          rows={3}
          aria-invalid={wrongDescription !== undefined}
          aria-describedby={`${id}-description`}
          onChange={(event) => setDescription(event.target.value)}
        />
        <small id={`${id}-description`} data-wrong={wrongDescription !== undefined || undefined}>
          {wrongDescription ?? `${lengthOf(cleanName(description))} of ${MAX_DESCRIPTION_LENGTH} characters`}
        </small>
      </label>
      {children}
    </form>
  )
}

function titleFault(text: string): string | undefined {
  const title = cleanName(text)
  if (isTitle(title)) {
    return undefined
  }
  return title === ''
    ? 'Give it a title.'
    : `A title has at most ${MAX_TITLE_LENGTH} characters, this one has ${lengthOf(title)}.`
}

function descriptionFault(text: string): string | undefined {
  const description = cleanName(text)
  return isDescription(description)
    ? undefined
    : `A description has at most ${MAX_DESCRIPTION_LENGTH} characters, this one has ${lengthOf(description)}.`
}
