import {once} from 'node:events'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {build} from 'vite'

const html = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Campaign</title><link rel="icon" href="data:," /></head>
  <body><script type="module" src="./page.js"></script></body>
</html>`

/** The page of the campaign, built as an app is built for production, and the place it reports to. */
export type PageServer = AsyncDisposable & {
  readonly url: string
  /** Resolves when no browser is connected any more: every report that left it has been heard. Rejects with what `heard` threw. */
  drained(): Promise<void>
}

export type PageServerOptions = {
  /** Path of the script of the page. */
  readonly page: string
  /** What the page is told when it asks for its order. */
  readonly order: () => object
  /** Called with each report that arrived whole. */
  readonly heard: (kind: string, report: unknown) => void
}

/** Builds the page into a folder of its own and serves it. The address, and so the origin, stays until it is disposed. */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const {page} = options
  const outDir = await mkdtemp(join(tmpdir(), 'keepspace-page-'))
  await build({
    root: dirname(page),
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    define: {'process.env.NODE_ENV': '"production"'},
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: {input: page, output: {entryFileNames: 'page.js', codeSplitting: false}},
    },
  })
  const script = await readFile(join(outDir, 'page.js'))
  await rm(outDir, {recursive: true})
  const sockets = new Set<Socket>()
  let failure: unknown
  const heard: PageServerOptions['heard'] = (kind, report) => {
    try {
      options.heard(kind, report)
    } catch (error) {
      failure ??= error
    }
  }
  const server = createServer((request, response) => {
    answer(request, response, script, {...options, heard}).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await listen(server)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    drained: async () => {
      await Promise.all([...sockets].map(closed))
      if (failure !== undefined) {
        throw failure
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  script: Buffer,
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
  const answers: Readonly<Record<string, () => readonly [type: string, body: string | Buffer]>> = {
    '/': () => ['text/html', html],
    '/elsewhere': () => ['text/html', '<!doctype html><title>Elsewhere</title>'],
    '/page.js': () => ['text/javascript', script],
    '/session': () => ['application/json', JSON.stringify(order())],
  }
  const [type, body] = answers[pathname]?.() ?? []
  response.writeHead(type === undefined ? 404 : 200, {
    'content-type': type ?? 'text/plain',
    'cache-control': 'no-store',
  })
  response.end(body)
}

/** A killed browser resets its connections: an error of a socket is an end like any other. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) {
      resolve()
    } else {
      socket.once('close', () => resolve())
    }
  })
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}
