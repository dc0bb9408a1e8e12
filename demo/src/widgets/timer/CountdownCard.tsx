import {useComponentState} from 'keepspace/react'
import type {CardProps} from '../card-props.ts'
import {TimerFace} from './TimerFace.tsx'
import {countdown} from './timer.definition.ts'

const clockTime = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'})

/** A countdown to a moment: it goes on while its workspace, or the whole app, is closed. */
export function CountdownCard({componentId}: CardProps) {
  const [state, set] = useComponentState(countdown, componentId)
  if (!state) {
    return null
  }
  const {status, deadlineAt, durationMs} = state
  const remainingMs = deadlineAt === null ? state.pausedMs : (state.shownMs ?? Math.max(0, deadlineAt - Date.now()))
  const pause = () => set({status: 'idle', deadlineAt: null, pausedMs: remainingMs, shownMs: null})
  return (
    <TimerFace
      label={state.label}
      status={status}
      durationMs={durationMs}
      remainingMs={remainingMs}
      note={noteFor(status, deadlineAt)}
      onLabel={(label) => set({label})}
      onDuration={(next) => set({durationMs: next, pausedMs: next})}
      onStart={() => set({status: 'ticking', deadlineAt: Date.now() + state.pausedMs, shownMs: state.pausedMs})}
      onPause={pause}
      onReset={() => set({status: 'idle', deadlineAt: null, pausedMs: durationMs, shownMs: null})}
    />
  )
}

function noteFor(status: string, deadlineAt: number | null): string {
  if (status === 'done') {
    return 'Time is up'
  }
  return deadlineAt === null ? 'Runs while away' : `Ends at ${clockTime.format(deadlineAt)}`
}
