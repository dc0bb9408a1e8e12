import type {StatelyEvent} from '../host/stately-events.ts'
import {KeepspaceError} from '../model/errors.ts'
import {type Backlog, createBacklog} from './backlog.ts'
import {isLoopback} from './loopback.ts'

type ServedSocket = {
  readonly readyState: number
  on(type: 'message', listener: (data: unknown) => void): unknown
  on(type: 'error' | 'close', listener: () => void): unknown
  send(text: string): void
  terminate(): void
}

type Request = {readonly headers: {readonly host?: string | undefined; readonly origin?: string | undefined}}

/** So much of the server of the package `ws` as is used. */
export type SocketServerLike = {
  readonly clients: Iterable<ServedSocket>
  address(): unknown
  on(type: 'connection', listener: (socket: ServedSocket) => void): unknown
  on(type: 'listening', listener: () => void): unknown
  on(type: 'error', listener: (error: Error) => void): unknown
  close(done: () => void): void
}

export type InspectorServerOptions = {
  /** That of the package `ws`. */
  readonly WebSocketServer: new (options: {
    readonly host: string
    readonly port: number
    readonly maxPayload: number
    readonly verifyClient: (info: {readonly req: Request}) => boolean
  }) => SocketServerLike
  /** @defaultValue one that is free */
  readonly port?: number
  /**
   * So many messages of each app are kept for receivers that come later, and every actor that is there besides.
   * @defaultValue 2,000
   */
  readonly capacity?: number
}

/** Passes what charts do on from the app to whoever looks. */
export type InspectorServer = {
  readonly url: string
  close(): Promise<void>
}

/** What one app told. It outlives its connection, so that a crash can be looked at. */
type App = {readonly backlog: Backlog; isGone: boolean}

const OPEN = 1
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024

/**
 * A meeting point for {@link inspectOverSocket} and receivers such as `createWebSocketReceiver` of `@statelyai/inspect`.
 * It listens on this machine alone, refuses pages of other sites, opens no browser, and ends when it is closed.
 *
 * @throws {@link KeepspaceError} `usage` when the port cannot be had
 */
export async function startInspectorServer(options: InspectorServerOptions): Promise<InspectorServer> {
  const {WebSocketServer, port = 0, capacity = 2_000} = options
  const apps = new Map<ServedSocket, App>()
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port,
    maxPayload: MAX_MESSAGE_BYTES,
    verifyClient: ({req}) => isFromHere(req),
  })
  await new Promise<void>((resolve, reject) => {
    server.on('listening', resolve)
    server.on('error', (error) => reject(new KeepspaceError('usage', `no inspector server: ${error.message}`)))
  })
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    for (const event of [...apps.values()].flatMap(({backlog}) => backlog.all())) {
      socket.send(JSON.stringify(event))
    }
    socket.on('close', () => {
      const app = apps.get(socket)
      if (app !== undefined) {
        app.isGone = true
      }
    })
    socket.on('message', (data) => {
      const message = String(data)
      const event = eventOf(message)
      if (event !== undefined) {
        appOf(socket, apps, capacity).backlog.add(event)
      }
      for (const client of server.clients) {
        if (client !== socket && client.readyState === OPEN) {
          client.send(message)
        }
      }
    })
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as {readonly port: number}).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) {
          client.terminate()
        }
        server.close(resolve)
      }),
  }
}

/** An app that begins to tell takes the place of those that are gone: it may be one of them, connected again. */
function appOf(socket: ServedSocket, apps: Map<ServedSocket, App>, capacity: number): App {
  const known = apps.get(socket)
  if (known !== undefined) {
    return known
  }
  for (const [gone, {isGone}] of apps) {
    if (isGone) {
      apps.delete(gone)
    }
  }
  const app = {backlog: createBacklog(capacity), isGone: false}
  apps.set(socket, app)
  return app
}

function eventOf(message: string): StatelyEvent | undefined {
  try {
    const event = JSON.parse(message) as Partial<StatelyEvent> | null
    return typeof event?.type === 'string' && typeof event.sessionId === 'string' ? (event as StatelyEvent) : undefined
  } catch {
    return undefined
  }
}

/** Programs name no origin; a page of another site would name its own, and a foreign name that leads here is in `host`. */
function isFromHere({headers: {host = '', origin}}: Request): boolean {
  const isMeant = isLoopback(host.replace(/:\d+$/, ''))
  return isMeant && (origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).hostname)))
}
