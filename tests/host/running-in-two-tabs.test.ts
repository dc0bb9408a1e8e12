import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

/** Whether it waits and when it rings are two keys of its state. */
const alarm = defineComponent({
  type: 'alarm',
  version: 1,
  schema: v.object({at: v.number(), hasRung: v.boolean()}),
  initial: {at: 0, hasRung: false},
  isRunning: ({hasRung}) => !hasRung,
  run: () => undefined,
  operation: {resume: 'deadline', deadlineMs: ({at}) => at, elapsed: () => ({hasRung: true})},
})

const plainAlarm = defineComponent({
  type: 'plainAlarm',
  version: 1,
  schema: v.object({at: v.number(), hasRung: v.boolean()}),
  initial: {at: 0, hasRung: false},
  isRunning: ({hasRung}) => !hasRung,
  operation: {resume: 'deadline', deadlineMs: ({at}) => at, elapsed: () => ({hasRung: true})},
})

/** Its ring names the next moment, an hour later. */
const pulse = defineComponent({
  type: 'pulse',
  version: 1,
  schema: v.object({at: v.number()}),
  initial: {at: 0},
  isRunning: () => true,
  operation: {resume: 'deadline', deadlineMs: ({at}) => at, elapsed: ({at}) => ({at: at + 3_600_000})},
})

describe('a timer that stores what is left, open in two tabs', () => {
  test('ticks in the one that edits, and the other follows: no second is counted twice', async () => {
    const {first, second, seconds, time, log} = await startTwoTabs()
    expect([first.getStatus('a').editing, second.getStatus('a').editing]).toEqual(['here', 'elsewhere'])
    const commitsBefore = log.commits.length
    await time.advanceAsync(60_000)
    expect(seconds(first)).toBe(540)
    // What the other tab shows is what was stored last, at most a throttle and a save ago.
    expect(seconds(second)).toBeGreaterThanOrEqual(540)
    expect(seconds(second)).toBeLessThanOrEqual(544)
    expect(log.commits.length - commitsBefore).toBeLessThanOrEqual(60_000 / 2_000 + 1)
    expect([first.getStatus('a').save, second.getStatus('a').save]).not.toContain('conflict')
  })

  test('goes on in the other tab when the first one lets its workspace go, from where it stood', async () => {
    const {first, second, seconds, time} = await startTwoTabs()
    await time.advanceAsync(30_000)
    first.hide('a')
    await Promise.all([first.unload('a'), time.advanceAsync(500)])
    await time.advanceAsync(1_000)
    const before = seconds(second)
    expect(before).toBeGreaterThanOrEqual(568)
    expect(before).toBeLessThanOrEqual(570)
    second.workspace('a').component(timer, 't').set({isTicking: true})
    await time.advanceAsync(10_000)
    expect(seconds(second)).toBeLessThanOrEqual(before - 9)
    expect(seconds(second)).toBeGreaterThanOrEqual(before - 11)
  })

  test.each([
    ['with locks', true],
    ['without locks', false],
  ])(
    'stopped in the other tab stands still in both without a question, %s, and stays so after a reload',
    async (_, hasLocks) => {
      const {first, second, seconds, time, again, events} = await startTwoTabs({hasLocks})
      await time.advanceAsync(30_000)
      second.workspace('a').component(timer, 't').set({isTicking: false})
      await time.advanceAsync(5_000)
      const stood = seconds(second)
      expect(stood).toBeGreaterThanOrEqual(568)
      expect(stood).toBeLessThanOrEqual(571)
      expect(seconds(first)).toBe(stood)
      await time.advanceAsync(60_000)
      expect([seconds(first), seconds(second)]).toEqual([stood, stood])
      expect([first.getStatus('a').save, second.getStatus('a').save]).toEqual(['saved', 'saved'])
      expect(events.filter(({type}) => type === 'edit_dropped')).toEqual([])
      const third = await again()
      third.activate('a')
      await third.whenReady('a')
      await time.advanceAsync(10_000)
      expect(seconds(third)).toBe(stood)
    },
  )

  test('set to another time in both tabs at once is a question for a person', async () => {
    const {first, second, time} = await startTwoTabs({isConnected: false})
    first.workspace('a').component(timer, 't').set({seconds: 100, isTicking: false})
    second.workspace('a').component(timer, 't').set({seconds: 200, isTicking: false})
    await time.advanceAsync(5_000)
    expect([first.getStatus('a').save, second.getStatus('a').save].sort()).toEqual(['conflict', 'saved'])
  })
})

