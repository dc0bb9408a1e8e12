import {createWebSocketReceiver, type StatelyInspectionEvent} from '@statelyai/inspect'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {WebSocket, WebSocketServer} from 'ws'
import {type InspectorServer, startInspectorServer} from '../../src/inspector/inspector-server.ts'
import {inspectOverSocket} from '../../src/inspector/socket-connection.ts'
import type {Time} from '../../src/model/time.ts'
import {systemTime} from '../../src/services/time/system-time.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'
import {SECRET} from './support/busy-life.ts'

const opened: InspectorServer[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()))
})

async function startServer(port = 0, capacity = 2_000): Promise<InspectorServer> {
  const server = await startInspectorServer({WebSocketServer, port, capacity})
  opened.push(server)
  return server
}

/** The receiver of Stately, as it is published. */
function receive(url: string) {
  const received: StatelyInspectionEvent[] = []
  createWebSocketReceiver({server: url}).subscribe((event) => void received.push(event))
  return received
}

const namesOf = (events: readonly StatelyInspectionEvent[]) =>
  events.flatMap((event) => (event.type === '@xstate.actor' ? [event.name] : []))

describe('over a WebSocket', () => {
  test('a receiver that comes late is told every actor, and nothing that a person wrote', async () => {
    const {url} = await startServer()
    const {keepspace, component, time} = await startWithNote()
    const connection = inspectOverSocket(keepspace, {url, WebSocket})
    component.set({text: SECRET})
    await time.advanceAsync(1_000)
    const received = receive(url)
    await expect.poll(() => namesOf(received)).toContain('keepspace.ws.a.save')
    expect(namesOf(received)).toEqual(expect.arrayContaining(['keepspace', 'keepspace.writer', 'keepspace.ws.a']))
    expect(JSON.stringify(received)).not.toContain(SECRET)
    connection.stop()
    await finish(time, keepspace.dispose())
  })

  test('a receiver that comes after many messages is told every actor all the same, of the app that is there', async () => {
    const {url} = await startServer(0, 20)
    const gone = await startWithNote({namespace: 'gone'})
    const before = inspectOverSocket(gone.keepspace, {url, WebSocket})
    const early = receive(url)
    await expect.poll(() => namesOf(early)).toContain('keepspace.ws.a')
    before.stop()

    const {keepspace, component, time} = await startWithNote()
    const connection = inspectOverSocket(keepspace, {url, WebSocket})
    const told = early.length
    for (const text of ['one', 'two', 'three', 'four']) {
      component.set({text})
      await time.advanceAsync(1_000)
    }
    await expect.poll(() => early.length).toBeGreaterThan(told + 60)
    const late = receive(url)
    await expect.poll(() => namesOf(late)).toContain('keepspace.ws.a')
    expect(namesOf(late)).toEqual(expect.arrayContaining(['keepspace', 'keepspace.writer', 'keepspace.eviction']))
    expect(namesOf(late).filter((name) => name === 'keepspace')).toHaveLength(1)
    connection.stop()
    await finish(time, keepspace.dispose())
    await finish(gone.time, gone.keepspace.dispose())
  })

  test('a connection that ends is made again, and not once it was stopped', async () => {
    const waits: number[] = []
    const cleared: unknown[] = []
    const wrapTime = (inner: Time): Time => ({
      ...inner,
      setTimeout: (callback, delayMs) => {
        if (callback.name === 'connect') {
          waits.push(delayMs)
          return systemTime.setTimeout(callback, 5)
        }
        return inner.setTimeout(callback, delayMs)
      },
      clearTimeout: (handle) => {
        cleared.push(handle)
        inner.clearTimeout(handle)
        systemTime.clearTimeout(handle)
      },
    })
    const first = await startServer()
    const {keepspace} = await startWithNote({wrapTime})
    const sockets: WebSocket[] = []
    class CountedSocket extends WebSocket {
      constructor(url: string) {
        super(url)
        sockets.push(this)
      }
    }
    const connection = inspectOverSocket(keepspace, {url: first.url, WebSocket: CountedSocket})
    const receivedFirst = receive(first.url)
    await expect.poll(() => namesOf(receivedFirst)).toContain('keepspace.ws.a')
    await first.close()
    await expect.poll(() => waits.length).toBeGreaterThan(3)
    expect(waits.slice(0, 3)).toEqual([500, 1_000, 2_000])

    const second = await startServer(Number(new URL(first.url).port))
    const received = receive(second.url)
    await expect.poll(() => namesOf(received)).toContain('keepspace.ws.a')

    connection.stop()
    const made = [waits.length, sockets.length]
    await second.close()
    await vi.waitFor(() =>
      expect(new Set(sockets.map(({readyState}) => readyState))).toEqual(new Set([WebSocket.CLOSED])),
    )
    expect([waits.length, sockets.length]).toEqual(made)
  })

  test('nothing is sent to another machine unless that is asked for', async () => {
    const {keepspace} = await startWithNote()
    const connect = (url: string) => () => inspectOverSocket(keepspace, {url, WebSocket})
    expect(connect('ws://inspect.example:8080')).toThrow('inspect.example is another machine')
    expect(connect('ws://192.168.1.4:8080')).toThrow('is another machine')
    expect(() => inspectOverSocket(keepspace, {url: 'ws://127.0.0.1:1', WebSocket: undefined as never})).toThrow()
  })
})

describe('the server', () => {
  test('listens on this machine alone', async () => {
    const {url} = await startServer()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    const {networkInterfaces} = await import('node:os')
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one !== undefined && !one.internal && one.family === 'IPv4')
    for (const host of ['127.0.0.2', ...others.map((other) => other?.address)]) {
      await expect(open(`ws://${host}:${new URL(url).port}`)).rejects.toThrow('ECONNREFUSED')
    }
    await expect(open(url)).resolves.toBe('open')
  })

  test('refuses pages of other sites, also under a name that leads here', async () => {
    const {url} = await startServer()
    await expect(open(url, {origin: 'https://evil.example'})).rejects.toThrow('401')
    await expect(open(url, {headers: {host: 'evil.example'}})).rejects.toThrow('401')
    await expect(open(url, {origin: 'http://localhost:5173'})).resolves.toBe('open')
  })

  test('says it when its port is taken', async () => {
    const {url} = await startServer()
    await expect(startServer(Number(new URL(url).port))).rejects.toThrow('no inspector server')
  })
})

function open(url: string, options: {origin?: string; headers?: Record<string, string>} = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options)
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('error', reject)
  })
}
