import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {CLAIM_BOUND_MS, CLAIM_WAIT_MS} from '../../src/host/ringing.ts'
import {defineComponent} from '../../src/model/component-definition.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {KeepspaceEvent} from '../../src/model/events.ts'
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

/** Rings once a minute for ever. */
const pulse = defineComponent({
  type: 'pulse',
  version: 1,
  schema: v.looseObject({at: v.number()}),
  initial: {at: 0},
  isRunning: () => true,
  operation: {resume: 'deadline', deadlineMs: ({at}) => at, elapsed: ({at}) => ({at: at + 60_000})},
})

const START_MS = 1_000_000
/** How long a claim takes where storage answers at once: what is asked meanwhile goes into the same transaction. */
const CLAIMED_MS = 4

/** Who rang, and how late. */
const rang = (event: KeepspaceEvent) => (event.type === 'alarm_fired' ? [event.componentId, event.lateMs] : [])

/** Workspace `a` with a countdown that ends a minute after the start. */
async function startCountdown(options: Parameters<typeof startWithNote>[0] = {}, endsAt = START_MS + 60_000) {
  const started = await startWithNote({components: [note, timer, countdown, bell, pulse], ...options}, ['a', 'b'])
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
    expect(fired()).toEqual([{type: 'alarm_fired', workspaceId: 'a', componentId: 'c', lateMs: CLAIMED_MS}])
    expect(state()).toMatchObject({endsAt: null})
    expect(keepspace.getStatus('a').operations).toEqual([])
  })

  test('rings in a cold workspace without bringing it into memory, is there after a reload until it is dismissed', async () => {
    const {keepspace, time, fired, again, state} = await startCountdown()
    await finish(time, keepspace.unload('a'))
    expect(keepspace.catalogue.getSnapshot().workspaces[0]?.nextDeadlineMs).toBe(START_MS + 60_000)
    await time.advanceAsync(120_000)
    expect([keepspace.getStatus('a').phase, fired()]).toMatchObject(['cold', [{lateMs: CLAIMED_MS}]])

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
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    await time.advanceAsync(3_000)
    expect(keepspace.alarms.list()).toHaveLength(1)
    expect(state()).toMatchObject({endsAt: START_MS + 60_000})

    faults.clear()
    const second = await again()
    await time.advanceAsync(100)
    expect(second.alarms.list()).toMatchObject([{label: 'Tea'}])
    await time.advanceAsync(20_000)
    expect(state()).toMatchObject({endsAt: null})
  })

  test.each(['storage.quota', 'storage.unavailable', 'storage.timeout', 'storage.lost'] as const)(
    'is shown at once, stays and can be dismissed for good while storage fails with %s',
    async (code) => {
      const {keepspace, time, fired, faults, again} = await startCountdown()
      faults.fail('commit', new KeepspaceError(code), Number.POSITIVE_INFINITY)
      keepspace.workspace('a').add(note, {id: 'n2'})
      keepspace.workspace('a').add(countdown, {id: 'd', state: {label: 'Egg', endsAt: START_MS + 63_000}})
      await time.advanceAsync(START_MS + 59_999 - time.now())
      expect(keepspace.alarms.list()).toEqual([])
      await time.advanceAsync(1)
      const listed: unknown[] = []
      const look = () => listed.push(keepspace.alarms.list().map(({label, firedAt}) => [label, firedAt - START_MS]))
      look()
      await time.advanceAsync(1_000)
      expect(fired()).toMatchObject([{componentId: 'c', lateMs: CLAIM_WAIT_MS}])
      for (let seconds = 0; seconds < 40; seconds += 1) {
        await time.advanceAsync(1_000)
        look()
      }
      expect(listed[0]).toEqual([['Tea', 60_000]])
      expect(listed.slice(3)).toEqual(
        Array.from({length: 38}, () => [
          ['Tea', 60_000],
          ['Egg', 63_000],
        ]),
      )
      const [tea, egg] = keepspace.alarms.list()
      keepspace.alarms.dismiss(tea ?? ('' as never)).catch(() => undefined)
      expect(keepspace.alarms.list()).toEqual([egg])
      await time.advanceAsync(60_000)
      expect(keepspace.alarms.list()).toEqual([egg])
      faults.clear()
      keepspace.retryStorage()
      await time.advanceAsync(90_000)
      const second = await again()
      await time.advanceAsync(100)
      expect([second.alarms.list(), fired().length]).toEqual([[egg], 2])
    },
  )

  test('whose claim has no answer is heard all the same', async () => {
    const {keepspace, time, fired, faults} = await startCountdown()
    await time.advanceAsync(START_MS + 59_000 - time.now())
    faults.hang('commit')
    await time.advanceAsync(1_000 + CLAIM_BOUND_MS - 1)
    expect([fired(), keepspace.alarms.list().length]).toEqual([[], 1])
    await time.advanceAsync(1)
    expect(fired()).toMatchObject([{lateMs: CLAIM_BOUND_MS}])
    await time.advanceAsync(60_000)
    expect(fired()).toHaveLength(1)
  })

  test.each([
    ['on disk', true],
    ['in memory', false],
  ])('%s rings in one of two tabs, late, when storage takes three seconds to answer', async (_, isCold) => {
    const {keepspace, time, fired, faults, again} = await startCountdown()
    const second = await again()
    if (isCold) {
      await finish(time, keepspace.unload('a'))
    } else {
      second.open('a')
      await second.whenReady('a')
    }
    await time.advanceAsync(START_MS + 59_000 - time.now())
    const held = [faults.delay('commit'), faults.delay('commit')]
    await time.advanceAsync(4_000)
    expect([keepspace.alarms.list().length, second.alarms.list().length, fired()]).toEqual([1, 1, []])
    for (const each of held) {
      each.release()
    }
    await time.advanceAsync(60_000)
    expect(fired()).toHaveLength(1)
    expect(fired().map((event) => rang(event)[1])).toEqual([expect.closeTo(3_000, -1)])
  })

  test('whose claim fails once rings in the tab that wins it, and in no other', async () => {
    const {keepspace, time, fired, faults, again} = await startCountdown()
    await again()
    await finish(time, keepspace.unload('a'))
    await time.advanceAsync(START_MS + 59_000 - time.now())
    faults.fail('commit', new KeepspaceError('storage.unavailable'))
    await time.advanceAsync(60_000)
    expect(fired()).toHaveLength(1)
  })

  test('whose claim fails at first rings once storage takes it', async () => {
    const {time, fired, faults} = await startCountdown()
    await time.advanceAsync(START_MS + 59_000 - time.now())
    faults.fail('commit', new KeepspaceError('storage.unavailable'), 2)
    await time.advanceAsync(60_000)
    expect(fired()).toMatchObject([{lateMs: expect.toSatisfy((lateMs: number) => lateMs > 0 && lateMs < 3_000)}])
  })

  test('that is dismissed before storage took the claim does not ring any more', async () => {
    const {keepspace, time, fired, faults} = await startCountdown()
    await time.advanceAsync(START_MS + 59_000 - time.now())
    const held = faults.delay('commit')
    await time.advanceAsync(2_000)
    const [alarm] = keepspace.alarms.list()
    keepspace.alarms.dismiss(alarm ?? ('' as never)).catch(() => undefined)
    held.release()
    await time.advanceAsync(60_000)
    expect([fired(), keepspace.alarms.list()]).toEqual([[], []])
  })

  test('that names its next deadline rings each in time on disk, and the newest of those that nobody was there for', async () => {
    const {keepspace, time, fired, again, state} = await startCountdown()
    keepspace.workspace('a').remove('c')
    keepspace.workspace('a').add(pulse, {id: 'p', state: {at: START_MS + 60_000}})
    await time.advanceAsync(1_000)
    await finish(time, keepspace.unload('a'))
    await time.advanceAsync(300_000)
    expect([keepspace.getStatus('a').phase, fired().map(rang)]).toEqual([
      'cold',
      Array.from({length: 5}, () => ['p', CLAIMED_MS]),
    ])
    await finish(time, keepspace.dispose())
    await time.advanceAsync(600_000)
    const second = await again()
    await time.advanceAsync(100)
    expect(second.alarms.list()).toMatchObject([{componentId: 'p', deadlineMs: START_MS + 900_000}])
    second.open('a')
    await second.whenReady('a')
    await time.advanceAsync(1_000)
    expect(fired()).toHaveLength(6)
    expect(second.workspace('a').component(pulse, 'p').getState()).toEqual({at: START_MS + 960_000})
    expect(state(second)).toBeUndefined()
  })

  test('of a component that is removed, or of a workspace that was deleted, is listed no more', async () => {
    const {keepspace, time, again} = await startCountdown()
    keepspace.workspace('b').add(countdown, {id: 'e', state: {label: 'Egg', endsAt: START_MS + 60_000}})
    await time.advanceAsync(120_000)
    expect(keepspace.alarms.list().map(({label}) => label)).toEqual(['Tea', 'Egg'])
    const heard: number[] = []
    keepspace.alarms.subscribe(() => void heard.push(keepspace.alarms.list().length))
    keepspace.workspace('a').remove('c')
    await time.advanceAsync(100)
    expect([keepspace.alarms.list().map(({label}) => label), heard.includes(1)]).toEqual([['Egg'], true])
    await finish(time, keepspace.catalogue.deleteWorkspace('b' as never))
    await time.advanceAsync(100)
    expect([keepspace.alarms.list(), heard.at(-1)]).toEqual([[], 0])
    await time.advanceAsync(2_000)
    const second = await again()
    await time.advanceAsync(100)
    expect(second.alarms.list()).toEqual([])
  })

  test('that could not be dismissed because everything ends is on the list again, and the list says so', async () => {
    const {keepspace, time, faults} = await startCountdown()
    await time.advanceAsync(60_000)
    keepspace.workspace('a').add(note, {id: 'n2'})
    faults.hang('commit')
    const closing = keepspace.shutdown({timeoutMs: 70_000})
    const [alarm] = keepspace.alarms.list()
    const heard: number[] = []
    keepspace.alarms.subscribe(() => void heard.push(keepspace.alarms.list().length))
    await expect(keepspace.alarms.dismiss(alarm ?? ('' as never))).rejects.toMatchObject({code: 'closing'})
    expect([keepspace.alarms.list(), heard]).toEqual([[alarm], [0, 1]])
    keepspace.cancelShutdown()
    faults.clear()
    await time.advanceAsync(100)
    closing.catch(() => undefined)
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
