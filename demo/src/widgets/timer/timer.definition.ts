import {defineComponent} from 'keepspace'
import * as v from 'valibot'
import {passedMs} from './passed-ms.ts'

const status = v.picklist(['idle', 'ticking', 'done'])

/** A timer that counts only while its workspace is in memory: what it stores is the time that is left. */
export const timer = defineComponent({
  type: 'timer',
  version: 1,
  schema: v.object({label: v.string(), status, durationMs: v.number(), remainingMs: v.number()}),
  initial: {label: '', status: 'idle', durationMs: 600_000, remainingMs: 600_000},
  immediateKeys: ['status', 'durationMs'],
  throttleMs: 2000,
  operation: {
    name: 'Timer',
    resume: 'remaining',
    label: ({label}) => label,
    progress: ({remainingMs, durationMs}) => 1 - remainingMs / durationMs,
  },
  isRunning: (state) => state.status === 'ticking',
  run({get, set, now, every, ring}) {
    let last = now()
    every(250, () => {
      const remainingMs = Math.max(0, get().remainingMs - passedMs(last, now()))
      last = now()
      if (remainingMs > 0) {
        set({remainingMs})
      } else {
        ring()
        set({remainingMs, status: 'done'})
      }
    })
    return undefined
  },
})

/** A countdown to a moment: what it stores is that moment, so it goes on while the workspace or the app is closed. */
export const countdown = defineComponent({
  type: 'countdown',
  version: 1,
  schema: v.object({
    label: v.string(),
    status,
    durationMs: v.number(),
    /** What was left when it was paused. */
    pausedMs: v.number(),
    deadlineAt: v.nullable(v.number()),
    /** What is left now; unknown until the first tick after a load. */
    shownMs: v.nullable(v.number()),
  }),
  initial: {label: '', status: 'idle', durationMs: 1_500_000, pausedMs: 1_500_000, deadlineAt: null, shownMs: null},
  immediateKeys: ['status', 'durationMs', 'deadlineAt'],
  transientKeys: ['shownMs'],
  operation: {
    name: 'Countdown',
    resume: 'deadline',
    deadlineMs: ({deadlineAt}) => deadlineAt ?? undefined,
    durationMs: ({durationMs}) => durationMs,
    elapsed: () => ({status: 'done' as const, shownMs: 0, pausedMs: 0, deadlineAt: null}),
    label: ({label}) => label,
    progress: ({deadlineAt, durationMs}, nowMs) => (deadlineAt === null ? 0 : 1 - (deadlineAt - nowMs) / durationMs),
  },
  isRunning: (state) => state.status === 'ticking',
  run({set, every, remainingMs}) {
    const tick = () => set({shownMs: remainingMs() ?? 0}, {transient: true})
    tick()
    every(250, tick)
    return undefined
  },
})
