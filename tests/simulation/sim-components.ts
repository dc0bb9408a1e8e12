import {type ComponentDefinition, defineComponent} from '../../src/model/component-definition.ts'

export type NoteState = {readonly text: string}
/** `home` tells the running work which component it belongs to. */
export type TimerState = {readonly home: string; readonly seconds: number; readonly isTicking: boolean}

/** Component types of one tab. */
export type SimComponents = {
  readonly note: ComponentDefinition<'note', NoteState>
  readonly timer: ComponentDefinition<'timer', TimerState>
}

/** Texts that begin with this are refused by the schema. */
export const INVALID = '!'
/** Ticks of a timer are stored not more often than that. */
export const TIMER_THROTTLE_MS = 2_000
const TICK_MS = 1_000

/** Defines the components of one tab; `ticked` hears of every change that a running timer made by itself. */
export function createSimComponents(ticked: (state: TimerState) => void): SimComponents {
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
        ticked(get())
      })
      return undefined
    },
  })
  return {note, timer}
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
