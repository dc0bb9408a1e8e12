import {createStatelyTranslator, type StatelyEvent} from '../host/stately-events.ts'
import {doubledMs} from '../model/backoff.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {Keepspace} from '../model/handles.ts'
import type {ProjectionOptions} from '../model/projection.ts'
import {createBacklog} from './backlog.ts'
import {listenToCharts} from './listening.ts'
import {assertLoopback} from './loopback.ts'
import {DEFAULT_CAPACITY, type InspectorConnection} from './window-connection.ts'

/** So much of a WebSocket as is used: that of browsers and Node 22, and that of the package `ws`. */
export type SocketLike = {
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
}

export type SocketConnectionOptions = ProjectionOptions & {
  /** @defaultValue `ws://127.0.0.1:8080` */
  readonly url?: string
  /** @defaultValue the `WebSocket` of the platform; Node 20 has none: give it that of the package `ws` */
  readonly WebSocket?: new (
    url: string,
  ) => SocketLike
  /** Allows an address that is not on this machine. @defaultValue false */
  readonly allowRemote?: boolean
  readonly capacity?: number
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 10_000

/**
 * Tells a server of every chart, for Node: the one of {@link startInspectorServer}, or `createInspectorServer` of
 * `@statelyai/inspect`. A connection that ends is made again until `stop`.
 *
 * @throws {@link KeepspaceError} `usage` without a WebSocket, or when the address is not on this machine
 */
export function inspectOverSocket(keepspace: Keepspace, options: SocketConnectionOptions = {}): InspectorConnection {
  const {url = 'ws://127.0.0.1:8080', capacity = DEFAULT_CAPACITY, allowRemote = false} = options
  const Socket = options.WebSocket ?? (globalThis.WebSocket as (new (url: string) => SocketLike) | undefined)
  if (Socket === undefined) {
    throw new KeepspaceError('usage', 'this platform has no WebSocket: pass that of the package ws')
  }
  if (!allowRemote) {
    assertLoopback(new URL(url).hostname)
  }
  const backlog = createBacklog(capacity)
  const line = createLine({open: () => new Socket(url), time: keepspace.time, opening: backlog.all})
  const endListening = listenToCharts(
    keepspace,
    createStatelyTranslator((event) => {
      backlog.add(event)
      line.send(event)
    }),
    options,
  )
  return {
    stop: () => {
      endListening()
      line.stop()
    },
  }
}

/** A connection that is made again, later each time, until it is stopped. */
function createLine({
  open,
  time,
  opening,
}: {
  readonly open: () => SocketLike
  readonly time: Keepspace['time']
  readonly opening: () => readonly StatelyEvent[]
}) {
  let socket: SocketLike | undefined
  let isOpen = false
  let isStopped = false
  let failures = 0
  let timer: unknown

  const connect = () => {
    const current = open()
    socket = current
    current.addEventListener('open', () => {
      isOpen = true
      failures = 0
      for (const event of opening()) {
        current.send(JSON.stringify(event))
      }
    })
    // A failure is always followed by a close; without a listener Node would end the process.
    current.addEventListener('error', () => undefined)
    current.addEventListener('close', () => {
      isOpen = false
      if (!isStopped) {
        timer = time.setTimeout(connect, doubledMs(FIRST_RETRY_MS, failures, LONGEST_RETRY_MS))
        failures += 1
      }
    })
  }
  connect()
  return {
    send: (event: StatelyEvent) => {
      if (isOpen) {
        socket?.send(JSON.stringify(event))
      }
    },
    stop: () => {
      isStopped = true
      isOpen = false
      time.clearTimeout(timer)
      socket?.close()
    },
  }
}
