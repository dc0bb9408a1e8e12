import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {remainingUntil} from '../../src/model/operations.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakeBuses, createFakePage} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

/** Counts down to a stored moment, and says itself what is left. */
const countdown = defineComponent({
  type: 'countdown',
  version: 1,
  schema: v.looseObject({label: v.string(), endsAt: v.nullable(v.number()), leftMs: v.nullable(v.number())}),
  initial: {label: '', endsAt: null, leftMs: null},
  immediateKeys: ['endsAt'],
  transientKeys: ['leftMs'],
  isRunning: ({endsAt}) => endsAt !== null,
  run: ({set, every, remainingMs}) => {
    every(1_000, () => set({leftMs: remainingMs() ?? null}, {transient: true}))
    return undefined
  },
  operation: {
    resume: 'deadline',
    deadlineMs: ({endsAt}) => endsAt ?? undefined,
    durationMs: () => 60_000,
    label: ({label}) => label,
    elapsed: () => ({endsAt: null}),
  },
})

const bell = defineComponent({
  type: 'bell',
  version: 1,
  schema: v.looseObject({isOn: v.boolean()}),
  initial: {isOn: false},
  isRunning: ({isOn}) => isOn,
  operation: {resume: 'remaining'},
  run: ({every, ring, set}) => {
    every(5_000, () => {
      ring()
      set({isOn: false})
    })
    return undefined
  },
})

const START_MS = 1_000_000

/** Workspace `a` with a countdown that ends a minute after the start. */
async function startCountdown(options: Parameters<typeof startWithNote>[0] = {}, endsAt = START_MS + 60_000) {
  const started = await startWithNote({components: [note, timer, countdown, bell], ...options}, ['a', 'b'])
  const {keepspace, time} = started
  keepspace.workspace('a').add(countdown, {id: 'c', state: {label: 'Tea', endsAt}})
  await time.advanceAsync(1_000)
  const fired = () => started.events.filter(({type}) => type === 'alarm_fired')
  const state = (from = keepspace) => from.workspace('a').component(countdown, 'c').getState()
  return {...started, fired, state}
}

const tea = {workspaceId: 'a', componentId: 'c', type: 'countdown', label: 'Tea', deadlineMs: START_MS + 60_000}

