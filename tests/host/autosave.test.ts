import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Time} from '../../src/model/time.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const never = Number.POSITIVE_INFINITY

/** The debounce never comes: whatever is saved was saved by the sweep. */
const missed = {debounceMs: never, maxWaitMs: never, atRiskMs: never}

async function startHidden(options: Parameters<typeof startKeepspace>[0] = {}) {
  const page = createFakePage()
  const started = await startWithNote({lifecycle: page.lifecycle, pacing: missed, ...options}, ['a', 'b'])
  await started.keepspace.persist('a', 'explicit').then(() => undefined)
  started.keepspace.activate('b')
  started.keepspace.hide('a')
  await started.time.advanceAsync(100)
  return {...started, page}
}

const sweeps = (events: readonly {readonly type: string}[]) =>
  events.filter(({type}) => type.startsWith('background_autosave'))

describe('the background sweep', () => {
  test('saves what its own timers missed, ten seconds after the first edit, and says so', async () => {
    const {component, keepspace, time, events} = await startHidden()
    component.set({text: 'missed'})
    await time.advanceAsync(30_000)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved'})
    expect(sweeps(events)).toEqual([
      {type: 'background_autosave_start', trigger: 'interval', workspaces: 1},
      {
        type: 'background_autosave_workspace',
        workspaceId: 'a',
        status: 'saved',
        durationMs: expect.any(Number),
        error: undefined,
      },
      {
        type: 'background_autosave_complete',
        trigger: 'interval',
        attempted: 1,
        saved: 1,
        durationMs: expect.any(Number),
      },
    ])
  })

  test('saves a workspace that changes each second too: only its first unsaved edit counts', async () => {
    const {component, keepspace, time} = await startHidden()
    for (let second = 0; second < 31; second += 1) {
      component.set({text: `second ${second}`})
      await time.advanceAsync(1_000)
    }
    expect(keepspace.getStatus('a').revision).toBeGreaterThan(1)
  })

  test('leaves the workspace a person sees to its own debounce', async () => {
    const {keepspace, workspace, time, events} = await startWithNote({
      pacing: missed,
      lifecycle: createFakePage().lifecycle,
    })
    workspace.component(note, 'n1').set({text: 'typed'})
    await time.advanceAsync(90_000)
    expect({save: keepspace.getStatus('a').save, sweeps: sweeps(events)}).toEqual({save: 'unsaved', sweeps: []})
  })

  test('in a hidden page has nothing to do: an edit there waits for no timer', async () => {
    const {component, time, log, page} = await startHidden()
    page.emit('hidden')
    await time.advanceAsync(100)
    const before = log.commits.length
    component.set({text: 'arrived while hidden'})
    await time.settle()
    expect(log.commits).toHaveLength(before + 1)
  })

  test('in a hidden page takes the shown workspace too', async () => {
    const page = createFakePage()
    const {keepspace, workspace, time} = await startWithNote({pacing: missed, lifecycle: page.lifecycle})
    await time.advanceAsync(100)
    page.emit('hidden')
    await time.advanceAsync(100)
    workspace.component(note, 'n1').set({text: 'changed while hidden'})
    await time.advanceAsync(30_100)
    expect(keepspace.getStatus('a').save).toBe('saved')
  })

  test.each(['visible', 'resumed', 'online'] as const)(
    'comes at once when the page is %s again, although no timer ran',
    async (word) => {
      const page = createFakePage()
      const {keepspace, workspace, time, events, faults} = await startWithoutTimers(page)
      page.emit('hidden')
      await time.settle()
      keepspace.hide('a')
      faults.fail('commit', new KeepspaceError('storage.unavailable'))
      workspace.component(note, 'n1').set({text: 'changed while hidden'})
      await time.settle()
      time.passWithoutTimers(3_600_000)
      page.emit(word)
      await time.settle()
      expect(sweeps(events)[0]).toEqual({type: 'background_autosave_start', trigger: word, workspaces: 1})
      await time.advanceAsync(2_000)
      expect(keepspace.getStatus('a').save).toBe('saved')
    },
  )

  test('leaves an edit of the very turn in which the page comes back to its debounce', async () => {
    const {component, page, time, events} = await startHidden()
    component.set({text: 'just now'})
    page.emit('visible')
    await time.advanceAsync(100)
    expect(sweeps(events)).toEqual([])
  })

  test('asks again for a load that edits wait for', async () => {
    const {keepspace, time, faults} = await startHidden()
    await time.advanceAsync(100)
    await keepspace.unload('a')
    faults.fail('read', new KeepspaceError('storage.unavailable'))
    keepspace.workspace('a').component(note, 'n1').set({text: 'waits'})
    await time.settle()
    expect(keepspace.getStatus('a').phase).toBe('loadFailed')
    await time.advanceAsync(60_000)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', save: 'saved'})
    expect(keepspace.workspace('a').component(note, 'n1').getState()).toEqual({text: 'waits'})
  })

  test('retries what is stuck, and a storage that never answers does not end it', async () => {
    const {component, keepspace, time, faults, events} = await startHidden()
    faults.hang('commit')
    component.set({text: 'stuck'})
    await time.advanceAsync(60_000)
    expect(sweeps(events).at(-1)).toMatchObject({type: 'background_autosave_complete', attempted: 1, saved: 0})
    expect(keepspace.getStatus('a').level).toBe('unsaved')
  })
})

