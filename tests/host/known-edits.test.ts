import {expect, test} from 'vitest'
import type {InspectionEvent} from 'xstate'
import {note} from '../support/definitions.ts'
import {startWithNote} from '../support/start-keepspace.ts'

test('edits a moment apart are told to the chart once, and saved together', async () => {
  const {told, inspect} = countTold()
  const {time, component, log} = await startWithNote({inspect})
  await time.advanceAsync(100)
  const before = [told.count, log.commits.length]

  for (let index = 0; index < 5; index++) {
    component.set({text: `typed ${index}`})
    await time.advanceAsync(5)
  }
  expect(told.count - (before[0] ?? 0)).toBe(1)
  await time.advanceAsync(400)
  expect(log.commits.slice(before[1]).map(({groups}) => JSON.stringify(groups).includes('typed 4'))).toEqual([true])
})

test('somebody who goes on typing is heard of again and again: the save waits for a quiet moment', async () => {
  const {keepspace, time, component, log} = await startWithNote()
  await time.advanceAsync(100)
  const before = log.commits.length

  for (let index = 0; index < 12; index++) {
    component.set({text: `typed ${index}`})
    await time.advanceAsync(40)
  }
  expect(log.commits.length).toBe(before)
  await time.advanceAsync(300)
  expect(keepspace.getStatus('a').save).toBe('saved')
})

test('an edit that comes a moment after the one that is being saved is told, and saved next', async () => {
  const {keepspace, time, component, faults, again} = await startWithNote()
  await time.advanceAsync(100)
  const held = faults.delay('commit')
  component.set({text: 'first'})
  await time.settle()
  void keepspace.persist('a', 'explicit')
  await held.reached
  component.set({text: 'second'})
  await time.settle()
  held.release()
  await time.advanceAsync(500)

  expect(keepspace.getStatus('a').save).toBe('saved')
  const second = await again()
  await second.whenReady('a')
  expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'second'})
})

function countTold() {
  const told = {count: 0}
  const inspect = (event: InspectionEvent) => {
    if (event.type === '@xstate.event' && event.event.type === 'edit.recorded' && 'id' in event.actorRef) {
      told.count += event.actorRef.id === 'keepspace.ws.a' ? 1 : 0
    }
  }
  return {told, inspect}
}
