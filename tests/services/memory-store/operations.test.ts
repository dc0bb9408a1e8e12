import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../../src/model/component-definition.ts'
import {note, timer} from '../../support/definitions.ts'
import {added, component, startLoadedStore} from '../../support/start-store.ts'

const a = component('a')

const countdown = defineComponent({
  type: 'countdown',
  version: 1,
  schema: v.looseObject({endsAt: v.nullable(v.number())}),
  initial: {endsAt: null},
  isRunning: ({endsAt}) => endsAt !== null,
  operation: {
    name: 'Countdown',
    resume: 'deadline',
    deadlineMs: ({endsAt}) => endsAt ?? undefined,
    elapsed: () => ({endsAt: null}),
    progress: ({endsAt}, nowMs) => 1 - ((endsAt ?? 0) - nowMs) / 1_000,
  },
})

function start(definition: typeof note | typeof timer | typeof countdown) {
  const started = startLoadedStore({definitions: [note, timer, countdown]})
  started.store.add(definition, added('a'))
  return started
}

describe('operations', () => {
  test('that an app starts count as running until they are stopped, with their progress in hundredths', () => {
    const {store, time} = start(note)
    const stopped: string[] = []
    store.startOperation(a, {name: 'upload', onStop: () => void stopped.push('upload')})
    store.reportProgress(a, 'upload', 0.123_4)
    expect({count: store.runningCount, operations: store.getOperations()}).toEqual({
      count: 1,
      operations: [
        {
          componentId: 'a',
          name: 'upload',
          resume: 'restart',
          isResumable: false,
          progress: 0.12,
          deadlineMs: undefined,
          startedAt: time.now(),
        },
      ],
    })
    store.stopOperation(a, 'upload')
    store.stopOperation(a, 'upload')
    expect({count: store.runningCount, operations: store.getOperations(), stopped}).toEqual({
      count: 0,
      operations: [],
      stopped: [],
    })
  })

  test('that an app starts are resumable only while what their type stores goes on by itself', () => {
    const kept = {name: 'upload', resume: 'deadline', deadlineMs: 5_000} as const
    const rules = (store: ReturnType<typeof start>['store']) =>
      store.getOperations().map(({name, resume, isResumable}) => [name, resume, isResumable])
    const plain = start(note)
    plain.store.startOperation(a, kept)
    expect(rules(plain.store)).toEqual([['upload', 'restart', false]])

    const {store, time} = start(countdown)
    store.startOperation(a, kept)
    expect(rules(store)).toEqual([['upload', 'restart', false]])
    store.set(a, {endsAt: time.now() + 750})
    expect(rules(store)).toEqual([
      ['Countdown', 'deadline', true],
      ['upload', 'deadline', true],
    ])
  })

  test.each([
    ['its component is deleted', (store: ReturnType<typeof start>['store']) => store.remove(a)],
    ['its workspace leaves memory', (store: ReturnType<typeof start>['store']) => store.close()],
    ['its entry is left', (store: ReturnType<typeof start>['store']) => store.stopOperations()],
  ])('hear that they end when %s', (_, end) => {
    const {store} = start(note)
    const stopped: string[] = []
    store.startOperation(a, {name: 'upload', onStop: () => void stopped.push('upload')})
    end(store)
    expect([stopped, store.getOperations()]).toEqual([['upload'], []])
  })

  test('of a component that is not there are refused', () => {
    const {store} = start(note)
    expect(() => store.startOperation(component('b'), {name: 'upload'})).toThrowError(
      expect.objectContaining({code: 'component.missing'}),
    )
  })

  test('that a type declares carry its rule, its deadline and how far they are', () => {
    const {store, time} = start(countdown)
    store.set(a, {endsAt: time.now() + 750})
    expect([store.getOperations(), store.nextDeadlineMs]).toEqual([
      [
        {
          componentId: 'a',
          name: 'Countdown',
          resume: 'deadline',
          isResumable: true,
          progress: 0.25,
          deadlineMs: time.now() + 750,
        },
      ],
      time.now() + 750,
    ])
  })

  test('elapse once, when their deadline has passed and not before', () => {
    const {store, time} = start(countdown)
    const deadlineMs = time.now() + 750
    store.set(a, {endsAt: deadlineMs})
    const due = [{componentId: 'a', type: 'countdown', deadlineMs, label: ''}]
    expect(store.due(deadlineMs - 1)).toEqual([])
    expect([store.due(deadlineMs), store.due(deadlineMs + 1)]).toEqual([due, due])
    store.elapse(a, deadlineMs)
    expect(store.due(deadlineMs + 1)).toEqual([])
    expect([store.getState(a), store.nextDeadlineMs]).toEqual([{endsAt: null}, undefined])
  })

  test('do not elapse for a moment that is not theirs any more', () => {
    const {store, time} = start(countdown)
    const deadlineMs = time.now() + 750
    store.set(a, {endsAt: deadlineMs})
    store.set(a, {endsAt: deadlineMs + 100})
    store.elapse(a, deadlineMs)
    expect(store.getState(a)).toEqual({endsAt: deadlineMs + 100})
  })

  test('the head carries the first deadline, and none once it is over', () => {
    const {store, time, save} = start(countdown)
    const deadlineMs = time.now() + 750
    store.set(a, {endsAt: deadlineMs})
    expect(save().head.nextDeadlineMs).toBe(deadlineMs)
    store.elapse(a, deadlineMs)
    expect(save().head.nextDeadlineMs).toBeUndefined()
  })

  test('stand still while the runs of the workspace do, also when an edit comes', async () => {
    const {store, time} = start(timer)
    store.set(a, {isTicking: true})
    store.suspendRuns()
    store.set(a, {seconds: 500})
    await time.advanceAsync(5_000)
    expect(store.getState(a)).toEqual({seconds: 500, isTicking: true})
    store.resumeRuns()
    await time.advanceAsync(2_000)
    expect(store.getState(a)).toEqual({seconds: 498, isTicking: true})
  })
})
