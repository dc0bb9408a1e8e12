import {defineComponent} from 'keepspace'
import * as v from 'valibot'

/** Rings at a time of day. What it stores is the next moment, so one that passed while away rings at the next opening. */
export const alarm = defineComponent({
  type: 'alarm',
  version: 1,
  schema: v.object({
    label: v.string(),
    /** `HH:MM`, local time. */
    time: v.string(),
    /** When it rings next, milliseconds since 1970; null while it is off. */
    nextAt: v.nullable(v.number()),
    isRinging: v.boolean(),
    /** Time left until it rings; unknown until the first tick after a load. */
    leftMs: v.nullable(v.number()),
  }),
  initial: {label: '', time: '07:30', nextAt: null, isRinging: false, leftMs: null},
  immediateKeys: ['time', 'nextAt', 'isRinging'],
  transientKeys: ['leftMs'],
  isRunning: (state) => state.nextAt !== null && !state.isRinging,
  run({get, set, now, every}) {
    const tick = () => {
      const leftMs = (get().nextAt ?? now()) - now()
      if (leftMs > 0) {
        set({leftMs}, {transient: true})
      } else {
        set({isRinging: true, leftMs: 0})
      }
    }
    tick()
    every(1000, tick)
    return undefined
  },
})
