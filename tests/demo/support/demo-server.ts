import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, statSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {preview} from 'vite'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const built = `${root}demo/dist/index.html`

export type DemoServer = AsyncDisposable & {
  /** Ends with a slash. */
  readonly url: string
  close(): Promise<void>
}

type DemoServerOptions = {
  readonly isIsolated?: boolean
  /** Where the session server is; without it there is none. */
  readonly api?: string
}

/** Serves the demo as it is published, built from the package as it is published. Builds only what is out of date. */
export async function serveDemo({isIsolated = false, api}: DemoServerOptions = {}): Promise<DemoServer> {
  if (!isBuilt()) {
    runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--noCheck'])
    runTool('vite/bin/vite.js', ['build', 'demo', '--logLevel', 'warn'])
  }
  const headers = isIsolated ? isolation : {}
  const proxy = api === undefined ? {} : {'/api': {target: api}}
  const server = await preview({
    root: `${root}demo`,
    logLevel: 'warn',
    preview: {port: 0, host: '127.0.0.1', headers, proxy},
  })
  const [url] = server.resolvedUrls?.local ?? []
  if (url === undefined) {
    throw new Error('the preview server has no address')
  }
  const close = () => server.close()
  return {url, close, [Symbol.asyncDispose]: close}
}

const isolation = {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'}

/** In a process of its own: the test runner's environment would make it a development build. */
function runTool(script: string, args: readonly string[]): void {
  execFileSync(process.execPath, [`${root}node_modules/${script}`, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {...process.env, NODE_ENV: 'production'},
  })
}

function isBuilt(): boolean {
  if (!existsSync(built)) {
    return false
  }
  const builtAt = statSync(built).mtimeMs
  const sources = ['src', 'demo/src', 'demo/public'].flatMap((folder) => filesIn(root + folder))
  return [...sources, `${root}demo/index.html`, `${root}demo/inspector.html`, `${root}demo/vite.config.ts`].every(
    (path) => statSync(path).mtimeMs < builtAt,
  )
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'}).map((path) => `${folder}/${path}`)
}
