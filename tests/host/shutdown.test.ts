import {describe, expect, test} from 'vitest'
import type {InspectionEvent} from 'xstate'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const unavailable = new KeepspaceError('storage.unavailable')
const closing = expect.objectContaining({code: 'closing'})
const forever = Number.POSITIVE_INFINITY

describe('a shutdown', () => {
  test('forces what waits for its debounce, saves everything and ends', async () => {
    const {keepspace, component, time, events, again} = await startWithNote()
    component.set({text: 'a moment ago'})
    void keepspace.settings.set('theme', 'dark')
    const report = await finish(time, keepspace.shutdown())
    expect(report).toMatchObject({status: 'closed', unsaved: [], late: [], outcomes: [{status: 'saved', target: 'a'}]})
    expect(keepspace.getShutdown()).toMatchObject({phase: 'closed', late: []})
    expect(events.map(({type}) => type).filter((type) => type.startsWith('shutdown'))).toEqual([
      'shutdown_started',
      'shutdown_complete',
    ])
    expect(time.pending()).toEqual([])
    const next = await again()
    await next.whenReady('a')
    expect([next.workspace('a').component(note, 'n1').getState(), next.settings.get('theme')]).toEqual([
      {text: 'a moment ago'},
      'dark',
    ])
  })

  test('accepts nothing while it is under way: no edit, no workspace, no setting, no entry', async () => {
    const {keepspace, component, workspace, time, faults} = await startWithNote()
    faults.hang('commit')
    component.set({text: 'x'})
    const done = finish(time, keepspace.shutdown({timeoutMs: 500}))
    expect(() => component.set({text: 'too late'})).toThrow(closing)
    expect(() => workspace.add(note)).toThrow(closing)
    expect(() => keepspace.open('b', {create: {title: 'B'}})).toThrow(closing)
    await expect(keepspace.settings.set('theme', 'dark')).rejects.toEqual(closing)
    await expect(keepspace.catalogue.createEntry({title: 'E'})).rejects.toEqual(closing)
    await done
    expect(component.getState()).toEqual({text: 'x'})
  })

  test.each([-86_400_000, 86_400_000])(
    'ends within its bound when the clock is set by %d ms in the middle',
    async (jumpMs) => {
      const {keepspace, component, time, faults} = await startWithNote()
      faults.hang('commit')
      component.set({text: 'x'})
      const report = keepspace.shutdown({timeoutMs: 2_000})
      await time.advanceAsync(900)
      time.setWallClock(time.now() + jumpMs)
      await time.advanceAsync(1_050)
      expect(keepspace.getShutdown().phase).toBe('draining')
      await time.advanceAsync(50)
      expect(await report).toMatchObject({status: 'late', unsaved: ['a'], durationMs: 2_000})
    },
  )

  test('shows its progress after 800 ms: how many of how many', async () => {
    const {keepspace, time, faults, events} = await startWithNote({}, ['a', 'b'])
    keepspace.open('b').add(note, {id: 'n2'})
    keepspace.workspace('a').component(note, 'n1').set({text: 'slow'})
    await time.settle()
    const held = faults.delay('commit')
    const report = keepspace.shutdown()
    await time.advanceAsync(790)
    expect(keepspace.getShutdown()).toMatchObject({phase: 'draining', isSlow: false})
    await time.advanceAsync(20)
    expect(keepspace.getShutdown()).toMatchObject({phase: 'draining', isSlow: true, total: 2})
    held.release()
    await time.advanceAsync(50)
    expect(await report).toMatchObject({status: 'closed'})
    expect(events.filter(({type}) => type === 'shutdown_progress').at(-1)).toMatchObject({total: 2, durable: 2})
  })

  test('that was cancelled can be asked for again, also where nobody watches', async () => {
    const {keepspace, component, time, faults} = await startWithNote()
    const held = faults.delay('commit')
    component.set({text: 'x'})
    const first = keepspace.dispose()
    await time.settle()
    keepspace.cancelShutdown()
    expect(await first).toMatchObject({status: 'cancelled'})
    held.release()
    expect(await finish(time, keepspace.dispose())).toMatchObject({status: 'closed', unsaved: []})
    expect(keepspace.getShutdown()).toMatchObject({phase: 'closed'})
  })

  test('that is cancelled accepts everything again, and what ran goes on', async () => {
    const {keepspace, workspace, component, time, faults, again} = await startWithNote()
    workspace.add(timer, {id: 't', state: {isTicking: true}})
    await time.advanceAsync(500)
    const held = faults.delay('commit')
    component.set({text: 'before'})
    const report = keepspace.shutdown()
    const secondsLeft = () => workspace.component(timer, 't').getState()?.seconds as number
    const standing = secondsLeft()
    await time.advanceAsync(2_500)
    expect(secondsLeft()).toBe(standing)
    keepspace.cancelShutdown()
    expect(await report).toMatchObject({status: 'cancelled', unsaved: [], late: []})
    expect(keepspace.getShutdown()).toMatchObject({phase: 'open', late: []})
    await time.advanceAsync(1_500)
    expect(secondsLeft()).toBeLessThan(standing)
    component.set({text: 'goes on'})
    held.release()
    await time.advanceAsync(5_000)
    expect(keepspace.getStatus('a').save).not.toBe('failed')
    await finish(time, keepspace.shutdown())
    const next = await again()
    await next.whenReady('a')
    expect(next.workspace('a').component(note, 'n1').getState()).toEqual({text: 'goes on'})
  })

  test('that is late stays open to be tried again, and then ends', async () => {
    const {keepspace, component, time, faults, events} = await startWithNote()
    faults.fail('commit', unavailable, forever)
    component.set({text: 'late'})
    const startedAt = time.now()
    const first = await finish(time, keepspace.shutdown({timeoutMs: 1_000}))
    expect(time.now() - startedAt).toBeLessThanOrEqual(1_050)
    const late = [
      expect.objectContaining({targetKind: 'workspace', target: 'a', reason: 'failed', error: unavailable.report}),
    ]
    expect(first).toMatchObject({status: 'late', unsaved: ['a'], late})
    expect(events.at(-1)).toEqual({type: 'shutdown_late', late})
    expect(keepspace.getShutdown()).toMatchObject({phase: 'late', late})
    expect(() => component.set({text: 'no'})).toThrow(closing)
    faults.clear()
    expect(await finish(time, keepspace.shutdown({timeoutMs: 1_000}))).toMatchObject({status: 'closed', late: []})
    expect(keepspace.getShutdown()).toMatchObject({phase: 'closed', attempts: 2})
  })

  test('that is late names nobody any more whose save landed after all', async () => {
    const {keepspace, time, component, faults} = await startWithNote()
    const held = faults.delay('commit')
    component.set({text: 'late'})
    expect(await finish(time, keepspace.shutdown({timeoutMs: 500}))).toMatchObject({status: 'late', unsaved: ['a']})
    const seen: number[] = []
    keepspace.subscribe(() => void seen.push(keepspace.getShutdown().late.length))
    held.release()
    await time.advanceAsync(100)
    expect(keepspace.getShutdown()).toMatchObject({phase: 'late', late: []})
    expect(seen.at(-1)).toBe(0)
  })

  test('tries again by itself while its bound lasts', async () => {
    const {keepspace, component, time, faults} = await startWithNote()
    faults.fail('commit', unavailable, 3)
    component.set({text: 'third time'})
    expect(await finish(time, keepspace.shutdown())).toMatchObject({status: 'closed', late: []})
  })

  test('that is closed anyway ends at once and names what is given up', async () => {
    const {keepspace, component, time, faults} = await startWithNote()
    faults.hang('commit')
    component.set({text: 'given up'})
    await finish(time, keepspace.shutdown({timeoutMs: 500}))
    const startedAt = time.now()
    const report = await finish(time, keepspace.closeAnyway())
    expect(report).toMatchObject({status: 'closed', unsaved: ['a'], late: [{target: 'a', reason: 'noAnswer'}]})
    expect(time.now() - startedAt).toBeLessThanOrEqual(550)
    expect(await keepspace.shutdown()).toBe(report)
    expect(() => keepspace.open('a')).toThrow(expect.objectContaining({code: 'disposed'}))
  })

  test('that closes already is waited for by whoever asks again, and its chart, which has ended, is told nothing', async () => {
    const told: string[] = []
    const inspect = (event: InspectionEvent) => {
      const {actorRef} = event
      if (event.type === '@xstate.event' && 'getSnapshot' in actorRef && actorRef.getSnapshot().status !== 'active') {
        told.push(event.event.type)
      }
    }
    const {keepspace, component, time, faults} = await startWithNote({inspect})
    faults.hang('commit')
    component.set({text: 'given up'})
    await finish(time, keepspace.shutdown({timeoutMs: 500}))
    const first = keepspace.closeAnyway()
    await time.settle()
    expect(keepspace.getShutdown().phase).toBe('closing')
    const all = Promise.all([first, keepspace.shutdown(), keepspace.closeAnyway(), keepspace.dispose()])
    await finish(time, all)
    expect({phase: keepspace.getShutdown().phase, told}).toEqual({phase: 'closed', told: []})
  })

  test('does not wait for what waiting cannot help', async () => {
    const {keepspace, component, time, faults} = await startWithNote()
    faults.fail('commit', new KeepspaceError('storage.quota'), forever)
    component.set({text: 'no room'})
    const startedAt = time.now()
    const report = await finish(time, keepspace.shutdown({timeoutMs: 60_000}))
    expect(report).toMatchObject({status: 'late', late: [{reason: 'failed', error: {code: 'storage.quota'}}]})
    expect(time.now() - startedAt).toBeLessThan(200)
  })

  test('saves what fits beside a workspace that is too big for the room that is left', async () => {
    const {keepspace, component, time} = await startWithNote({target: tightStorage(5_000)}, ['a', 'b'])
    keepspace.open('b')
    await time.settle()
    component.set({text: 'x'.repeat(10_000)})
    keepspace.workspace('b').add(note, {id: 'small'})
    const report = await finish(time, keepspace.shutdown({timeoutMs: 3_000}))
    expect(report).toMatchObject({unsaved: ['a'], late: [{target: 'a', error: {code: 'storage.quota'}}]})
  })

  test('flushes to disk what another tab changed alike, and may not have flushed', async () => {
    const {component, time, again, log} = await startWithNote()
    const other = await again()
    await other.whenReady('a')
    component.set({text: 'alike'})
    await time.advanceAsync(1_000)
    const before = log.commits.length
    other.workspace('a').component(note, 'n1').set({text: 'alike'})
    const report = await finish(time, other.shutdown())
    expect(report).toMatchObject({status: 'closed', unsaved: []})
    // The first one is refused, since the other tab was faster.
    expect(log.commits.slice(before).map(({durability}) => durability)).toEqual(['strict', 'strict'])
  })

  test('writes last words when the page is left in the middle of it', async () => {
    const page = createFakePage()
    const {keepspace, component, time, faults, log} = await startWithNote({lifecycle: page.lifecycle})
    faults.hang('commit')
    component.set({text: 'left while closing'})
    const done = finish(time, keepspace.shutdown({timeoutMs: 500}))
    page.emit('leaving')
    expect(log.leaves).toHaveLength(1)
    await done
  })
})

