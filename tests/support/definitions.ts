import * as v from 'valibot'
import {defineComponent} from '../../src/model/component-definition.ts'

export const note = defineComponent({
  type: 'note',
  version: 1,
  schema: v.looseObject({text: v.string()}),
  initial: {text: ''},
})

/** Stores how many seconds are left; ticks while its workspace is hot. */
export const timer = defineComponent({
  type: 'timer',
  version: 1,
  schema: v.looseObject({seconds: v.number(), isTicking: v.boolean()}),
  initial: {seconds: 600, isTicking: false},
  throttleMs: 2_000,
  immediateKeys: ['isTicking'],
  operation: {resume: 'remaining'},
  isRunning: ({isTicking, seconds}) => isTicking && seconds > 0,
  run: ({get, set, every}) => {
    every(1_000, () => set({seconds: get().seconds - 1}))
    return undefined
  },
})
