import {useComponentState} from 'keepspace/react'
import type {CardProps} from '../card-props.ts'
import {TimerFace} from './TimerFace.tsx'
import {timer} from './timer.definition.ts'

/** A timer that waits for you: while its workspace is away, it stands still. */
export function TimerCard({componentId}: CardProps) {
  const [state, set] = useComponentState(timer, componentId)
  if (!state) {
    return null
  }
  return (
    <TimerFace
      label={state.label}
      status={state.status}
      durationMs={state.durationMs}
      remainingMs={state.remainingMs}
      note={state.status === 'done' ? 'Time is up' : 'Waits while away'}
      onLabel={(label) => set({label})}
      onDuration={(durationMs) => set({durationMs, remainingMs: durationMs})}
      onStart={() => set({status: 'ticking'})}
      onPause={() => set({status: 'idle'})}
      onReset={() => set(({durationMs}) => ({status: 'idle', remainingMs: durationMs ?? 0}))}
    />
  )
}
