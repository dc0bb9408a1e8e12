import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, statSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {build, preview} from 'vite'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const built = `${root}demo/dist/index.html`

export type DemoServer = {
  /** Ends with a slash. */
  readonly url: string
  close(): Promise<void>
}

/** Serves the demo as it is published, built from the package as it is published. Builds only what is out of date. */
export async function serveDemo(): Promise<DemoServer> {
  if (!isBuilt()) {
    execFileSync(
      process.execPath,
      [`${root}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json', '--noCheck'],
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    await build({root: `${root}demo`, logLevel: 'warn', mode: 'production'})
  }
  const server = await preview({root: `${root}demo`, logLevel: 'warn', preview: {port: 0, host: '127.0.0.1'}})
  const [url] = server.resolvedUrls?.local ?? []
  if (url === undefined) {
    throw new Error('the preview server has no address')
  }
  return {url, close: () => server.close()}
}

function isBuilt(): boolean {
  if (!existsSync(built)) {
    return false
  }
  const builtAt = statSync(built).mtimeMs
  const sources = ['src', 'demo/src', 'demo/public'].flatMap((folder) => filesIn(root + folder))
  return [...sources, `${root}demo/index.html`, `${root}demo/vite.config.ts`].every(
    (path) => statSync(path).mtimeMs < builtAt,
  )
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'}).map((path) => `${folder}/${path}`)
}
