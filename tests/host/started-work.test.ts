import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {StartOptions} from '../../src/model/operations.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakeBuses, createFakePage} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const FOLDER = v.looseObject({name: v.string()})

/** Workspace `a` with a folder `f`, whose type takes up what the app started and notes what it was handed. */
async function startFolder(options: Parameters<typeof startWithNote>[0] = {}) {
  const heard: string[] = []
  const folder = defineComponent({
    type: 'folder',
    version: 1,
    schema: FOLDER,
    initial: {name: ''},
    operation: {
      goOn: ({name, resume, progress, remainingMs, startedAt, stop}) => {
        const left = remainingMs === undefined ? '' : ` with ${Math.round(remainingMs / 1_000)} s`
        heard.push(`${name} goes on by ${resume} at ${progress} since ${startedAt - began}${left}`)
        ends.set(name, stop)
        return () => void heard.push(`${name} ended`)
      },
    },
  })
  const ends = new Map<string, () => void>()
  const started = await startWithNote({components: [note, folder], ...options}, ['a', 'b'])
  const {keepspace, time, workspace} = started
  const began = time.now()
  workspace.add(folder, {id: 'f'})
  await time.advanceAsync(1_000)
  const card = (from: Keepspace = keepspace) => from.workspace('a').component(folder, 'f')
  const begin = (more: Partial<StartOptions> = {}, from = keepspace) =>
    card(from).startOperation({
      name: 'upload',
      onStop: () => void heard.push(`${more.name ?? 'upload'} stopped`),
      ...more,
    })
  const listed = (from: Keepspace = keepspace) =>
    from
      .workspace('a')
      .getOperations()
      .map(({name, progress}) => [name, progress])
  const waiting = (from: Keepspace = keepspace) =>
    from
      .workspace('a')
      .getWaitingOperations()
      .map(({name, progress}) => [name, progress])
  const open = async (from: Keepspace = keepspace) => {
    from.open('a')
    await from.whenReady('a')
    await time.advanceAsync(100)
  }
  const leave = async () => {
    keepspace.activate('b')
    return finish(time, keepspace.unload('a'))
  }
  return {...started, folder, heard, ends, card, begin, listed, waiting, open, leave}
}