describe('the activity of the window', () => {
  test('is followed by whoever subscribes, until they stop', async () => {
    const page = createFakePage()
    const {keepspace, time} = await startKeepspace({lifecycle: page.lifecycle})
    const heard: string[] = []
    const stop = keepspace.activity.subscribe(() => heard.push(keepspace.activity.getSnapshot().state))
    const first = keepspace.activity.getSnapshot()
    expect(keepspace.activity.getSnapshot()).toBe(first)
    for (const word of ['blurred', 'online', 'hidden', 'frozen', 'resumed', 'visible', 'focused'] as const) {
      await time.advanceAsync(10)
      page.emit(word)
    }
    expect({first: first.state, heard}).toEqual({
      first: 'active',
      heard: ['visible', 'hidden', 'frozen', 'hidden', 'visible', 'active'],
    })
    stop()
    page.emit('hidden')
    expect(heard).toHaveLength(6)
    expect(keepspace.activity.getSnapshot()).toEqual({state: 'hidden', since: time.now()})
  })

  test('a frozen page begins no save, which would keep other tabs out of storage, and saves when it goes on', async () => {
    const page = createFakePage()
    const {component, keepspace, log, time} = await startWithNote({lifecycle: page.lifecycle})
    await time.advanceAsync(1_000)
    page.emit('hidden')
    await time.advanceAsync(1_000)
    const before = log.commits.length
    component.set({text: 'in the turn of the frost'})
    page.emit('frozen')
    await time.settle()
    expect(log.commits).toHaveLength(before)
    page.emit('resumed')
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('a').save).toBe('saved')
  })

  test('a frozen page has written its last words in that very turn', async () => {
    const page = createFakePage()
    const {component, log, faults} = await startWithNote({lifecycle: page.lifecycle})
    faults.fail('commit', new KeepspaceError('storage.unavailable'), never)
    component.set({text: 'before the frost'})
    page.emit('frozen')
    expect(log.leaves).toHaveLength(1)
  })
})

/** A clock whose hand can be moved while the page, and with it every timer, stands still. */
async function startWithoutTimers(page: ReturnType<typeof createFakePage>) {
  let offsetMs = 0
  const started = await startWithNote({
    lifecycle: page.lifecycle,
    pacing: missed,
    wrapTime: (inner: Time): Time => ({
      now: () => inner.now() + offsetMs,
      elapsed: () => inner.elapsed() + offsetMs,
      setTimeout: inner.setTimeout,
      clearTimeout: inner.clearTimeout,
    }),
  })
  await started.time.advanceAsync(100)
  const passWithoutTimers = (ms: number) => {
    offsetMs += ms
  }
  return {...started, time: {...started.time, passWithoutTimers}}
}
