import {Switch} from '@base-ui/react/switch'
import {useAlarms, useComponentState, useKeepspace} from 'keepspace/react'
import {BellRing} from 'lucide-react'
import {attempt} from '../../app/attempt.ts'
import type {CardProps} from '../card-props.ts'
import {formatFromNow} from '../timer/duration.ts'
import {alarm} from './alarm.definition.ts'
import {nextOccurrence} from './next-occurrence.ts'

const SNOOZE_MS = 300_000

/** An alarm at a time of day. */
export function AlarmCard({componentId, isReadOnly}: CardProps) {
  const [state, set] = useComponentState(alarm, componentId)
  const {alarms} = useKeepspace()
  const ringing = useAlarms().find((each) => each.componentId === componentId)
  if (!state) {
    return null
  }
  const {time, nextAt, leftMs} = state
  const dismiss = () => ringing && void attempt('It could not be dismissed', alarms.dismiss(ringing))
  const schedule = (next: string, isOn: boolean) =>
    set({
      time: next,
      nextAt: (isOn ? nextOccurrence(next, Date.now()) : undefined) ?? null,
      leftMs: null,
    })
  return (
    <div className="alarm" data-ringing={ringing !== undefined || undefined}>
      <input
        className="ghost-input timer-label"
        aria-label="What for"
        placeholder="What for?"
        value={state.label}
        onChange={(event) => set({label: event.target.value})}
      />
      <input
        className="alarm-time"
        type="time"
        aria-label="Time of day"
        value={time}
        onChange={(event) => event.target.value && schedule(event.target.value, nextAt !== null)}
      />
      {ringing ? (
        <div className="alarm-foot" role="alert">
          <span className="alarm-bell">
            <BellRing aria-hidden="true" /> Ringing
          </span>
          <button
            type="button"
            className="button is-soft"
            onClick={() => {
              dismiss()
              set({nextAt: Date.now() + SNOOZE_MS, leftMs: SNOOZE_MS})
            }}
          >
            In 5 min
          </button>
          <button type="button" className="button is-primary" onClick={dismiss}>
            Stop
          </button>
        </div>
      ) : (
        <div className="alarm-foot">
          <span className="timer-note">{describe(nextAt, leftMs)}</span>
          <Switch.Root
            className="switch"
            aria-label="Alarm"
            disabled={isReadOnly}
            checked={nextAt !== null}
            onCheckedChange={(isOn) => schedule(time, isOn)}
          >
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
        </div>
      )}
    </div>
  )
}

function describe(nextAt: number | null, leftMs: number | null): string {
  if (nextAt === null) {
    return 'Off'
  }
  return `Rings ${formatFromNow(leftMs ?? nextAt - Date.now())}`
}