describe('work that an app started', () => {
  test('leaves memory unasked where its type takes it up, and goes on from where it was', async () => {
    const {time, heard, card, begin, listed, open, leave} = await startFolder()
    begin({resume: 'remaining'})
    card().reportProgress('upload', 0.4)
    expect(listed()).toEqual([['upload', 0.4]])
    expect((await leave()).status).toBe('released')
    expect(heard).toEqual(['upload stopped'])
    await time.advanceAsync(60_000)
    await open()
    expect([heard.slice(1), listed()]).toEqual([['upload goes on by remaining at 0.4 since 1000'], [['upload', 0.4]]])
  })

  test.each([
    [
      'a reload',
      async ({time, keepspace}: Awaited<ReturnType<typeof startFolder>>) => finish(time, keepspace.dispose()),
    ],
    ['a crash', async ({time}: Awaited<ReturnType<typeof startFolder>>) => time.advanceAsync(5_000)],
  ])('goes on after %s, once somebody opens its workspace', async (_, end) => {
    const world = await startFolder()
    const {time, heard, card, begin, again, listed, open} = world
    begin({resume: 'deadline', deadlineMs: time.now() + 600_000})
    card().reportProgress('upload', 0.25)
    await time.advanceAsync(5_000)
    await end(world)
    heard.splice(0)
    const second = await again()
    await time.advanceAsync(1_000)
    expect(heard).toEqual([])
    await open(second)
    expect([heard, listed(second)]).toEqual([['upload goes on by deadline at 0.25 since 1000'], [['upload', 0.25]]])
  })

  test('with a deadline counts the time away, and is over when that passed meanwhile', async () => {
    const {time, heard, begin, listed, waiting, open, leave} = await startFolder()
    begin({resume: 'deadline', deadlineMs: time.now() + 30_000})
    begin({name: 'scan', resume: 'deadline', deadlineMs: time.now() + 90_000})
    await leave()
    heard.splice(0)
    await time.advanceAsync(60_000)
    await open()
    expect([heard, listed(), waiting()]).toEqual([
      ['scan goes on by deadline at undefined since 1000'],
      [['scan', undefined]],
      [],
    ])
    await time.advanceAsync(30_000)
    expect([heard.slice(1), listed()]).toEqual([['scan ended'], []])
  })

  test('with a duration does not count the time away', async () => {
    const {time, heard, begin, listed, open, leave} = await startFolder()
    begin({resume: 'remaining', durationMs: 60_000})
    await time.advanceAsync(20_000)
    await leave()
    heard.splice(0)
    await time.advanceAsync(600_000)
    await open()
    expect(heard).toEqual(['upload goes on by remaining at undefined since 1000 with 40 s'])
    await time.advanceAsync(39_000)
    expect(listed()).toHaveLength(1)
    await time.advanceAsync(1_000)
    expect([heard.slice(1), listed()]).toEqual([['upload ended'], []])
  })

  test('with a duration loses at most two seconds of it to a crash', async () => {
    const {time, heard, begin, faults, again, open} = await startFolder()
    begin({resume: 'remaining', durationMs: 60_000})
    await time.advanceAsync(20_500)
    faults.fail('commit', new KeepspaceError('storage.unavailable', 'the page is gone'), Number.POSITIVE_INFINITY)
    const second = await again()
    await open(second)
    const [left] = heard.flatMap((each) => /with (\d+) s/.exec(each)?.[1] ?? [])
    expect(Number(left)).toBeGreaterThanOrEqual(39)
    expect(Number(left)).toBeLessThanOrEqual(42)
  })

  test('that has to begin anew is asked about, and begins anew', async () => {
    const {keepspace, time, heard, card, begin, open} = await startFolder()
    begin()
    card().reportProgress('upload', 0.5)
    keepspace.activate('b')
    expect(await keepspace.unload('a')).toMatchObject({status: 'refused', error: {code: 'work.running'}})
    await finish(time, keepspace.unload('a', {stopsWork: true}))
    await open()
    expect(heard).toEqual([
      'upload stopped',
      expect.stringMatching(/^upload goes on by restart at undefined since (?!1000$)\d+$/),
    ])
  })

  test('goes on no more once it was stopped, by the app or by whoever took it up', async () => {
    const {heard, begin, ends, open, leave, listed, waiting, storage} = await startFolder()
    begin({resume: 'remaining'})
    begin({name: 'scan', resume: 'remaining'})()
    await leave()
    await open()
    expect(listed()).toEqual([['upload', undefined]])
    ends.get('upload')?.()
    expect(listed()).toEqual([])
    await leave()
    heard.splice(0)
    await open()
    expect([heard, listed(), waiting()]).toEqual([[], [], []])
    const port = await storage.target.open()
    const keys = await port.list('c/a/')
    expect(JSON.stringify(keys)).not.toContain('.operations')
  })

  test('is not rewritten by somebody who only looks', async () => {
    const {time, log, begin, open, leave} = await startFolder()
    begin({resume: 'deadline', deadlineMs: time.now() + 600_000})
    await leave()
    await open()
    const before = log.commits.length
    await time.advanceAsync(30_000)
    await leave()
    expect(log.commits.length - before).toBe(0)
  })

  test('stops when its entry is left, and goes on when it is entered again', async () => {
    const {keepspace, time, heard, begin, open} = await startFolder()
    begin({resume: 'remaining'})
    await finish(time, keepspace.catalogue.createEntry({title: 'Other', id: 'other'}))
    await finish(time, keepspace.activateEntry('entry'))
    const switched = await finish(time, keepspace.activateEntry('other'))
    expect([switched.status, heard]).toEqual(['switched', ['upload stopped']])
    await finish(time, keepspace.activateEntry('entry'))
    await open()
    expect(heard.slice(1)).toEqual(['upload goes on by remaining at undefined since 1000'])
  })

  test('of a workspace that could not be let go goes on when its entry is entered again', async () => {
    const {keepspace, time, heard, begin, faults, listed} = await startFolder()
    begin({resume: 'remaining'})
    await finish(time, keepspace.catalogue.createEntry({title: 'Other', id: 'other'}))
    await time.advanceAsync(5_000)
    keepspace.workspace('a').add(note, {id: 'n2'})
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    await finish(time, keepspace.activateEntry('other'))
    expect([keepspace.getStatus('a').phase, heard, listed()]).toEqual(['hot', ['upload stopped'], []])
    faults.clear()
    keepspace.activate('a')
    await time.advanceAsync(1_000)
    expect([heard.slice(1), listed()]).toEqual([
      ['upload goes on by remaining at undefined since 1000'],
      [['upload', undefined]],
    ])
  })

  test('ends with its component, and goes on when that is brought back', async () => {
    const {keepspace, time, heard, begin, listed} = await startFolder()
    begin({resume: 'remaining'})
    keepspace.workspace('a').remove('f')
    await time.advanceAsync(5_000)
    expect([heard, listed()]).toEqual([['upload stopped'], []])
    keepspace.workspace('a').undelete('f')
    expect([heard.slice(1), listed()]).toEqual([
      ['upload goes on by remaining at undefined since 1000'],
      [['upload', undefined]],
    ])
  })

  test('is not part of a component that is made anew in the place of a deleted one, nor of a copy', async () => {
    const {keepspace, time, folder, heard, begin, waiting, listed} = await startFolder()
    begin({resume: 'remaining'})
    await time.advanceAsync(5_000)
    const copyId = await finish(time, keepspace.catalogue.duplicateWorkspace('a' as never))
    keepspace.workspace('a').remove('f')
    await time.advanceAsync(5_000)
    keepspace.workspace('a').add(folder, {id: 'f'})
    heard.splice(0)
    keepspace.open(copyId)
    await keepspace.whenReady(copyId)
    await time.advanceAsync(1_000)
    expect([heard, listed(), waiting()]).toEqual([[], [], []])
    expect(keepspace.workspace(copyId).getOperations()).toEqual([])
  })

  test('whose type does not take it up waits after a reload, keeps nobody in memory, and is started again or given up', async () => {
    const {keepspace, time, heard, again, listed, waiting, open} = await startFolder()
    const plain = (from: Keepspace) => from.workspace('a').component(note, 'n1')
    plain(keepspace).startOperation({name: 'export', resume: 'remaining'})
    plain(keepspace).reportProgress('export', 0.75)
    expect(await keepspace.unload('a')).toMatchObject({status: 'refused', error: {code: 'work.running'}})
    await finish(time, keepspace.dispose())
    const second = await again()
    await open(second)
    expect([listed(second), waiting(second), heard]).toEqual([[], [['export', 0.75]], []])
    expect((await finish(time, second.unload('a'))).status).toBe('released')
    await open(second)
    plain(second).startOperation({name: 'export'})
    expect([listed(second), waiting(second)]).toEqual([[['export', undefined]], []])
    plain(second).stopOperation('export')
    expect([listed(second), waiting(second)]).toEqual([[], []])
  })

  test('that only the last words of a page know of goes on in the next one', async () => {
    const page = createFakePage()
    const target = memoryStorage({isPersistent: true})
    const {time, heard, faults, again, begin, open} = await startFolder({target, lifecycle: page.lifecycle})
    faults.fail('commit', new KeepspaceError('storage.unavailable', 'the page is gone'), Number.POSITIVE_INFINITY)
    begin({resume: 'remaining'})
    page.emit('leaving')
    await time.settle()
    const second = await again({storage: target, lifecycle: createFakePage().lifecycle})
    await open(second)
    expect(heard).toContain('upload goes on by remaining at undefined since 1000')
  })
})

