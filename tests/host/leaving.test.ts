import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {CommitId} from '../../src/model/ids.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakeBuses, createFakePage} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {createWorkspaces, finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

async function startOnPage(ids: readonly string[] = ['a']) {
  const page = createFakePage()
  return {page, ...(await startWithNote({lifecycle: page.lifecycle}, ids))}
}

/** What a new page finds of the note. */
async function textAfterReload({again, time}: Pick<Awaited<ReturnType<typeof startOnPage>>, 'again' | 'time'>) {
  const next = await again({lifecycle: createFakePage().lifecycle})
  await next.whenReady('a')
  await time.settle()
  return next.workspace('a').component(note, 'n1').getState()?.text
}

describe('leaving the page', () => {
  test('writes what is unsaved in the same turn, and the next page finds it', async () => {
    const started = await startOnPage()
    const {faults} = started
    faults.fail('commit', new KeepspaceError('storage.unavailable', 'the page is gone'), Number.POSITIVE_INFINITY)
    started.component.set({text: 'typed a moment ago'})
    started.page.emit('leaving')
    await started.time.settle()
    faults.clear()
    expect(started.log.leaves).toHaveLength(1)
    expect(started.log.leaves[0]?.map(({key}) => key)).toEqual([expect.stringContaining('leave/a/')])
    expect(await textAfterReload(started)).toBe('typed a moment ago')
    expect(started.events).toContainEqual({type: 'last_words_replayed', workspaceId: 'a'})
  })

  test('writes nothing when everything is saved', async () => {
    const {page, log} = await startOnPage()
    page.emit('leaving')
    expect(log.leaves).toEqual([])
  })

  test('takes what waits for its throttle too', async () => {
    const {page, workspace, time, again} = await startOnPage()
    workspace.add(timer, {id: 't'})
    workspace.component(timer, 't').set({seconds: 599})
    await time.advanceAsync(500)
    workspace.component(timer, 't').set({seconds: 598})
    page.emit('leaving')
    const next = await again()
    await next.whenReady('a')
    expect(next.workspace('a').component(timer, 't').getState()?.seconds).toBe(598)
  })

  test('takes settings that are not written yet, once', async () => {
    const started = await startOnPage()
    void started.keepspace.settings.set('theme', 'dark')
    started.page.emit('leaving')
    const next = await started.again()
    await next.whenStarted()
    expect(next.settings.get('theme')).toBe('dark')
    await started.time.advanceAsync(1_000)
    const later = await started.again()
    await later.whenStarted()
    expect(later.settings.get('theme')).toBe('dark')
    expect(started.events.filter(({type}) => type === 'write_completed').at(-1)).toMatchObject({error: undefined})
  })

  test('is one write for all workspaces', async () => {
    const {page, keepspace, time, log, faults} = await startOnPage(['a', 'b', 'c'])
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    for (const id of ['a', 'b', 'c']) {
      keepspace.open(id)
      await time.settle()
      keepspace.workspace(id).add(note, {id: 'fresh'})
    }
    page.emit('leaving')
    expect(log.leaves.map((records) => records.length)).toEqual([3])
  })

  test('a page that was only hidden saves as usual, and the same commit removes the last words', async () => {
    const started = await startOnPage()
    started.component.set({text: 'hidden'})
    started.page.emit('hidden')
    await started.time.settle()
    expect(started.keepspace.getStatus('a').save).toBe('saved')
    const group = started.log.commits.at(-1)?.groups[0]
    expect(group?.deletes).toEqual([expect.stringContaining('leave/a/')])
    const stored = await (await started.storage.target.open()).list('scope/test%2Flocal/leave/')
    expect(stored).toEqual([])
  })

  test('an edit after the last words replaces them, newest last', async () => {
    const started = await startOnPage()
    started.faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    started.component.set({text: 'first'})
    started.page.emit('hidden')
    started.component.set({text: 'second'})
    started.page.emit('leaving')
    started.faults.clear()
    expect(await textAfterReload(started)).toBe('second')
  })

  test('during a commit whose answer never came, the last words win over that commit', async () => {
    const started = await startOnPage()
    started.component.set({text: 'in the commit'})
    const held = started.faults.delayAnswer('commit')
    await started.time.advanceAsync(310)
    await held.reached
    started.component.set({text: 'after it'})
    started.page.emit('leaving')
    expect(await textAfterReload(started)).toBe('after it')
  })

  test('last words of the page before are shown as unsaved edits while storage cannot be written, and saved when it can', async () => {
    const {again, time, faults, storage, events} = await leaveUnsaved('kept')
    const next = await again()
    await next.whenReady('a')
    const component = next.workspace('a').component(note, 'n1')
    expect({state: component.getState(), status: next.getStatus('a')}).toMatchObject({
      state: {text: 'kept'},
      status: {phase: 'hot', save: 'unsaved', level: 'unsaved'},
    })
    expect(events).toContainEqual({
      type: 'last_words_held',
      workspaceId: 'a',
      error: expect.objectContaining({code: 'storage.unavailable'}),
    })
    await time.advanceAsync(400)
    expect(next.getStatus('a')).toMatchObject({save: 'failed', level: 'unsaved'})
    faults.clear()
    next.retryStorage()
    await time.advanceAsync(50)
    expect(next.getStatus('a')).toMatchObject({save: 'saved', level: 'onDevice'})
    expect(await (await storage.target.open()).list('scope/test%2Flocal/leave/')).toEqual([])
    const last = await again()
    await last.whenReady('a')
    expect(last.workspace('a').component(note, 'n1').getState()).toEqual({text: 'kept'})
  })

  test('edits on top of held words, and a second leaving, are replayed as one', async () => {
    const {again, time, faults, page, storage} = await leaveUnsaved('first page')
    const next = await again({lifecycle: page.lifecycle})
    await next.whenReady('a')
    next.workspace('a').component(note, 'n1').set({text: 'second page'})
    next.workspace('a').add(note, {id: 'n2', state: {text: 'added'}})
    page.emit('leaving')
    await time.settle()
    faults.clear()
    const last = await again({lifecycle: createFakePage().lifecycle})
    await last.whenReady('a')
    expect([last.workspace('a').component(note, 'n1').getState(), last.getStatus('a').componentCount]).toEqual([
      {text: 'second page'},
      2,
    ])
    expect(await (await storage.target.open()).list('scope/test%2Flocal/leave/')).toEqual([])
  })

  test('a function that was kept until the load sees the held words', async () => {
    const {again} = await leaveUnsaved('held')
    const next = await again()
    const component = next.workspace('a').component(note, 'n1')
    component.set(({text}) => ({text: `${text}!`}))
    await next.whenReady('a')
    expect(component.getState()).toEqual({text: 'held!'})
  })

  test('a page whose very first save never landed comes back too', async () => {
    const page = createFakePage()
    const {keepspace, time, faults, again} = await startKeepspace({lifecycle: page.lifecycle})
    await createWorkspaces(keepspace, [], time)
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    keepspace.open('new', {create: {title: 'New', entryId: 'entry'}}).add(note, {id: 'n1', state: {text: 'first'}})
    await time.settle()
    page.emit('leaving')
    await time.settle()
    const next = await again({lifecycle: createFakePage().lifecycle})
    await next.whenReady('new')
    expect(next.workspace('new').component(note, 'n1').getState()).toEqual({text: 'first'})
    expect(next.getStatus('new')).toMatchObject({save: 'unsaved', revision: 0})
  })

  test('what another tab stored meanwhile is not overwritten by held words: a person chooses', async () => {
    const {again, time, faults} = await leaveUnsaved('held')
    const next = await again()
    await next.whenReady('a')
    faults.clear()
    const other = await again()
    await other.whenReady('a')
    other.workspace('a').component(note, 'n1').set({text: 'the other tab'})
    await Promise.all([other.persist('a', 'explicit'), time.advanceAsync(20)])
    next.workspace('a').component(note, 'n1').set({text: 'held and edited'})
    await time.advanceAsync(2_000)
    expect(next.getStatus('a').save).toBe('conflict')
  })
})

