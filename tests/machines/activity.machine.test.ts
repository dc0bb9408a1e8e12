import {afterEach, describe, expect, test} from 'vitest'
import {createActor} from 'xstate'
import {type ActivityEvent, activityMachine} from '../../src/machines/activity/activity.machine.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'

const coverage = watchCoverage(activityMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('the window', () => {
  test('begins as the page is', () => {
    const first = (isVisible: boolean, isFocused: boolean) => start({isVisible, isFocused}).value()
    expect([first(true, true), first(true, false), first(false, true), first(false, false)]).toEqual([
      'active',
      'visible',
      'hidden',
      'hidden',
    ])
  })

  test('is active while it has the keyboard, visible while another window has it', () => {
    const {through} = start()
    expect(through('blurred', 'blurred', 'focused', 'focused', 'shown')).toEqual([
      'visible',
      'visible',
      'active',
      'active',
      'active',
    ])
  })

  test('comes back active or visible, in whichever order the browser says so', () => {
    const {through} = start()
    expect(through('blurred', 'hidden', 'shown', 'focused')).toEqual(['visible', 'hidden', 'visible', 'active'])
    expect(through('blurred', 'hidden', 'focused', 'shown')).toEqual(['visible', 'hidden', 'hidden', 'active'])
    expect(through('hidden', 'blurred', 'shown')).toEqual(['hidden', 'hidden', 'visible'])
  })

  test('that is frozen is hidden after it was resumed, and also comes back without that word', () => {
    const {through} = start()
    expect(through('hidden', 'hidden', 'frozen', 'frozen', 'hidden', 'resumed', 'resumed', 'shown')).toEqual([
      'hidden',
      'hidden',
      'frozen',
      'frozen',
      'frozen',
      'hidden',
      'hidden',
      'active',
    ])
    expect(through('frozen', 'shown')).toEqual(['frozen', 'active'])
  })

  test('remembers since when', () => {
    const {through, since} = start()
    through('blurred', 'blurred')
    expect(since()).toBe(101)
    through('hidden')
    expect(since()).toBe(103)
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

type Word = ActivityEvent['type'] extends `page.${infer Rest}` ? Rest : never

/** Each event comes a millisecond after the one before; the first at 101. */
function start(page = {isVisible: true, isFocused: true}) {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const actor = createActor(activityMachine, {
    input: {...page, atMs: 100},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  actor.start()
  let atMs = 100
  const value = () => actor.getSnapshot().value
  return {
    value,
    since: () => actor.getSnapshot().context.sinceMs,
    through: (...words: readonly Word[]) =>
      words.map((word) => {
        atMs += 1
        actor.send({type: `page.${word}`, atMs})
        return value()
      }),
  }
}
