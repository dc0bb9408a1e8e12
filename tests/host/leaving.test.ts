import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {startWithNote} from '../support/start-keepspace.ts'

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
    expect(started.events).toContainEqual({type: 'last_words_replayed', workspaceId: 'a', kept: 0})
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

  test('what another tab changed since is not overwritten; the last words are kept in the history', async () => {
    const started = await startOnPage()
    const other = await started.again()
    await other.whenReady('a')
    started.faults.fail('commit', new KeepspaceError('storage.unavailable'))
    started.component.set({text: 'mine'})
    started.page.emit('leaving')
    await started.time.settle()
    other.workspace('a').component(note, 'n1').set({text: 'theirs'})
    const saved = other.persist('a', 'explicit')
    await started.time.advanceAsync(10)
    expect(await saved).toMatchObject({status: 'saved'})
    expect(await textAfterReload(started)).toBe('theirs')
    expect(started.events).toContainEqual({type: 'last_words_replayed', workspaceId: 'a', kept: 1})
    const kept = await (await started.storage.target.open()).readPrefix('scope/test%2Flocal/history/a/')
    expect(kept.map(({value}) => value)).toMatchObject([{json: '{"text":"mine"}'}])
  })

  test('a replay that fails keeps the last words for the next try', async () => {
    const started = await startOnPage()
    const {faults} = started
    faults.fail('commit', new KeepspaceError('storage.unavailable', 'the page is gone'), Number.POSITIVE_INFINITY)
    started.component.set({text: 'kept'})
    started.page.emit('leaving')
    await started.time.settle()
    const next = await started.again()
    await expect(next.whenReady('a')).rejects.toMatchObject({code: 'load.failed', detail: 'storage.unavailable'})
    faults.clear()
    next.workspace('a').retryLoad()
    await next.whenReady('a')
    expect(next.workspace('a').component(note, 'n1').getState()).toEqual({text: 'kept'})
  })
})