describe('last words that touch what another tab changed since', () => {
  test('are in memory as unsaved edits of the next page, and a person chooses', async () => {
    const {next, events, save, texts, leaves} = await leaveContested()
    expect([save(), texts()]).toEqual(['conflict', {n1: 'mine', n2: 'mine'}])
    expect(next.workspace('a').getConflict()).toMatchObject({
      kind: 'changed',
      components: [{componentId: 'n1', mine: {content: {text: 'mine'}}, theirs: {content: {text: 'theirs'}}}],
    })
    expect(events).toContainEqual({
      type: 'last_words_held',
      workspaceId: 'a',
      error: expect.objectContaining({code: 'revision.conflict'}),
    })
    expect(await leaves()).toHaveLength(1)
  })

  test.each([
    ['mine', {n1: 'mine', n2: 'mine'}, ['theirs']],
    ['theirs', {n1: 'theirs', n2: ''}, ['mine', 'mine']],
    [{components: {n1: 'theirs'}}, {n1: 'theirs', n2: 'mine'}, ['mine']],
  ] as const)('are settled by %j like any conflict', async (resolution, kept, lost) => {
    const {next, time, save, texts, leaves, history, again} = await leaveContested()
    await finish(time, next.workspace('a').resolveConflict(resolution))
    await time.advanceAsync(1_000)
    expect([save(), texts(), await leaves(), await history()]).toEqual(['saved', kept, [], lost])
    const last = await again({lifecycle: createFakePage().lifecycle})
    await last.whenReady('a')
    expect([last.getStatus('a').save, textsOf(last)]).toEqual(['saved', kept])
  })

  test('are still asked about when the next page is left too, with what was typed there', async () => {
    const {next, page, time, again} = await leaveContested()
    next.workspace('a').component(note, 'n2').set({text: 'mine, and more'})
    await time.advanceAsync(1_000)
    page.emit('leaving')
    await time.settle()
    const last = await again({lifecycle: createFakePage().lifecycle})
    await last.whenReady('a')
    await time.advanceAsync(1_000)
    expect([last.getStatus('a').save, textsOf(last)]).toEqual(['conflict', {n1: 'mine', n2: 'mine, and more'}])
  })

  test('are settled in every tab that took them up once one of them has chosen them', async () => {
    const {next, open, time, leaves} = await leaveContested()
    const other = createFakePage()
    const third = await open(other.lifecycle)
    await time.advanceAsync(1_000)
    expect(third.getStatus('a').save).toBe('conflict')
    await finish(time, next.workspace('a').resolveConflict('mine'))
    await time.advanceAsync(1_000)
    other.emit('hidden')
    other.emit('visible')
    await time.advanceAsync(1_000)
    expect([third.getStatus('a').save, textsOf(third), await leaves()]).toEqual(['saved', {n1: 'mine', n2: 'mine'}, []])
  })

  test.each([
    ['theirs', {n1: 'theirs', n2: ''}, ['mine', 'mine']],
    [{components: {n1: 'theirs'}}, {n1: 'theirs', n2: 'mine'}, ['mine']],
  ] as const)('are asked about in no other tab once one has answered %j', async (resolution, kept, lost) => {
    const newBus = createFakeBuses()
    const {next, again, time, leaves, history} = await leaveContested({bus: newBus()})
    const third = await again({lifecycle: createFakePage().lifecycle, bus: newBus()})
    third.activate('a')
    await third.whenReady('a')
    await time.advanceAsync(1_000)
    expect(third.getStatus('a').save).toBe('conflict')
    await finish(time, next.workspace('a').resolveConflict(resolution))
    await time.advanceAsync(1_000)
    expect([third.getStatus('a').save, textsOf(third), await leaves()]).toEqual(['saved', kept, []])
    expect(third.workspace('a').getConflict()).toBeUndefined()
    expect((await history()).filter((text) => lost.includes(text as never))).toEqual(lost)
  })

  test('are given up elsewhere only where nothing else was typed since', async () => {
    const newBus = createFakeBuses()
    const {next, again, time} = await leaveContested({bus: newBus()})
    const third = await again({lifecycle: createFakePage().lifecycle, bus: newBus()})
    third.activate('a')
    await third.whenReady('a')
    third.workspace('a').component(note, 'n2').set({text: 'typed here'})
    await time.advanceAsync(1_000)
    await finish(time, next.workspace('a').resolveConflict('theirs'))
    await time.advanceAsync(1_000)
    expect([third.getStatus('a').save, textsOf(third)]).toEqual(['conflict', {n1: 'mine', n2: 'typed here'}])
  })

  test('are decided by the policy of the app where it has an opinion', async () => {
    const {save, texts, leaves, history} = await leaveContested({resolveConflict: () => 'mine'})
    expect([save(), texts(), await leaves(), await history()]).toEqual([
      'saved',
      {n1: 'mine', n2: 'mine'},
      [],
      ['theirs'],
    ])
  })

  test('of several tabs are asked about one after the other', async () => {
    const started = await startLeaving()
    const {first, second, third, words, time, again, text} = await started.withThird()
    text(first, 'n1').set({text: 'of the first'})
    text(second, 'n1').set({text: 'of the second'})
    await words('both')
    text(third, 'n1').set({text: 'theirs'})
    await finish(time, third.persist('a', 'explicit'))
    const next = await again({lifecycle: createFakePage().lifecycle})
    next.activate('a')
    await next.whenReady('a')
    await time.advanceAsync(1_000)
    expect([next.getStatus('a').save, textsOf(next).n1]).toEqual(['conflict', 'of the first'])
    await finish(time, next.workspace('a').resolveConflict('theirs'))
    await time.advanceAsync(1_000)
    expect([next.getStatus('a').save, textsOf(next).n1]).toEqual(['conflict', 'of the second'])
    await finish(time, next.workspace('a').resolveConflict('mine'))
    await time.advanceAsync(1_000)
    expect([next.getStatus('a').save, textsOf(next).n1, await started.leaves()]).toEqual(['saved', 'of the second', []])
  })

  test('are merged without a question where each tab changed something else', async () => {
    const {first, second, time, again, text, page, faults, leaves} = await startLeaving()
    faults.fail('commit', new KeepspaceError('storage.unavailable'))
    text(first, 'n1').set({text: 'mine'})
    page.emit('leaving')
    await time.settle()
    text(second, 'n2').set({text: 'theirs'})
    await finish(time, second.persist('a', 'explicit'))
    const next = await again({lifecycle: createFakePage().lifecycle})
    await next.whenReady('a')
    expect([next.getStatus('a').save, textsOf(next), await leaves()]).toEqual(['saved', {n1: 'mine', n2: 'theirs'}, []])
  })

  test('are no stranger’s where that was their own commit whose answer was lost', async () => {
    const {first, second, time, again, text, page, faults} = await startLeaving()
    text(first, 'n1').set({text: 'one'})
    faults.loseAnswer('storage.timeout')
    await time.advanceAsync(320)
    text(first, 'n1').set({text: 'two'})
    faults.fail('commit', new KeepspaceError('storage.unavailable'), 1)
    page.emit('hidden')
    await time.settle()
    text(second, 'n2').set({text: 'other'})
    await finish(time, second.persist('a', 'explicit'))
    const next = await again({lifecycle: createFakePage().lifecycle})
    await next.whenReady('a')
    await time.advanceAsync(1_000)
    expect([next.getStatus('a').save, textsOf(next)]).toEqual(['saved', {n1: 'two', n2: 'other'}])
  })

  test('are said elsewhere each time: whoever replays the first ones meanwhile removes no later ones', async () => {
    const {first, time, text, page, faults, storage, leaves, again} = await startLeaving()
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    text(first, 'n1').set({text: 'one'})
    page.emit('hidden')
    await time.settle()
    const [early] = await leaves()
    text(first, 'n1').set({text: 'two'})
    page.emit('hidden')
    await time.settle()
    const said = await leaves()
    expect([said.length, said[0]]).toEqual([2, early])

    // What a replay of the first ones does last, on another page.
    faults.clear()
    const port = await storage.target.open()
    const expected = {key: 'scope/test%2Flocal/other', revision: 0}
    const group = {commitId: 'c' as CommitId, expect: expected, puts: [], deletes: [early as string]}
    expect(await port.commit([group], {durability: 'strict'})).toMatchObject([{status: 'committed'}])
    const next = await again({lifecycle: createFakePage().lifecycle})
    await next.whenReady('a')
    expect(textsOf(next)).toMatchObject({n1: 'two'})
    await finish(time, first.persist('a', 'explicit'))
    expect(await leaves()).toEqual([])
  })

  test('are said at eight places at most while storage takes nothing else', async () => {
    const {first, time, text, page, faults, leaves, again} = await startLeaving()
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    for (let round = 1; round <= 12; round += 1) {
      text(first, 'n1').set({text: `round ${round}`})
      page.emit('hidden')
      await time.settle()
    }
    expect(await leaves()).toHaveLength(8)
    faults.clear()
    const next = await again({lifecycle: createFakePage().lifecycle})
    await next.whenReady('a')
    expect([textsOf(next), await leaves()]).toMatchObject([{n1: 'round 12'}, []])
  })

  test('are a stranger’s where another commit has taken the place of their own', async () => {
    const {first, second, time, again, text, page, faults} = await startLeaving()
    faults.fail('commit', new KeepspaceError('storage.timeout'))
    text(first, 'n1').set({text: 'one'})
    await time.advanceAsync(320)
    text(first, 'n1').set({text: 'two'})
    faults.fail('commit', new KeepspaceError('storage.unavailable'), 1)
    page.emit('hidden')
    await time.settle()
    text(second, 'n1').set({text: 'theirs'})
    await finish(time, second.persist('a', 'explicit'))
    text(second, 'n2').set({text: 'theirs'})
    await finish(time, second.persist('a', 'explicit'))
    const next = await again({lifecycle: createFakePage().lifecycle})
    await next.whenReady('a')
    await time.advanceAsync(1_000)
    expect([next.getStatus('a').save, textsOf(next)]).toEqual(['conflict', {n1: 'two', n2: 'theirs'}])
  })
})

