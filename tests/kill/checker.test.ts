import {expect, test} from 'vitest'
import {createChecker} from './checker.ts'
import {contentOf, counterBefore} from './content.ts'

const first = counterBefore(1) + 1
const second = counterBefore(1) + 2

test('what comes back as acknowledged, or newer, is no loss', () => {
  const {checker, found} = startChecker({tiny: first, small: first})

  found({tiny: contentOf('north', 'tiny', first), small: contentOf('north', 'small', second)})

  expect(checker.tally()).toEqual({acknowledged: 1, lost: 0, wipes: 0, wipesReported: 0})
  expect(checker.faults()).toEqual([])
})

test('a component that is older, missing, unreadable, torn or made by nobody is lost', () => {
  const {checker, found} = startChecker({tiny: second, small: second, middle: second, large: second})
  const torn = {...contentOf('north', 'middle', second), text: contentOf('north', 'middle', first).text}
  const fromTheFuture = contentOf('north', 'added', counterBefore(2) + 1)

  found({tiny: contentOf('north', 'tiny', first), middle: torn, large: null, added: fromTheFuture})

  expect(checker.tally()).toEqual({acknowledged: 1, lost: 5, wipes: 0, wipesReported: 0})
  expect(checker.faults()).toEqual([
    'session 2: north/tiny is at 1000001, event promised 1000002',
    'session 2: north/small is missing, event promised 1000002',
    'session 2: north/middle is torn at 1000002, event promised 1000002',
    'session 2: north/large cannot be read, event promised 1000002',
    'session 2: north/added is at 2000001, which nobody made, nothing was promised',
  ])
})

test('what was shown after a start must come back after the next one, acknowledged or not', () => {
  const {checker, found} = startChecker({tiny: first})

  found({tiny: contentOf('north', 'tiny', second)})
  found({tiny: contentOf('north', 'tiny', first)}, {session: 3})

  expect(checker.faults()).toEqual(['session 3: north/tiny is at 1000001, start promised 1000002'])
})

test('an emptied storage is a wipe and no loss besides, and is counted as reported only if the product told of storage', () => {
  const silent = startChecker({tiny: first})
  const unrelated = startChecker({tiny: first})
  const told = startChecker({tiny: first})

  silent.found({})
  unrelated.found({}, {said: ['value.invalid']})
  told.found({}, {said: ['storage.lost']})

  expect(silent.checker.tally()).toEqual({acknowledged: 1, lost: 0, wipes: 1, wipesReported: 0})
  expect(unrelated.checker.tally()).toEqual({acknowledged: 1, lost: 0, wipes: 1, wipesReported: 0})
  expect(told.checker.tally()).toEqual({acknowledged: 1, lost: 0, wipes: 1, wipesReported: 1})
})

test('a workspace that cannot be opened is lost as long as it cannot, and no wipe; what was promised of it still holds', () => {
  const {checker, found} = startChecker({tiny: second})
  const workspaces = [{workspace: 'north', states: {}, refusal: 'load.failed'}]

  checker.found({session: 2, workspaces, said: ['load.failed']})
  found({tiny: contentOf('north', 'tiny', first)}, {session: 3})

  expect(checker.tally()).toEqual({acknowledged: 1, lost: 2, wipes: 0, wipesReported: 0})
  expect(checker.faults()).toEqual([
    'session 2: north/tiny cannot be opened, load.failed, the product told of load.failed',
    'session 3: north/tiny is at 1000001, event promised 1000002',
  ])
})

test('an acknowledgement that carries nothing new is not counted, and never lowers what must come back', () => {
  const {checker, found} = startChecker({tiny: second})

  checker.acknowledged({session: 1, workspace: 'north', by: 'status', counters: {tiny: first}})
  found({tiny: contentOf('north', 'tiny', first)})

  expect(checker.tally()).toEqual({acknowledged: 1, lost: 1, wipes: 0, wipesReported: 0})
})

/** A checker that has heard one acknowledgement of the workspace `north` in session 1. */
function startChecker(counters: Readonly<Record<string, number>>) {
  const checker = createChecker()
  checker.acknowledged({session: 1, workspace: 'north', by: 'event', counters})
  const found = (states: Readonly<Record<string, unknown>>, {session = 2, said = [] as string[]} = {}) =>
    checker.found({session, workspaces: [{workspace: 'north', states}], said})
  return {checker, found}
}
