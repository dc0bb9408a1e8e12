import {act, fireEvent, screen, within} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {EvictionReason, MemoryBlocked, MemoryIndicator, WorkspaceManager} from '../../src/react.ts'
import {pass, renderIn} from '../support/render.tsx'
import {finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const ids = ['a', 'b', 'c']

const row = (title: string) => screen.getByRole('listitem', {name: title})
const button = (name: string) => screen.getByRole('button', {name})
const notice = () => screen.getAllByRole('status').at(-1)?.textContent?.trim()

/** `b` is seen; `a` is in memory and hidden; `c` is on disk. */
async function startThree() {
  const started = await startWithNote({}, ids)
  started.keepspace.activate('b')
  started.keepspace.hide('a')
  await started.time.advanceAsync(60_000)
  return started
}

describe(WorkspaceManager.name, () => {
  test('shows of each where it is, what it holds, when it was seen and why it stays or goes', async () => {
    const started = await startThree()
    renderIn(started, <WorkspaceManager />)
    expect(['b', 'a', 'c'].map((title) => row(title).querySelector('p')?.textContent)).toEqual([
      expect.stringMatching(/^Saved on this device · 0 parts · 0 B · seen just now$/),
      expect.stringMatching(/^Saved on this device · 1 part · \d+ B · seen 1 minute ago$/),
      'On disk · 0 parts · 0 B · saved 1 minute ago',
    ])
    within(row('b')).getByText('It stays because you see it.')
    within(row('a')).getByText(/^It is stored and let go first when room is needed/)
    within(row('c')).getByText('It is stored on this device and not in memory.')
    expect(button('Close b')).toHaveProperty('disabled', true)
    const details = [...row('a').querySelectorAll('dt')].map(({textContent}) => textContent)
    expect(details).toEqual(['Turn to go', 'Kind', 'Score', 'Speaks for keeping it', 'Memory'])
  })

  test('shows what the app started in it, how far it is, and what waits to go on after a reload', async () => {
    const started = await startThree()
    const {keepspace, time, component, again} = started
    component.startOperation({name: 'upload'})
    component.reportProgress('upload', 0.4)
    await time.advanceAsync(5_000)
    const {unmount} = renderIn(started, <WorkspaceManager />)
    expect(row('a').querySelector('p')?.textContent).toMatch(/ · 1 running: upload 40 %$/)
    unmount()
    await finish(time, keepspace.dispose())
    const second = await again()
    second.open('a')
    await second.whenReady('a')
    renderIn({...started, keepspace: second}, <WorkspaceManager />)
    expect(row('a').querySelector('p')?.textContent).toMatch(/ · waiting to go on: upload 40 %$/)
  })

  test('stores and lets go what is closed, and brings it back when that is undone', async () => {
    const started = await startThree()
    started.component.set({text: 'kept'})
    renderIn(started, <WorkspaceManager />)
    fireEvent.click(button('Close a'))
    await pass(started, 200)
    expect(started.keepspace.getStatus('a').phase).toBe('cold')
    expect(notice()).toBe('“a” was stored and let go. Undo')
    fireEvent.click(button('Undo'))
    await pass(started, 200)
    expect(notice()).toBe('“a” is in memory again.')
    expect(started.component.getState()).toEqual({text: 'kept'})
  })

  test('asks before it stops work that would be lost', async () => {
    const started = await startThree()
    let wasStopped = false
    started.component.startOperation({
      name: 'upload',
      onStop: () => {
        wasStopped = true
      },
    })
    renderIn(started, <WorkspaceManager />)
    fireEvent.click(button('Close a'))
    await pass(started, 200)
    expect(notice()).toMatch(/^“a” stays in memory\. Something is still running here.* Stop its work and close$/)
    expect([started.keepspace.getStatus('a').phase, wasStopped]).toEqual(['hot', false])
    fireEvent.click(button('Stop its work and close'))
    await pass(started, 200)
    expect([started.keepspace.getStatus('a').phase, wasStopped]).toEqual(['cold', true])
  })

  test('says what could not be saved, and keeps it', async () => {
    const started = await startThree()
    started.faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    started.component.set({text: 'too much'})
    renderIn(started, <WorkspaceManager />)
    fireEvent.click(button('Save a'))
    await pass(started, 200)
    expect(notice()).toMatch(/^“a” could not be saved\. /)
    fireEvent.click(button('Close a'))
    await pass(started, 200)
    expect(notice()).toMatch(/^“a” stays in memory\. /)
    fireEvent.click(button('Pin a'))
    await pass(started, 200)
    expect(notice()).toMatch(/^“a” did not change\. /)
    expect(started.component.getState()).toEqual({text: 'too much'})
  })

  test('pins and unpins', async () => {
    const started = await startThree()
    renderIn(started, <WorkspaceManager />)
    fireEvent.click(button('Pin a'))
    await pass(started, 200)
    within(row('a')).getByText('It stays because you pinned it.')
    expect([button('Pin a').getAttribute('aria-pressed'), notice()]).toEqual([
      'true',
      '“a” is pinned and never let go.',
    ])
    fireEvent.click(button('Pin a'))
    await pass(started, 200)
    expect([button('Pin a').getAttribute('aria-pressed'), notice()]).toEqual(['false', '“a” is no longer pinned.'])
  })

  test('is worked by keys: from row to row, Delete closes what may be closed', async () => {
    const started = await startThree()
    renderIn(started, <WorkspaceManager />)
    const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, {key})
    row('b').focus()
    press('Delete')
    press('ArrowDown')
    expect(document.activeElement).toBe(row('a'))
    press('End')
    expect(document.activeElement).toBe(row('c'))
    press('ArrowDown')
    press('Home')
    expect(document.activeElement).toBe(row('b'))
    press('ArrowDown')
    press('Delete')
    await pass(started, 200)
    expect(['a', 'b'].map((id) => started.keepspace.getStatus(id).phase)).toEqual(['cold', 'hot'])
  })

  test('shows pages when there are many, and tells which workspace to show', async () => {
    const started = await startThree()
    const opened: string[] = []
    renderIn(started, <WorkspaceManager pageSize={2} onOpen={({id}) => void opened.push(id)} />)
    screen.getByText('Page 1 of 2, 3 workspaces')
    expect(button('Previous')).toHaveProperty('disabled', true)
    fireEvent.click(button('Next'))
    expect(screen.getAllByRole('listitem')).toHaveLength(1)
    fireEvent.click(button('c'))
    expect(opened).toEqual(['c'])
  })

  test('says that there is nothing yet', async () => {
    const started = await startKeepspace()
    renderIn(started, <WorkspaceManager />)
    screen.getByText('No workspaces yet. The first one you make is listed here.')
    expect(screen.queryByRole('list')).toBe(null)
  })

  test('says that the list could not be read, and reads it again when asked', async () => {
    const first = await startThree()
    first.faults.fail('readPrefix', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    first.faults.fail('read', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    const keepspace = await first.again()
    const started = {...first, keepspace}
    renderIn(started, <WorkspaceManager />)
    await pass(started, 200)
    within(screen.getByRole('alert')).getByText(/./, {selector: 'p'})
    first.faults.clear()
    fireEvent.click(button('Try again'))
    await pass(started, 200)
    expect(screen.getAllByRole('listitem')).toHaveLength(3)
    expect(screen.queryByRole('alert')).toBe(null)
  })
})

describe(MemoryBlocked.name, () => {
  test('offers what to close, and is gone once the workspace is open', async () => {
    const started = await startWithNote({cap: 1}, ids)
    renderIn(started, <MemoryBlocked id="b" onManage={() => undefined} />)
    expect(screen.queryByRole('alert')).toBe(null)
    act(() => void started.keepspace.activate('b'))
    await pass(started, 1_100)
    const alert = screen.getByRole('alert', {name: 'No room in memory'})
    within(alert).getByText('Everything in memory is needed. Close one of these, and this workspace opens by itself.')
    within(alert).getByText('It stays because you see it.')
    button('Manage workspaces')
    fireEvent.click(button('Close a'))
    await pass(started, 200)
    expect(screen.queryByRole('alert')).toBe(null)
    expect(started.keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('says why one stays, and stops its work only when asked twice', async () => {
    const started = await startWithNote({cap: 1}, ids)
    started.component.startOperation({name: 'upload'})
    act(() => void started.keepspace.activate('b'))
    renderIn(started, <MemoryBlocked id="b" />)
    await pass(started, 1_100)
    fireEvent.click(button('Close a'))
    await pass(started, 200)
    screen.getByText('Something is still running here and would have to begin again.')
    fireEvent.click(button('Stop the work of and close a'))
    await pass(started, 200)
    expect(started.keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('under critical memory says so, and when nothing else is in it opens on request', async () => {
    const memory = {percent: 10}
    const measure = async () => ({usedBytes: memory.percent, limitBytes: 100})
    const started = await startWithNote(
      {memoryProbes: [{source: 'heap', measure}], flags: {memoryAwareEviction: true}},
      ids,
    )
    renderIn(started, <MemoryBlocked id="b" />)
    memory.percent = 95
    act(() => started.keepspace.measureMemory())
    await pass(started, 100)
    act(() => {
      started.keepspace.activate('b')
      started.keepspace.hide('a')
    })
    await pass(started, 20)
    screen.getByText(/^Memory is nearly full\. Close what you do not need/)
    expect(screen.queryByRole('button', {name: 'Open it all the same'})).toBe(null)
    await pass(started, 30_000)
    screen.getByText(/^Memory is nearly full, although no workspace is in it/)
    fireEvent.click(button('Open it all the same'))
    await pass(started, 20)
    expect(started.keepspace.getStatus('b').phase).toBe('hot')
  })
})

describe(EvictionReason.name, () => {
  test('of one that was let go says what it was weighed against', async () => {
    const started = await startWithNote({cap: 1}, ids)
    started.keepspace.activate('b')
    started.keepspace.hide('a')
    await started.time.advanceAsync(500)
    const {container} = renderIn(started, <EvictionReason id="a" />)
    screen.getByText(/^It was let go because no more workspaces fit in memory\./)
    expect(container.querySelector('[data-state]')?.getAttribute('data-state')).toBe('evicted')
    expect([...container.querySelectorAll('dt')].map(({textContent}) => textContent)).toContain('Weighed against')
  })
})

describe(MemoryIndicator.name, () => {
  test('says that nothing can leave memory, although it is not measured, until that is over', async () => {
    const started = await startWithNote({}, ['a', 'b', 'c', 'd'])
    const {keepspace} = started
    for (const id of ['b', 'c', 'd']) {
      keepspace.open(id)
    }
    await pass(started, 100)
    const stop = keepspace.beforeEviction(() => Promise.reject(new Error('not now')))
    const {container} = renderIn(started, <MemoryIndicator />)
    expect(container.textContent).toBe('')
    act(() => keepspace.setCap(1))
    await pass(started, 1_000)
    screen.getByText('Workspaces stay in memory, because letting them go does not work. It is tried again by itself.')
    stop()
    await pass(started, 10_000)
    expect(container.textContent).toBe('')
  })

  test.each([
    ['low', 10, undefined],
    ['normal', 55, '55 % of memory. Memory is in use'],
    ['elevated', 70, '70 % of memory. Memory is filling up. Closing some workspaces helps.'],
    ['high', 80, /^80 % of memory\. Memory is running low\./],
    ['critical', 95, /^95 % of memory\. Memory is nearly full\./],
  ])('says what %s memory means', async (level, percent, words) => {
    const measure = async () => ({usedBytes: percent, limitBytes: 100})
    const started = await startWithNote(
      {memoryProbes: [{source: 'heap', measure}], flags: {memoryAwareEviction: true}},
      ids,
    )
    const {container} = renderIn(started, <MemoryIndicator />)
    await pass(started, 100)
    expect(started.keepspace.getMemory().level).toBe(level)
    if (words === undefined) {
      expect(container.textContent).toBe('')
    } else {
      expect(screen.getByText(words).getAttribute('data-level')).toBe(level)
    }
  })
})
