import {describe, expect, test} from 'vitest'
import {defaultLease} from '../../src/machines/lease/lease.policy.ts'
import type {HeadRecord} from '../../src/model/records.ts'
import type {TabMessage} from '../../src/model/tab-bus.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'
import {createFakeBuses, createFakePage} from '../../src/testing/fake-page.ts'
import {note, timer} from '../support/definitions.ts'
import {startWithNote} from '../support/start-keepspace.ts'

const {askWaitMs, idleMs} = defaultLease

/** Two tabs that show the same workspace with two notes, each with a page, a bus and locks that a test can take away. */
async function startTwoTabs() {
  const newBus = createFakeBuses()
  const newLocks = createFakeLocks()
  const page = createFakePage()
  const tabOf = () => {
    const bus = newBus()
    const state = {isFrozen: false}
    const hearing: typeof bus = {
      ...bus,
      subscribe: (listener) => bus.subscribe((message: TabMessage) => void (state.isFrozen || listener(message))),
    }
    return {bus: hearing, locks: newLocks(), state}
  }
  const [one, two] = [tabOf(), tabOf()]
  const started = await startWithNote({bus: one.bus, locks: one.locks, lifecycle: page.lifecycle})
  const {keepspace: first, time, storage} = started
  started.workspace.add(note, {id: 'n2'})
  await time.advanceAsync(500)
  const second = await started.again({bus: two.bus, locks: two.locks, lifecycle: createFakePage().lifecycle})
  second.activate('a')
  await second.whenReady('a')
  await time.settle()
  const type = (tab: typeof first, id: string, text: string) => tab.workspace('a').component(note, id).set({text})
  const text = (tab: typeof first, id: string) => tab.workspace('a').component(note, id).getState()?.text
  const head = async () => {
    const [stored] = await (await storage.target.open()).readPrefix('scope/test%2Flocal/head/a')
    return stored?.value as HeadRecord
  }
  const editing = () => [first.getStatus('a').editing, second.getStatus('a').editing]
  return {...started, one, two, page, first, second, type, text, head, editing}
}

describe('who edits', () => {
  test('is known in every tab, and handed over with the first keystroke in another one', async () => {
    const {first, second, type, text, editing, time, log} = await startTwoTabs()
    expect(editing()).toEqual(['here', 'elsewhere'])
    const before = log.commits.length
    type(first, 'n1', 'not saved yet')
    type(second, 'n2', 'typed here')
    await time.settle()
    expect(editing()).toEqual(['here', 'elsewhere'])
    await time.advanceAsync(50)
    // What the first tab had was saved before it handed over, long before its own quiet time ended.
    expect(editing()).toEqual(['elsewhere', 'here'])
    expect(text(second, 'n1')).toBe('not saved yet')
    await time.advanceAsync(500)
    expect([first, second].map((tab) => [text(tab, 'n1'), text(tab, 'n2')])).toEqual([
      ['not saved yet', 'typed here'],
      ['not saved yet', 'typed here'],
    ])
    // Each tab wrote once, and no commit was refused.
    expect(log.commits).toHaveLength(before + 2)
  })

  test('is nobody when nothing was edited for a while, when the page is hidden, and when the workspace leaves memory', async () => {
    const {first, second, type, editing, page, time} = await startTwoTabs()
    await time.advanceAsync(idleMs)
    expect(editing()).toEqual(['nobody', 'nobody'])
    type(first, 'n1', 'again')
    await time.settle()
    expect(editing()).toEqual(['here', 'elsewhere'])
    page.emit('hidden')
    await time.settle()
    expect(editing()).toEqual(['nobody', 'nobody'])
    type(first, 'n1', 'by something that runs in a hidden page')
    await time.settle()
    expect(editing()).toEqual(['here', 'elsewhere'])
    page.emit('visible')
    await time.settle()
    expect(editing()).toEqual(['here', 'elsewhere'])
    first.hide('a')
    void first.unload('a')
    await time.advanceAsync(500)
    type(second, 'n1', 'free at once')
    await time.settle()
    expect(editing()).toEqual(['nobody', 'here'])
  })

  test('is said to a tab that opens the workspace later', async () => {
    const {again, one, time} = await startTwoTabs()
    const third = await again({bus: one.bus})
    third.activate('a')
    await third.whenReady('a')
    await time.settle()
    expect(third.getStatus('a').editing).toBe('nobody')
    expect(third.getStatus('b').editing).toBe('nobody')
  })
})