/** Two tabs over `n1` and `n2`, both saved; the first is on a page that can be left. They do not hear of each other. */
async function startLeaving() {
  const started = await startOnPage()
  const {keepspace: first, workspace, time, again, page, faults, storage} = started
  workspace.add(note, {id: 'n2'})
  await time.advanceAsync(500)
  const open = async (lifecycle = createFakePage().lifecycle) => {
    const tab = await again({lifecycle})
    tab.activate('a')
    await tab.whenReady('a')
    return tab
  }
  const second = await open()
  const stored = async () => storage.target.open()
  return {
    ...started,
    first,
    second,
    open,
    text: (tab: typeof first, id: string) => tab.workspace('a').component(note, id),
    leaves: async () => (await stored()).list('scope/test%2Flocal/leave/'),
    history: async () => {
      const kept = await (await stored()).readPrefix('scope/test%2Flocal/history/a/')
      return kept.flatMap(({value}) => JSON.parse((value as {json: string}).json).text)
    },
    /** A third tab; the second one is on a page that can be left too, and both are left without saving. */
    withThird: async () => {
      const other = createFakePage()
      const leaving = await open(other.lifecycle)
      const third = await open()
      const words = async (_: 'both') => {
        faults.fail('commit', new KeepspaceError('storage.unavailable'), 2)
        page.emit('leaving')
        await time.advanceAsync(1)
        other.emit('leaving')
        await time.settle()
        faults.clear()
      }
      return {
        ...started,
        first,
        second: leaving,
        third,
        words,
        text: (tab: typeof first, id: string) => tab.workspace('a').component(note, id),
      }
    },
  }
}

