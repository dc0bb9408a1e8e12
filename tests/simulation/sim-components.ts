import {type ComponentDefinition, defineComponent} from '../../src/model/component-definition.ts'

export type NoteState = {readonly text: string}
/** `home` tells the running work which component it belongs to. */
export type TimerState = {readonly home: string; readonly seconds: number; readonly isTicking: boolean}

/** Rings at `deadlineMs` while its phase is `on`. */
export type AlarmState = {
  readonly home: string
  readonly deadlineMs: number
  readonly durationMs: number
  readonly phase: 'off' | 'on' | 'rang'
}

/** Component types of one tab. */
export type SimComponents = {
  readonly note: ComponentDefinition<'note', NoteState>
  readonly timer: ComponentDefinition<'timer', TimerState>
  readonly alarm: ComponentDefinition<'alarm', AlarmState>
}

/** Who hears of what components do by themselves. */
export type SimComponentListener = {
  /** A running timer changed. */
  ticked(state: TimerState): void
  /** The moment of an alarm has passed: it would change to this, if somebody applies it. */
  elapsed(state: AlarmState): void
  /** An alarm was told how much is left. */
  remaining(state: AlarmState, nowMs: number, remainingMs: number | undefined): void
}

/** Texts that begin with this are refused by the schema. */
export const INVALID = '!'
/** Ticks of a timer are stored not more often than that. */
export const TIMER_THROTTLE_MS = 2_000
const TICK_MS = 1_000

/** Defines the components of one tab. */
export function createSimComponents(listener: SimComponentListener): SimComponents {
  const note = defineComponent<'note', NoteState>({
    type: 'note',
    version: 1,
    schema: schemaOf((state) => typeof state.text === 'string' && !state.text.startsWith(INVALID)),
    initial: {text: ''},
  })
  const timer = defineComponent<'timer', TimerState>({
    type: 'timer',
    version: 1,
    schema: schemaOf((state) => typeof state.seconds === 'number'),
    initial: {home: '', seconds: 0, isTicking: false},
    throttleMs: TIMER_THROTTLE_MS,
    immediateKeys: ['isTicking'],
    isRunning: ({isTicking}) => isTicking,
    run: ({get, set, every}) => {
      every(TICK_MS, () => {
        set({seconds: get().seconds + 1})
        listener.ticked(get())
      })
      return undefined
    },
  })
  const alarm = defineComponent<'alarm', AlarmState>({
    type: 'alarm',
    version: 1,
    schema: schemaOf((state) => typeof state.deadlineMs === 'number'),
    initial: {home: '', deadlineMs: 0, durationMs: 0, phase: 'off'},
    immediateKeys: ['deadlineMs', 'phase'],
    isRunning: ({phase}) => phase === 'on',
    run: ({get, now, remainingMs}) => {
      listener.remaining(get(), now(), remainingMs())
      return undefined
    },
    operation: {
      resume: 'deadline',
      deadlineMs: ({deadlineMs}) => deadlineMs,
      durationMs: ({durationMs}) => durationMs,
      label: ({home}) => home,
      elapsed: (state) => {
        listener.elapsed({...state, phase: 'rang'})
        return {phase: 'rang'}
      },
    },
  })
  return {note, timer, alarm}
}

function schemaOf<State>(isValid: (state: Record<string, unknown>) => boolean) {
  return {
    '~standard': {
      version: 1 as const,
      vendor: 'simulation',
      validate: (value: unknown) =>
        typeof value === 'object' && value !== null && isValid(value as Record<string, unknown>)
          ? {value: value as State}
          : {issues: [{message: 'refused'}]},
    },
  }
}
