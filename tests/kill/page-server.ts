import {once} from 'node:events'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'
import {build} from 'vite'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** The page of the campaign, built as an app is built for production, and the place it reports to. */
export type PageServer = AsyncDisposable & {
  readonly url: string
  /** Resolves when no browser is connected any more: every report that left it has been heard. */
  drained(): Promise<void>
}

export type PageServerOptions = {
  /** What the page is told when it asks for its order. */
  readonly order: () => object
  /** Called with each report that arrived whole. */
  readonly heard: (kind: string, report: unknown) => void
}

/** Builds the page into a folder of its own and serves it. The address, and so the origin, stays until it is disposed. */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const outDir = await mkdtemp(join(tmpdir(), 'keepspace-kill-page-'))
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    define: {'process.env.NODE_ENV': '"production"'},
    build: {outDir, emptyOutDir: true, target: 'es2022', rolldownOptions: {input: `${folder}page.html`}},
  })
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    answer(request, response, outDir, options).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await listen(server)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`,
    drained: async () => {
      await Promise.all([...sockets].map((socket) => socket.closed || once(socket, 'close')))
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(outDir, {recursive: true, force: true})
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  outDir: string,
  {order, heard}: PageServerOptions,
): Promise<void> {
  const {pathname} = new URL(request.url ?? '', 'http://127.0.0.1')
  if (request.method === 'POST') {
    const body = await text(request)
    // The end of a connection cuts a body without an error.
    if (Buffer.byteLength(body) === Number(request.headers['content-length'])) {
      heard(pathname.slice(1), JSON.parse(body))
    }
    response.end()
    return
  }
  if (pathname === '/session') {
    response.setHeader('cache-control', 'no-store').end(JSON.stringify(order()))
    return
  }
  const file = await readFile(join(outDir, pathname)).catch(() => undefined)
  response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'text/html')
  response.writeHead(file === undefined ? 404 : 200).end(file)
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}
