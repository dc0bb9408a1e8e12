import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import {note, timer} from '../support/definitions.ts'
import {startWithNote} from '../support/start-keepspace.ts'

const HOUR_MS = 3_600_000
const START_MS = 1_000_000
const DURATION_MS = 600_000

/** Counts down to a stored moment; what is left of it is only shown. */
const countdown = defineComponent({
  type: 'countdown',
  version: 1,
  schema: v.looseObject({endsAt: v.nullable(v.number()), leftMs: v.nullable(v.number())}),
  initial: {endsAt: null, leftMs: null},
  transientKeys: ['leftMs'],
  isRunning: ({endsAt}) => endsAt !== null,
  operation: {
    resume: 'deadline',
    deadlineMs: ({endsAt}) => endsAt ?? undefined,
    durationMs: () => DURATION_MS,
    elapsed: () => ({endsAt: null}),
  },
  run: ({set, every, remainingMs}) => {
    every(1_000, () => set({leftMs: remainingMs() ?? null}, {transient: true}))
    return undefined
  },
})

describe('a clock that jumps', () => {
  test.each([
    ['forward over a night, in which the device slept', 9 * HOUR_MS],
    ['back, because somebody set it', -9 * HOUR_MS],
  ])('%s leaves protected what a person saw just before', async (_, jumpMs) => {
    const {keepspace, time, jump} = await startSeen()
    await time.advanceAsync(5 * 60_000)
    jump(jumpMs)
    keepspace.freeMemory({strength: 'suggested'})
    await time.advanceAsync(100)
    expect(keepspace.getStatus('b').phase).toBe('hot')
    expect(keepspace.explain('b').standing).toMatchObject({protections: ['recentlySeen']})
  })

  test('does not stand in for time awake: after eleven minutes of it what was seen before may go', async () => {
    const {keepspace, time} = await startSeen()
    await time.advanceAsync(11 * 60_000)
    keepspace.freeMemory({strength: 'suggested'})
    await time.advanceAsync(100)
    expect(keepspace.getStatus('b').phase).toBe('cold')
  })

  test('keeps the order in which workspaces were seen', async () => {
    const {keepspace, time, jump} = await startJumping({flags: {smartEviction: false}, cap: 3})
    for (const [id, before] of [
      ['b', 'a'],
      ['c', 'b'],
    ] as const) {
      keepspace.activate(id)
      keepspace.hide(before)
      await time.advanceAsync(1_000)
      jump(-HOUR_MS)
    }
    keepspace.activate('d')
    keepspace.hide('c')
    await time.advanceAsync(1_000)
    expect(keepspace.getStatus('a').phase).toBe('cold')
    expect([...keepspace.getSnapshot().hot].sort()).toEqual(['b', 'c', 'd'])
  })

  test('shows of a deadline never less than nothing and never more than the whole', async () => {
    const {keepspace, time, jump, fired} = await startJumping()
    const component = keepspace.workspace('a').component(countdown, 'c')
    const left = () => component.getState()?.leftMs
    await time.advanceAsync(2_000)
    expect(left()).toBeLessThanOrEqual(DURATION_MS - 2_000)
    expect(left()).toBeGreaterThanOrEqual(DURATION_MS - 4_000)
    jump(-HOUR_MS)
    await time.advanceAsync(1_000)
    expect(left()).toBe(DURATION_MS)
    expect(fired()).toBe(0)
    jump(2 * HOUR_MS)
    await time.advanceAsync(20_000)
    expect([left(), component.getState()?.endsAt, fired()]).toEqual([expect.toSatisfy(isNoTime), null, 1])
    jump(-HOUR_MS)
    await time.advanceAsync(HOUR_MS)
    expect(fired()).toBe(1)
  })

  test('over the deadline of a workspace on disk rings once', async () => {
    const {keepspace, time, jump, fired} = await startJumping()
    await Promise.all([keepspace.unload('a'), time.advanceAsync(500)])
    jump(HOUR_MS)
    await time.advanceAsync(20_000)
    expect(fired()).toBe(1)
    jump(-HOUR_MS)
    await time.advanceAsync(HOUR_MS)
    expect([keepspace.getStatus('a').phase, fired()]).toEqual(['cold', 1])
  })

  test('takes nothing from a timer that stores what is left', async () => {
    const {keepspace, time, jump} = await startJumping()
    keepspace.workspace('a').add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
    await time.advanceAsync(60_000)
    jump(9 * HOUR_MS)
    await time.advanceAsync(1_000)
    expect(keepspace.workspace('a').component(timer, 't').getState()?.seconds).toBe(539)
  })
})

/** {@link startJumping}, with `b` seen just before `c`. */
async function startSeen() {
  const started = await startJumping()
  const {keepspace, time} = started
  for (const [id, before] of [
    ['b', 'a'],
    ['c', 'b'],
  ] as const) {
    keepspace.activate(id)
    keepspace.hide(before)
    await time.advanceAsync(100)
  }
  return started
}

const isNoTime = (left: number | null) => left === null || left === 0

/** Workspace `a` with a countdown of ten minutes, and a clock whose hand can be moved while no timer runs. */
async function startJumping(options: Parameters<typeof startWithNote>[0] = {}) {
  let offsetMs = 0
  const started = await startWithNote(
    {
      components: [note, timer, countdown],
      ...options,
      wrapTime: (inner) => ({...inner, now: () => inner.now() + offsetMs}),
    },
    ['a', 'b', 'c', 'd'],
  )
  const {keepspace, time, events} = started
  keepspace.workspace('a').add(countdown, {id: 'c', state: {endsAt: START_MS + DURATION_MS}})
  await time.advanceAsync(950)
  return {
    ...started,
    fired: () => events.filter(({type}) => type === 'alarm_fired').length,
    jump: (ms: number) => {
      offsetMs += ms
    },
  }
}
