import {afterEach, expect, test, vi} from 'vitest'
import {inspectInWindow} from '../../src/inspector/window-connection.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {startWithNote} from '../support/start-keepspace.ts'

afterEach(() => vi.unstubAllGlobals())

type Heard = {readonly source: unknown; readonly origin: string; readonly data: unknown}

/** A page, and the window that it opens. */
function stubWindow({isBlocked = false} = {}) {
  const posted: {readonly message: {readonly type: string}; readonly origin: string}[] = []
  const listeners = new Set<(message: Heard) => void>()
  const opened = {postMessage: (message: {type: string}, origin: string) => void posted.push({message, origin})}
  vi.stubGlobal('window', {
    location: {href: 'https://app.example/'},
    open: () => (isBlocked ? null : opened),
    addEventListener: (_: string, listener: (message: Heard) => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: (message: Heard) => void) => listeners.delete(listener),
  })
  const hear = (message: Heard) => listeners.forEach((listener) => void listener(message))
  return {hear, listeners, opened, posted}
}

const greeting = {type: '@statelyai.connected'}

test('only the page that was opened is told, at its own origin', async () => {
  const {hear, opened, posted} = stubWindow()
  const {keepspace, component, time} = await startWithNote()
  inspectInWindow(keepspace)
  hear({source: opened, origin: 'https://evil.example', data: greeting})
  hear({source: {}, origin: 'https://stately.ai', data: greeting})
  hear({source: opened, origin: 'https://stately.ai', data: {type: 'something else'}})
  expect(posted).toEqual([])
  hear({source: opened, origin: 'https://stately.ai', data: greeting})
  component.set({text: 'x'})
  await time.advanceAsync(1_000)
  expect(posted.length).toBeGreaterThan(20)
  expect(new Set(posted.map(({origin}) => origin))).toEqual(new Set(['https://stately.ai']))
})

test('a page that comes late is told every actor that is there and the newest of what happened', async () => {
  const {hear, opened, posted} = stubWindow()
  const {keepspace, component, time} = await startWithNote()
  inspectInWindow(keepspace, {capacity: 20})
  for (const text of ['x', 'y', 'z']) {
    component.set({text})
    await time.advanceAsync(1_000)
  }
  hear({source: opened, origin: 'https://stately.ai', data: greeting})
  const names = posted.flatMap(({message}) => ('name' in message ? [message.name] : []))
  expect(names).toEqual(expect.arrayContaining(['keepspace', 'keepspace.writer', 'keepspace.ws.a']))
  expect(names.filter((name) => name === 'keepspace.ws.a.save').length).toBeLessThan(2)
})

test('once stopped it neither tells nor hears', async () => {
  const {hear, listeners, opened, posted} = stubWindow()
  const {keepspace, component, time} = await startWithNote()
  const connection = inspectInWindow(keepspace)
  hear({source: opened, origin: 'https://stately.ai', data: greeting})
  connection.stop()
  expect(listeners.size).toBe(0)
  const before = posted.length
  component.set({text: 'x'})
  await time.advanceAsync(1_000)
  expect(posted.length).toBe(before)
  expect(posted.at(-1)?.message.type).toBe('@statelyai.disconnected')
})

test('a window that is refused, and a place without windows, are said', async () => {
  const {keepspace} = await startWithNote()
  expect(() => inspectInWindow(keepspace)).toThrow(KeepspaceError)
  stubWindow({isBlocked: true})
  expect(() => inspectInWindow(keepspace)).toThrow('refused to open a window')
})
