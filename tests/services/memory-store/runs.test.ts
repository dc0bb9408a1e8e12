import * as v from 'valibot'
import {describe, expect, test, vi} from 'vitest'
import {defineComponent, type RunContext} from '../../../src/model/component-definition.ts'
import {note, timer} from '../../support/definitions.ts'
import {catchHostErrors} from '../../support/host-errors.ts'
import {added, component, startLoadedStore, startStore, storedState} from '../../support/start-store.ts'

const a = component('a')

type Job = {readonly isOn: boolean; readonly count: number}

describe('running work', () => {
  test('goes on while its state says so, with nothing showing it', async () => {
    const {store, time} = startWithTimer()
    await time.advanceAsync(5_000)
    expect(store.getState(a)).toEqual({seconds: 600, isTicking: false})
    store.set(a, {isTicking: true})
    expect({isRunning: store.getInfo(a)?.isRunning, runningCount: store.runningCount}).toEqual({
      isRunning: true,
      runningCount: 1,
    })
    await time.advanceAsync(5_000)
    expect(store.getState(a)).toEqual({seconds: 595, isTicking: true})
    store.set(a, {isTicking: false})
    await time.advanceAsync(5_000)
    expect({state: store.getState(a), isRunning: store.getInfo(a)?.isRunning, timers: time.pending()}).toEqual({
      state: {seconds: 595, isTicking: false},
      isRunning: false,
      timers: [],
    })
  })

  test('ends by itself when its own change says so', async () => {
    const {store, time} = startWithTimer()
    store.set(a, {isTicking: true, seconds: 2})
    await time.advanceAsync(10_000)
    expect({state: store.getState(a), runningCount: store.runningCount}).toEqual({
      state: {seconds: 0, isTicking: true},
      runningCount: 0,
    })
  })

  test('begins with the load, and not in a workspace that may only be read', async () => {
    const stored = new Map<string, unknown>([storedState('a', {seconds: 9, isTicking: true}, {type: 'timer'})])
    const readOnly = startStore({stored})
    readOnly.load(true)
    await readOnly.time.advanceAsync(2_000)
    expect(readOnly.store.getState(a)).toEqual({seconds: 9, isTicking: true})
    const {store, time} = startLoadedStore({stored})
    await time.advanceAsync(2_000)
    expect({state: store.getState(a), runningCount: store.runningCount}).toEqual({
      state: {seconds: 7, isTicking: true},
      runningCount: 1,
    })
  })

  test.each([
    ['is deleted', (started: ReturnType<typeof startWithTimer>) => started.store.remove(a)],
    ['leaves memory with its workspace', (started: ReturnType<typeof startWithTimer>) => started.store.close()],
    ['is replaced by a load', (started: ReturnType<typeof startWithTimer>) => started.load()],
  ])('ends when its component %s', async (_, end) => {
    const started = startWithTimer()
    const {store, time, save} = started
    save()
    store.set(a, {isTicking: true})
    end(started)
    const {version} = store
    await time.advanceAsync(5_000)
    expect({version: store.version, timers: time.pending()}).toEqual({version, timers: []})
  })

  test('goes on when a deletion is taken back', async () => {
    const {store, time} = startWithTimer()
    store.set(a, {isTicking: true})
    store.remove(a)
    await time.advanceAsync(5_000)
    store.undelete(a)
    await time.advanceAsync(5_000)
    expect(store.getState(a)).toEqual({seconds: 595, isTicking: true})
  })

  test('is told to stop once, and cannot change anything afterwards', () => {
    const contexts: RunContext<Job>[] = []
    const stop = vi.fn()
    const {store} = startWithJob((context) => {
      contexts.push(context)
      return stop
    })
    store.set(a, {isOn: true})
    store.set(a, {count: 1})
    store.set(a, {isOn: false})
    contexts[0]?.set({count: 9})
    expect({starts: contexts.length, stops: stop.mock.calls.length, state: store.getState(a)}).toEqual({
      starts: 1,
      stops: 1,
      state: {isOn: false, count: 1},
    })
  })

  test('that ends itself while it begins is stopped too', () => {
    const stop = vi.fn()
    const {store} = startWithJob((context) => {
      context.set({isOn: false})
      return stop
    })
    store.set(a, {isOn: true})
    expect({state: store.getState(a), stops: stop.mock.calls.length, isRunning: store.getInfo(a)?.isRunning}).toEqual({
      state: {isOn: false, count: 0},
      stops: 1,
      isRunning: false,
    })
  })

  test('knows the time and the newest state, and may change it for views alone', () => {
    const seen: unknown[] = []
    const {store, save} = startWithJob((context) => {
      seen.push(context.now(), context.get())
      context.set({count: 5}, {transient: true})
      return undefined
    })
    store.set(a, {isOn: true})
    save()
    store.set(a, {isOn: false})
    expect(seen).toEqual([1_000, {isOn: true, count: 0}])
    expect(store.getState(a)).toEqual({isOn: false, count: 5})
  })

  test('of a type without any is only shown', () => {
    const {store, time} = startWithJob(undefined)
    store.set(a, {isOn: true})
    expect({isRunning: store.getInfo(a)?.isRunning, timers: time.pending()}).toEqual({isRunning: true, timers: []})
  })
})

describe('code of the app that throws', () => {
  test.each([
    ['as work begins', 'run'],
    ['as work is asked for', 'isRunning'],
    ['as work ends', 'stop'],
  ] as const)('%s neither loses the edit nor stops a load, and reaches the host', (_, place) => {
    const fault = new Error(`a bug in ${place}`)
    const reported = catchHostErrors()
    const throwFault = () => {
      throw fault
    }
    const started = startWithJob(
      () => (place === 'run' ? throwFault() : place === 'stop' ? throwFault : undefined),
      place === 'isRunning' ? throwFault : undefined,
    )
    started.store.set(a, {isOn: true})
    started.store.set(a, {isOn: false, count: 7})
    started.save()
    started.load()
    expect(started.store.getState(a)).toEqual({isOn: false, count: 7})
    expect(new Set(reported)).toEqual(new Set([fault]))
  })
})

function startWithTimer() {
  const started = startLoadedStore()
  started.store.add(timer as never, added('a'))
  return started
}

function startWithJob(
  run: ((context: RunContext<Job>) => (() => void) | undefined) | undefined,
  isRunning: (state: Job) => boolean = ({isOn}) => isOn,
) {
  const job = defineComponent({
    type: 'job',
    version: 1,
    schema: v.looseObject({isOn: v.boolean(), count: v.number()}),
    initial: {isOn: false, count: 0},
    isRunning,
    ...(run && {run}),
  })
  const started = startLoadedStore({definitions: [job, note] as never})
  started.store.add(job as never, added('a'))
  started.save()
  return started
}