const textsOf = (tab: Awaited<ReturnType<typeof startOnPage>>['keepspace']) =>
  Object.fromEntries(['n1', 'n2'].map((id) => [id, tab.workspace('a').component(note, id).getState()?.text]))

/** A tab in conflict over `n1` that has changed `n2` too was left before anybody chose; this is the next page. */
async function leaveContested(options: Parameters<Awaited<ReturnType<typeof startOnPage>>['again']>[0] = {}) {
  const started = await startLeaving()
  const {first, second, text, time, page, again} = started
  text(second, 'n1').set({text: 'theirs'})
  await finish(time, second.persist('a', 'explicit'))
  text(first, 'n1').set({text: 'mine'})
  text(first, 'n2').set({text: 'mine'})
  await time.advanceAsync(1_000)
  expect(first.getStatus('a').save).toBe('conflict')
  page.emit('leaving')
  await time.settle()
  const nextPage = createFakePage()
  const next = await again({lifecycle: nextPage.lifecycle, ...options})
  next.activate('a')
  await next.whenReady('a')
  await time.advanceAsync(1_000)
  return {
    ...started,
    page: nextPage,
    next,
    save: () => next.getStatus('a').save,
    texts: () => textsOf(next),
  }
}

describe('last words that come late', () => {
  test('to a page that has loaded already become part of it there', async () => {
    const {leave, next, time, text} = await leaveLate()
    expect(text()).toBe('')
    leave()
    await time.advanceAsync(100)
    expect(text()).toBe('typed a moment ago')
    expect(next.getStatus('a')).toMatchObject({save: 'saved'})
  })

  test('do not overwrite what was typed there meanwhile', async () => {
    const {edit, page, next, time, text} = await leaveLate()
    edit()
    await time.advanceAsync(400)
    next.workspace('a').component(note, 'n1').set({text: 'newer'})
    await time.advanceAsync(400)
    page.emit('leaving')
    await time.advanceAsync(2_000)
    expect(text()).toBe('newer')
  })

  test('wait in storage when they cannot be replayed', async () => {
    const {leave, time, text, faults, again} = await leaveLate()
    leave()
    faults.fail('commit', new KeepspaceError('storage.unavailable'), 3)
    await time.advanceAsync(100)
    expect(text()).toBe('')
    const last = await again({lifecycle: createFakePage().lifecycle})
    faults.clear()
    await last.whenReady('a')
    expect(last.workspace('a').component(note, 'n1').getState()?.text).toBe('typed a moment ago')
  })
})
describe('the page can be left', () => {
  test('while what is unsaved fits into its last words, and not once it is too big for them', async () => {
    const {keepspace, workspace, component, time} = await startOnPage()
    expect(keepspace.isSafeToLeave()).toBe(true)
    component.set({text: 'short'})
    expect(keepspace.isSafeToLeave()).toBe(true)
    component.set({text: 'é'.repeat(500_000)})
    workspace.add(note, {id: 'n2'})
    expect(keepspace.isSafeToLeave()).toBe(true)
    workspace.component(note, 'n2').set({text: 'é'.repeat(30_000)})
    expect(keepspace.isSafeToLeave()).toBe(false)
    await time.advanceAsync(1_000)
    expect(keepspace.isSafeToLeave()).toBe(true)
  })

  test('not while storage fails', async () => {
    const {keepspace, component, time, faults} = await startOnPage()
    faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    component.set({text: 'x'})
    await time.advanceAsync(1_000)
    expect(keepspace.isSafeToLeave()).toBe(false)
    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(1_000)
    expect(keepspace.isSafeToLeave()).toBe(true)
  })

  test('not with a part that cannot be saved', async () => {
    const {keepspace, component, time} = await startWithNote({maxRecordBytes: 100, isDevelopment: false})
    component.set({text: 'x'.repeat(200)})
    await time.advanceAsync(1_000)
    expect(keepspace.isSafeToLeave()).toBe(false)
  })

  test('not with edits that wait for a load', async () => {
    const started = await startOnPage()
    const load = started.faults.delay('read')
    const next = await started.again()
    next.workspace('a').component(note, 'n1').set({text: 'x'})
    expect(next.isSafeToLeave()).toBe(false)
    load.release()
    await next.whenReady('a')
    expect(next.isSafeToLeave()).toBe(true)
  })

  test('not where storage goes with the page, or cannot write in the last moment of one', async () => {
    const inMemory = await startWithNote({target: memoryStorage()})
    expect(inMemory.keepspace.isSafeToLeave()).toBe(false)

    const target = memoryStorage({isPersistent: true})
    const slow = await startWithNote({
      target: {
        ...target,
        open: async () => {
          const {putNow: _, ...port} = await target.open()
          return port
        },
      },
    })
    expect(slow.keepspace.isSafeToLeave()).toBe(true)
    slow.component.set({text: 'x'})
    expect(slow.keepspace.isSafeToLeave()).toBe(false)
  })
})

/** The next page opens while the last words of this one are still on their way. */
async function leaveLate() {
  const newBus = createFakeBuses()
  const page = createFakePage()
  const started = await startWithNote({lifecycle: page.lifecycle, bus: newBus()})
  const {faults, time} = started
  await time.advanceAsync(500)
  const next = await started.again({lifecycle: createFakePage().lifecycle, bus: newBus()})
  await next.whenReady('a')
  const edit = () => {
    faults.hang('commit')
    started.component.set({text: 'typed a moment ago'})
  }
  const leave = () => {
    edit()
    page.emit('leaving')
  }
  return {...started, page, next, edit, leave, text: () => next.workspace('a').component(note, 'n1').getState()?.text}
}

/** A page that was left while storage could only be read: all that is left of its last edit are its last words. */
async function leaveUnsaved(text: string) {
  const started = await startOnPage()
  const unavailable = new KeepspaceError('storage.unavailable', 'read only')
  started.faults.fail('commit', unavailable, Number.POSITIVE_INFINITY)
  started.component.set({text})
  started.page.emit('leaving')
  await started.time.settle()
  const page = createFakePage()
  return {...started, page}
}