describe('an alarm that is set to another moment while it rings in another tab', () => {
  test.each([
    ['the ring is stored first', alarm, {at: 0, hasRung: false}, 'ring'],
    ['the new moment is stored first', alarm, {at: 0, hasRung: false}, 'moment'],
    ['its type has no work of its own', plainAlarm, {at: 0, hasRung: false}, 'ring'],
    ['its type has no work of its own, and the new moment is stored first', plainAlarm, {at: 0}, 'moment'],
    ['the ring names a next moment', pulse, {at: 0}, 'ring'],
    ['the ring names a next moment, and the new one is stored first', pulse, {at: 0}, 'moment'],
  ])('waits for the new one without a question, when %s', async (_, definition, initial, storedFirst) => {
    const {first, second, time, ringsAt, state, rung} = await startAlarm(definition, initial, storedFirst === 'ring')
    const newAt = ringsAt + 90_000
    const before = {...state(second)}
    await time.advanceAsync(ringsAt - time.now() - 1)
    second.workspace('a').component(definition, 'r').set({at: newAt})
    if (storedFirst === 'moment') {
      await finish(time, second.persist('a', 'explicit'))
    }
    await time.advanceAsync(5_000)
    const waiting = {...before, at: newAt}
    expect([state(first), state(second)]).toEqual([waiting, waiting])
    expect([first.getStatus('a').save, second.getStatus('a').save]).toEqual(['saved', 'saved'])
    expect(rung()).toBe(1)
    await time.advanceAsync(newAt - time.now() + 5_000)
    expect(rung()).toBe(2)
  })

  test('is a question when a person switched it off before its moment', async () => {
    const {first, second, time, ringsAt} = await startAlarm(alarm, {at: 0, hasRung: false}, false)
    await time.advanceAsync(10_000)
    first.workspace('a').component(alarm, 'r').set({hasRung: true})
    second
      .workspace('a')
      .component(alarm, 'r')
      .set({at: ringsAt + 90_000})
    await time.advanceAsync(5_000)
    expect([first.getStatus('a').save, second.getStatus('a').save].sort()).toEqual(['conflict', 'saved'])
  })
})

/** An alarm that rings in a minute, open in two tabs, which may hear each other. */
async function startAlarm(
  definition: typeof alarm | typeof plainAlarm | typeof pulse,
  initial: {readonly at: number; readonly hasRung?: boolean},
  isConnected: boolean,
) {
  const newBus = createFakeBuses()
  const ways = () => (isConnected ? {bus: newBus()} : {})
  const components = [note, timer, alarm, plainAlarm, pulse]
  const started = await startWithNote({components, ...ways()})
  const {keepspace: first, time, workspace, events} = started
  const ringsAt = time.now() + 60_000
  workspace.add(definition, {id: 'r', state: {...initial, at: ringsAt}})
  await time.advanceAsync(2_000)
  const second = await started.again(ways())
  second.activate('a')
  await second.whenReady('a')
  const state = (tab: typeof first) => tab.workspace('a').component(definition, 'r').getState()
  const rung = () => events.filter(({type}) => type === 'alarm_fired').length
  return {first, second, time, ringsAt, state, rung}
}

/** Ten minutes that run in the first of two tabs. */
async function startTwoTabs({hasLocks = true, isConnected = true} = {}) {
  const newBus = createFakeBuses()
  const newLocks = createFakeLocks()
  const ways = () => ({...(isConnected && {bus: newBus()}), ...(hasLocks && {locks: newLocks()})})
  const started = await startWithNote(ways())
  const {keepspace: first, time, workspace} = started
  workspace.add(timer, {id: 't', state: {seconds: 600, isTicking: true}})
  await time.advanceAsync(500)
  const second = await started.again(ways())
  second.activate('a')
  await second.whenReady('a')
  await time.advanceAsync(0)
  const seconds = (tab: typeof first) => tab.workspace('a').component(timer, 't').getState()?.seconds ?? Number.NaN
  return {...started, first, second, seconds}
}
