import {type KeyboardEvent, useRef} from 'react'

type TitleInputProps = {
  readonly label: string
  readonly value: string
  readonly className?: string
  /** A trimmed title that differs from the old one. */
  readonly onCommit: (title: string) => void
  /** Editing is over, with or without a change. */
  readonly onDone: () => void
}

/** Edits a title in place: Enter and leaving keep it, Escape does not. */
export function TitleInput({label, value, className = 'title-input', onCommit, onDone}: TitleInputProps) {
  const isCancelled = useRef(false)
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation()
    if (event.key === 'Escape') {
      isCancelled.current = true
    }
    if (event.key === 'Enter' || event.key === 'Escape') {
      event.currentTarget.blur()
    }
  }
  const commit = (title: string) => {
    if (!isCancelled.current && title !== '' && title !== value) {
      onCommit(title)
    }
    onDone()
  }
  return (
    <input
      className={className}
      aria-label={label}
      defaultValue={value}
      maxLength={80}
      ref={focusAndSelect}
      onKeyDown={onKeyDown}
      onBlur={(event) => commit(event.currentTarget.value.trim())}
    />
  )
}

/** After the frame, so that a menu which is closing does not take the focus back. */
function focusAndSelect(input: HTMLInputElement | null): () => void {
  const frame = requestAnimationFrame(() => {
    input?.focus()
    input?.select()
  })
  return () => cancelAnimationFrame(frame)
}
