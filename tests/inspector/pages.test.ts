import {expect, test} from 'vitest'
import {engineOf} from '../../src/host/engines.ts'
import {inspectInPages} from '../../src/inspector/page-connection.ts'
import {receiveInspection} from '../../src/inspector/page-receiver.ts'
import type {PageChannel, PageWord} from '../../src/inspector/page-words.ts'
import {viewAt} from '../../src/inspector/recording.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {startKeepspace, startWithNote} from '../support/start-keepspace.ts'

/** Channels that meet, as BroadcastChannels of one origin do. */
function createChannels() {
  const members = new Set<(word: PageWord) => void>()
  const words: PageWord[] = []
  const join = (): PageChannel => {
    const own = new Set<(message: {readonly data: unknown}) => void>()
    const hear = (data: PageWord) => own.forEach((listener) => void listener({data}))
    members.add(hear)
    return {
      postMessage: (word) => {
        words.push(structuredClone(word))
        for (const member of [...members].filter((other) => other !== hear)) {
          member(structuredClone(word))
        }
      },
      addEventListener: (_, listener) => own.add(listener),
      close: () => members.delete(hear),
    }
  }
  return {join, words}
}

async function start() {
  const channels = createChannels()
  const started = await startWithNote({inspect: undefined})
  const connection = inspectInPages(started.keepspace, {channel: channels.join(), title: 'An app'})
  const openPage = (id: string, time = createSimulatedTime()) => receiveInspection({channel: channels.join(), time, id})
  const isListening = () => {
    let looks = 0
    engineOf(started.keepspace).system.writer.send({
      type: 'retry.requested',
      get looked() {
        looks += 1
        return looks
      },
    } as never)
    return looks > 0
  }
  return {...started, ...channels, connection, openPage, isListening}
}

test('a page that opens is told how everything is and what happens then; without one nobody listens', async () => {
  const {component, connection, isListening, openPage, time} = await start()
  expect(isListening()).toBe(false)
  const page = openPage('p1')
  expect(isListening()).toBe(true)
  component.set({text: 'x'})
  await time.advanceAsync(1_000)
  const [app] = page.apps()
  expect(app?.title).toBe('An app')
  const recording = app?.read() ?? expect.fail()
  const view = viewAt(recording, recording.entries.length)
  const workspace = [...view.actors.values()].find(({actor}) => actor.systemId === 'keepspace.ws.a')
  expect(workspace?.snapshot?.value).toEqual({hot: 'clean'})
  expect(view.charts.get('workspace')?.states.length).toBeGreaterThan(20)
  page.stop()
  expect(isListening()).toBe(false)
  connection.stop()
})

test('a second page is told everything, and the first loses nothing', async () => {
  const {component, openPage, time} = await start()
  const first = openPage('p1')
  component.set({text: 'x'})
  await time.advanceAsync(1_000)
  const before = first.apps()[0]?.read().entries.length ?? 0
  const second = openPage('p2')
  component.set({text: 'y'})
  await time.advanceAsync(1_000)
  const seen = [first, second].map((page) => {
    const recording = page.apps()[0]?.read() ?? expect.fail()
    return [...viewAt(recording, recording.entries.length).actors.values()].map(({actor, snapshot}) => [
      actor.systemId,
      snapshot?.value,
    ])
  })
  expect(first.apps()[0]?.read().entries.length).toBeGreaterThan(before)
  expect(seen[0]).toEqual(seen[1])
})

test('a page that says nothing any more is given up', async () => {
  const {component, isListening, openPage, time} = await start()
  openPage('gone without a word')
  await time.advanceAsync(100_000)
  component.set({text: 'x'})
  await time.advanceAsync(1_000)
  expect(isListening()).toBe(false)
})

test('an app that begins while a page is open is found', async () => {
  const channels = createChannels()
  const page = receiveInspection({channel: channels.join(), time: createSimulatedTime(), id: 'p1'})
  const {keepspace} = await startWithNote()
  inspectInPages(keepspace, {channel: channels.join()})
  expect(page.apps().map(({title}) => title)).toEqual(['test'])
})

test('of apps that ended the last three are kept: a page that reloads again and again fills nothing', async () => {
  const channels = createChannels()
  const page = receiveInspection({channel: channels.join(), time: createSimulatedTime(), id: 'p1'})
  for (const title of ['one', 'two', 'three', 'four', 'five']) {
    const {lifecycle, emit} = createFakePage()
    const ids = {next: () => `${title}-${page.apps().length}`}
    inspectInPages((await startKeepspace({lifecycle, ids})).keepspace, {channel: channels.join(), title})
    if (title !== 'one') {
      emit('leaving')
    }
  }
  expect(page.apps().map(({title}) => title)).toEqual(['one', 'three', 'four', 'five'])
})