describe('work that an app started in one of two tabs', () => {
  test('is not done in the other one, which takes it up when the first lets the workspace go', async () => {
    const newBus = createFakeBuses()
    const {time, heard, begin, again, open, listed, waiting, leave} = await startFolder({bus: newBus()})
    const second = await again({bus: newBus()})
    await open(second)
    begin({resume: 'remaining'})
    await time.advanceAsync(5_000)
    expect([heard, listed(second), waiting(second)]).toEqual([[], [], [['upload', undefined]]])
    await leave()
    await time.advanceAsync(1_000)
    expect([heard, listed(second)]).toEqual([
      ['upload stopped', 'upload goes on by remaining at undefined since 1100'],
      [['upload', undefined]],
    ])
  })

  test('ends where it is done when the other tab stops it', async () => {
    const newBus = createFakeBuses()
    const {time, heard, card, begin, again, open, listed} = await startFolder({bus: newBus()})
    const second = await again({bus: newBus()})
    await open(second)
    begin({resume: 'remaining'})
    await time.advanceAsync(5_000)
    card(second).stopOperation('upload')
    await time.advanceAsync(5_000)
    expect([heard, listed(), listed(second)]).toEqual([['upload stopped'], [], []])
  })

  test.each([
    ['different work', 'scan', 'index', [], ['index', 'scan', 'upload']],
    ['work of one name', 'scan', 'scan', [], ['scan', 'upload']],
    ['while the other one stops it', 'scan', 'index', ['upload'], ['index', 'scan']],
  ])('and in the other one too is no question for anybody: %s', async (_, one, other, stopped, expected) => {
    const {keepspace, time, card, begin, again, open} = await startFolder()
    begin({resume: 'remaining'})
    await time.advanceAsync(5_000)
    const second = await again()
    await open(second)
    card().reportProgress('upload', 0.3)
    begin({name: one, resume: 'remaining'})
    begin({name: other, resume: 'remaining'}, second)
    for (const name of stopped) {
      card(second).stopOperation(name)
    }
    card(second).reportProgress('upload', 0.6)
    await time.advanceAsync(10_000)
    expect([keepspace.getStatus('a').save, second.getStatus('a').save]).toEqual(['saved', 'saved'])
    const third = await again()
    await open(third)
    const names = third
      .workspace('a')
      .getOperations()
      .map(({name}) => name)
    expect(names.toSorted()).toEqual(expected)
  })
})