describe('an alarm', () => {
  test('rings at its moment in a hidden workspace in memory, once, and changes what the deadline changes', async () => {
    const {keepspace, time, fired, state} = await startCountdown()
    keepspace.hide('a')
    expect(keepspace.getStatus('a').operations).toEqual([
      {
        componentId: 'c',
        name: 'countdown',
        resume: 'deadline',
        isResumable: true,
        progress: undefined,
        deadlineMs: START_MS + 60_000,
      },
    ])
    await time.advanceAsync(58_000)
    expect([keepspace.alarms.list(), fired()]).toEqual([[], []])
    await time.advanceAsync(120_000)
    expect(keepspace.alarms.list()).toEqual([{...tea, firedAt: START_MS + 60_000}])
    expect(fired()).toEqual([{type: 'alarm_fired', workspaceId: 'a', componentId: 'c', lateMs: 0}])
    expect(state()).toMatchObject({endsAt: null})
    expect(keepspace.getStatus('a').operations).toEqual([])
  })

  test('rings in a cold workspace without bringing it into memory, is there after a reload until it is dismissed', async () => {
    const {keepspace, time, fired, again, state} = await startCountdown()
    await finish(time, keepspace.unload('a'))
    expect(keepspace.catalogue.getSnapshot().workspaces[0]?.nextDeadlineMs).toBe(START_MS + 60_000)
    await time.advanceAsync(120_000)
    expect([keepspace.getStatus('a').phase, fired()]).toMatchObject(['cold', [{lateMs: 0}]])

    const second = await again()
    await time.advanceAsync(60_000)
    expect(second.alarms.list()).toEqual([{...tea, firedAt: START_MS + 60_000}])
    expect(fired()).toHaveLength(1)
    second.open('a')
    await second.whenReady('a')
    await time.advanceAsync(1_000)
    expect([state(second), fired().length]).toMatchObject([{endsAt: null}, 1])
    const [alarm] = second.alarms.list()
    await finish(time, second.alarms.dismiss(alarm ?? ('' as never)))
    expect(second.alarms.list()).toEqual([])
    const third = await again()
    await time.advanceAsync(60_000)
    expect([third.alarms.list(), fired().length]).toEqual([[], 1])
  })

  test('that nobody was there to ring rings once at the next start, late', async () => {
    const {keepspace, time, fired, again} = await startCountdown()
    await finish(time, keepspace.dispose())
    await time.advanceAsync(3_600_000)
    expect(fired()).toEqual([])
    const second = await again()
    await time.advanceAsync(100)
    expect(second.alarms.list()).toMatchObject([{label: 'Tea'}])
    expect(fired()).toMatchObject([{lateMs: expect.closeTo(3_543_000, -4)}])
    await time.advanceAsync(60_000)
    expect(fired()).toHaveLength(1)
  })

  test('is claimed by one of two tabs, shown in both, and dismissed in both', async () => {
    const newBus = createFakeBuses()
    const {keepspace, time, fired, again} = await startCountdown({bus: newBus()})
    await finish(time, keepspace.unload('a'))
    const second = await again({bus: newBus()})
    await time.advanceAsync(120_000)
    expect(fired()).toHaveLength(1)
    expect([keepspace.alarms.list(), second.alarms.list()]).toMatchObject([[{label: 'Tea'}], [{label: 'Tea'}]])
    const [alarm] = second.alarms.list()
    await finish(time, second.alarms.dismiss(alarm ?? ('' as never)))
    await time.advanceAsync(100)
    expect([keepspace.alarms.list(), second.alarms.list()]).toEqual([[], []])
  })

  test('of a trashed workspace is silent, and rings once it is restored', async () => {
    const {keepspace, time, fired, workspace} = await startCountdown()
    await finish(time, keepspace.catalogue.deleteWorkspace(workspace.id))
    await time.advanceAsync(120_000)
    expect(fired()).toEqual([])
    await finish(time, keepspace.catalogue.restoreWorkspace(workspace.id))
    await time.advanceAsync(100)
    expect(fired()).toHaveLength(1)
  })

  test('rings although storage is failing, and is claimed when it works again', async () => {
    const {keepspace, time, fired, faults, again} = await startCountdown()
    await finish(time, keepspace.unload('a'))
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    await time.advanceAsync(120_000)
    expect([keepspace.alarms.list().length, fired().length]).toEqual([1, 1])
    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(60_000)
    const second = await again()
    await time.advanceAsync(60_000)
    expect([second.alarms.list().length, fired().length]).toEqual([1, 1])
  })

  test('changes nothing stored before it is claimed: a page that ends in between leaves it to the next one', async () => {
    const {keepspace, time, faults, again, state} = await startCountdown()
    await time.advanceAsync(58_000)
    faults.fail('commit', new KeepspaceError('storage.unavailable'))
    await time.advanceAsync(3_000)
    expect(keepspace.alarms.list()).toHaveLength(1)
    expect(state()).toMatchObject({endsAt: START_MS + 60_000})

    const second = await again()
    await time.advanceAsync(100)
    expect(second.alarms.list()).toMatchObject([{label: 'Tea'}])
    await time.advanceAsync(20_000)
    expect(state()).toMatchObject({endsAt: null})
  })

  test('that could not be dismissed for good is still claimed later', async () => {
    const {keepspace, time, fired, faults, again} = await startCountdown()
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    await time.advanceAsync(60_000)
    const [alarm] = keepspace.alarms.list()
    await expect(finish(time, keepspace.alarms.dismiss(alarm ?? ('' as never)))).rejects.toMatchObject({
      code: 'storage.quota',
    })
    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(60_000)
    const second = await again()
    await time.advanceAsync(100)
    expect([second.alarms.list().length, fired().length]).toEqual([1, 1])
  })

  test('is silent while everything ends, and rings when that is cancelled', async () => {
    const {keepspace, time, fired, faults} = await startCountdown()
    keepspace.workspace('a').add(note, {id: 'n2'})
    const held = faults.hang('commit')
    const closing = keepspace.shutdown({timeoutMs: 70_000})
    await time.advanceAsync(61_000)
    expect(fired()).toEqual([])
    keepspace.cancelShutdown()
    held.release()
    await finish(time, closing)
    await time.advanceAsync(10_000)
    expect(fired()).toHaveLength(1)
  })

  test('that only the last words of a page know of rings on the next one, which has not opened its workspace', async () => {
    const page = createFakePage()
    const target = memoryStorage({isPersistent: true})
    const options = {target, lifecycle: page.lifecycle}
    const {time, faults, again, keepspace} = await startCountdown(options, START_MS + 900_000)
    faults.fail('commit', new KeepspaceError('storage.unavailable', 'the page is gone'), Number.POSITIVE_INFINITY)
    const handle = keepspace.workspace('a').component(countdown, 'c')
    handle.set({endsAt: START_MS + 60_000})
    page.emit('leaving')
    await time.settle()
    // What is left of the first page rings for nothing.
    handle.set({endsAt: START_MS + 900_000})
    const second = await again({storage: target, lifecycle: createFakePage().lifecycle})
    await time.advanceAsync(61_000)
    expect(second.getStatus('a').phase).toBe('cold')
    expect(second.alarms.list()).toMatchObject([{deadlineMs: START_MS + 60_000}])
  })

  test('rings in a workspace that could not be loaded', async () => {
    const {keepspace, time, fired, faults} = await startCountdown()
    await finish(time, keepspace.unload('a'))
    faults.fail('read', new KeepspaceError('storage.unavailable'))
    keepspace.open('a')
    await time.advanceAsync(100)
    expect(keepspace.getStatus('a').phase).toBe('loadFailed')
    await time.advanceAsync(60_000)
    expect(fired()).toHaveLength(1)
  })

  test('that a component rings by itself is shown too', async () => {
    const {keepspace, time, fired} = await startCountdown()
    keepspace.workspace('a').add(bell, {id: 'd', state: {isOn: true}})
    await time.advanceAsync(20_000)
    expect(fired()).toMatchObject([{componentId: 'd'}])
    expect(keepspace.alarms.list()).toMatchObject([{componentId: 'd', type: 'bell', label: ''}])
  })

  test('of a component that was removed, or set to another moment, does not ring for the old one', async () => {
    const {keepspace, time, fired} = await startCountdown()
    keepspace
      .workspace('a')
      .component(countdown, 'c')
      .set({endsAt: START_MS + 90_000})
    await time.advanceAsync(65_000)
    expect(fired()).toEqual([])
    keepspace.workspace('a').remove('c')
    await time.advanceAsync(120_000)
    expect(fired()).toEqual([])
  })
})

test.each([
  ['in the middle', 100_000, 60_000, 70_000, 30_000],
  ['after the end', 100_000, 60_000, 170_000, 0],
  ['with a clock that was set back', 100_000, 60_000, 10_000, 60_000],
])('what is left %s lies between nothing and the whole', (_, deadlineMs, durationMs, nowMs, leftMs) => {
  expect(remainingUntil(deadlineMs, durationMs, nowMs)).toBe(leftMs)
})
