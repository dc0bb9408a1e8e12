import {Pause, Play, RotateCcw} from 'lucide-react'
import {type KeyboardEvent, useId} from 'react'
import {formatDuration, parseDuration} from './duration.ts'

type TimerFaceProps = {
  readonly label: string
  readonly status: 'idle' | 'ticking' | 'done'
  readonly durationMs: number
  readonly remainingMs: number
  /** A line under the digits, e.g. when it ends. */
  readonly note: string
  readonly onLabel: (label: string) => void
  readonly onDuration: (durationMs: number) => void
  readonly onStart: () => void
  readonly onPause: () => void
  readonly onReset: () => void
}

/** Digits, a progress line and the buttons, for both kinds of timer. */
export function TimerFace(props: TimerFaceProps) {
  const {label, status, durationMs, remainingMs, note} = props
  const labelId = useId()
  return (
    <div className="timer" data-status={status}>
      <input
        id={labelId}
        className="ghost-input timer-label"
        aria-label="What for"
        placeholder="What for?"
        value={label}
        onChange={(event) => props.onLabel(event.target.value)}
      />
      <Digits {...props} />
      <div className="timer-line" aria-hidden="true">
        <span style={{width: `${durationMs > 0 ? (remainingMs / durationMs) * 100 : 0}%`}} />
      </div>
      <div className="timer-foot">
        <span className="timer-note">{note}</span>
        {status !== 'done' && (
          <button type="button" className="round-button" aria-label="Reset" title="Reset" onClick={props.onReset}>
            <RotateCcw />
          </button>
        )}
        <MainButton {...props} />
      </div>
    </div>
  )
}

function MainButton({status, remainingMs, durationMs, onStart, onPause, onReset}: TimerFaceProps) {
  switch (status) {
    case 'ticking':
      return (
        <button type="button" className="button is-soft" onClick={onPause}>
          <Pause /> Pause
        </button>
      )
    case 'done':
      return (
        <button type="button" className="button is-primary" onClick={onReset}>
          <RotateCcw /> Reset
        </button>
      )
    case 'idle':
      return (
        <button type="button" className="button is-primary" onClick={onStart}>
          <Play /> {remainingMs < durationMs ? 'Resume' : 'Start'}
        </button>
      )
  }
}

function Digits({status, remainingMs, onDuration}: TimerFaceProps) {
  const text = formatDuration(remainingMs)
  if (status !== 'idle') {
    return (
      <div className="timer-digits" role="timer" aria-label={`${text} left`}>
        {text}
      </div>
    )
  }
  const commit = (input: HTMLInputElement) => {
    const next = parseDuration(input.value)
    if (next === undefined || input.value === text) {
      input.value = text
    } else {
      onDuration(next)
    }
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') {
      event.currentTarget.blur()
    }
  }
  return (
    <input
      key={text}
      className="timer-digits"
      aria-label="Duration, minutes and seconds"
      title="Type a duration: 25, 10:00 or 1:30:00"
      inputMode="numeric"
      defaultValue={text}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => commit(event.currentTarget)}
      onKeyDown={onKeyDown}
    />
  )
}
