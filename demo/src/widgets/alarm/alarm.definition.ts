import {defineComponent} from 'keepspace'
import * as v from 'valibot'

/** Rings at a time of day, in whatever workspace it is. What it stores is the next moment; the ring itself is kept apart. */
export const alarm = defineComponent({
  type: 'alarm',
  version: 1,
  schema: v.object({
    label: v.string(),
    /** `HH:MM`, local time. */
    time: v.string(),
    /** When it rings next, milliseconds since 1970; null while it is off. */
    nextAt: v.nullable(v.number()),
    /** Time left until it rings; unknown until the first tick after a load. */
    leftMs: v.nullable(v.number()),
  }),
  initial: {label: '', time: '07:30', nextAt: null, leftMs: null},
  immediateKeys: ['time', 'nextAt'],
  transientKeys: ['leftMs'],
  operation: {
    name: 'Alarm',
    resume: 'deadline',
    deadlineMs: ({nextAt}) => nextAt ?? undefined,
    elapsed: () => ({nextAt: null, leftMs: null}),
    label: ({label}) => label || 'Alarm',
  },
  isRunning: (state) => state.nextAt !== null,
  run({set, every, remainingMs}) {
    const tick = () => set({leftMs: remainingMs() ?? null}, {transient: true})
    tick()
    every(1000, tick)
    return undefined
  },
})