describe('a shutdown names', () => {
  test('a conflict that waits for a person', async () => {
    const {keepspace, component, time, again} = await startWithNote()
    const other = await again()
    await other.whenReady('a')
    other.workspace('a').component(note, 'n1').set({text: 'theirs'})
    component.set({text: 'mine'})
    await time.advanceAsync(1_000)
    expect(keepspace.getStatus('a').save).toBe('conflict')
    const report = await finish(time, keepspace.shutdown())
    expect(report.late).toMatchObject([{target: 'a', reason: 'conflict', error: {code: 'revision.conflict'}}])
  })

  test('a part that cannot be saved', async () => {
    const {keepspace, component, time} = await startWithNote({maxRecordBytes: 100, isDevelopment: false})
    component.set({text: 'x'.repeat(200)})
    const report = await finish(time, keepspace.shutdown())
    expect(report.late).toMatchObject([{target: 'a', reason: 'setAside', error: {code: 'value.tooLarge'}}])
  })

  test('edits that wait for a load', async () => {
    const {keepspace, time, faults} = await startWithNote({}, ['a', 'b'])
    faults.hang('read')
    keepspace.workspace('b').add(note, {id: 'early'})
    const report = await finish(time, keepspace.shutdown({timeoutMs: 300}))
    expect(report.late).toMatchObject([{target: 'b', reason: 'notLoaded'}])
  })

  test('everything, when there is no storage', async () => {
    const {keepspace, time} = await startWithNote({target: memoryStorage({isPersistent: false})})
    await time.advanceAsync(1_000)
    const report = await finish(time, keepspace.shutdown({timeoutMs: 300}))
    expect(report).toMatchObject({status: 'late', late: [{target: 'a', reason: 'memoryOnly'}]})
  })

  test('a setting that is not stored', async () => {
    const {keepspace, time, faults} = await startKeepspace()
    faults.fail('commit', unavailable, forever)
    void keepspace.settings.set('theme', 'dark')
    const report = await finish(time, keepspace.shutdown({timeoutMs: 300}))
    expect(report).toMatchObject({status: 'late', unsaved: [], late: [{targetKind: 'setting', target: 'theme'}]})
  })
})

/** Has no room for a transaction of more than `most` characters. */
function tightStorage(most: number): StorageTarget {
  const inner = memoryStorage({isPersistent: true})
  return {
    name: 'tight',
    open: async () => {
      const port = await inner.open()
      return {
        ...port,
        commit: async (groups, options) => {
          const length = JSON.stringify(groups.flatMap(({puts}) => puts.map(({value}) => value))).length
          if (length > most) {
            throw new KeepspaceError('storage.quota')
          }
          return port.commit(groups, options)
        },
      }
    },
  }
}