describe('work that runs', () => {
  test('runs in the tab that edits alone, is followed in the others, and goes on where somebody takes over', async () => {
    const {first, second, type, editing, time, one, two} = await startTwoTabs()
    first.workspace('a').add(timer, {id: 't', state: {isTicking: true, seconds: 600}})
    await time.advanceAsync(60_000)
    const seconds = () =>
      [first, second].map((tab) => tab.workspace('a').component(timer, 't').getState()?.seconds ?? 0)
    expect(editing()).toEqual(['here', 'elsewhere'])
    expect(seconds()[0]).toBe(540)
    // What is followed is what was saved last, every two seconds.
    expect(Math.abs(Number(seconds()[1]) - 540)).toBeLessThanOrEqual(3)
    type(second, 'n1', 'typed here')
    await time.advanceAsync(60_000)
    expect(editing()).toEqual(['elsewhere', 'here'])
    expect(Math.abs(Number(seconds()[1]) - 480)).toBeLessThanOrEqual(3)
    two.state.isFrozen = true
    two.locks.end()
    void second.dispose({timeoutMs: 0})
    one.state.isFrozen = false
    await time.advanceAsync(60_000)
    expect(editing()[0]).toBe('here')
    expect(Math.abs(Number(seconds()[0]) - 430)).toBeLessThanOrEqual(15)
    expect(first.getStatus('a').save).not.toBe('conflict')
  })
})

describe('a tab that does not answer', () => {
  test('is waited for within the bound, then taken over; typing and what was typed are never held up', async () => {
    const {second, one, type, text, editing, time, head} = await startTwoTabs()
    const before = (await head()).fence ?? 0
    one.state.isFrozen = true
    type(second, 'n2', 'a')
    const saved = second.persist('a', 'explicit')
    expect(text(second, 'n2')).toBe('a')
    await time.advanceAsync(askWaitMs - 1)
    expect([second.getStatus('a').editing, second.getStatus('a').save]).toEqual(['elsewhere', 'saving'])
    await time.advanceAsync(20)
    expect((await saved).status).toBe('saved')
    expect(editing()).toEqual(['elsewhere', 'here'])
    expect((await head()).fence).toBe(before + 1)
  })

  test('finds its commit refused when it thaws, follows, and keeps what it had', async () => {
    const {first, second, one, type, text, editing, time, log, head} = await startTwoTabs()
    one.state.isFrozen = true
    type(second, 'n2', 'taken over')
    await time.advanceAsync(1_000)
    const {revision, fence} = await head()
    const before = log.commits.length
    one.state.isFrozen = false
    type(first, 'n1', 'of the thawed tab')
    await time.advanceAsync(1_500)
    const tries = log.commits.slice(before).flatMap(({groups}) => groups.map(({expect: {revision}}) => revision))
    expect(tries).toEqual([revision - 1, revision])
    expect(await head()).toMatchObject({revision: revision + 1, fence: (fence ?? 0) + 1})
    expect([first, second].map((tab) => [text(tab, 'n1'), text(tab, 'n2')])).toEqual([
      ['of the thawed tab', 'taken over'],
      ['of the thawed tab', 'taken over'],
    ])
    expect(editing()).toEqual(['here', 'elsewhere'])
  })

  test('that was killed holds nobody up', async () => {
    const {second, one, type, editing, time} = await startTwoTabs()
    one.state.isFrozen = true
    one.locks.end()
    type(second, 'n2', 'at once')
    await time.settle()
    expect(editing()[1]).toBe('here')
  })
})

test('without locks and without a bus everything is kept by compare-and-set alone', async () => {
  const started = await startWithNote({})
  const {keepspace: first, time, workspace} = started
  workspace.add(note, {id: 'n2'})
  await time.advanceAsync(500)
  const second = await started.again()
  second.activate('a')
  await second.whenReady('a')
  for (let round = 1; round <= 5; round += 1) {
    first
      .workspace('a')
      .component(note, 'n1')
      .set({text: `first ${round}`})
    second
      .workspace('a')
      .component(note, 'n2')
      .set({text: `second ${round}`})
    await time.advanceAsync(2_000)
  }
  const third = await started.again()
  await third.activate('a')
  await third.whenReady('a')
  const texts = ['n1', 'n2'].map((id) => third.workspace('a').component(note, id).getState()?.text)
  expect(texts).toEqual(['first 5', 'second 5'])
  expect([first.getStatus('a').save, second.getStatus('a').save]).toEqual(['saved', 'saved'])
})
