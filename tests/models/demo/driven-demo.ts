import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, statSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {type Browser, chromium} from 'playwright'
import {preview} from 'vite'
import {chromiumArguments, chromiumPath} from '../../../scripts/chromium.js'
import type {StoredValue} from './stored-values.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const buildScript = fileURLToPath(new URL('./build-driven-demo.js', import.meta.url))

/** The demo as it is published, but for its time, storage and a driver, and a browser to open it in. */
export type DrivenDemo = AsyncDisposable & {
  readonly url: string
  readonly browser: Browser
  /** What is stored after somebody has made what a model begins with. Made once, by hand. */
  readonly prepared: Map<string, Promise<readonly StoredValue[]>>
  /** The transition that the running charts lack. */
  missing: string | undefined
}

/** Builds the demo in a process of its own, as the test runner's environment would make it a development build. */
export async function startDrivenDemo(): Promise<DrivenDemo> {
  const outDir = await mkdtemp(join(tmpdir(), 'keepspace-driven-'))
  const env = {...process.env, NODE_ENV: 'production'}
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, args, {cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env})
  if (!isPackageBuilt()) {
    run(`${root}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json', '--noCheck')
  }
  run(buildScript, outDir)
  const server = await preview({
    root: `${root}demo`,
    configFile: false,
    base: './',
    logLevel: 'warn',
    build: {outDir},
    preview: {port: 0, host: '127.0.0.1'},
  })
  const browser = await chromium.launch({executablePath: chromiumPath(), args: [...chromiumArguments]})
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    browser,
    prepared: new Map(),
    missing: undefined,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await server.close()
      await rm(outDir, {recursive: true, force: true})
    },
  }
}

function isPackageBuilt(): boolean {
  const built = `${root}dist/index.js`
  const sources = readdirSync(`${root}src`, {recursive: true, encoding: 'utf8'})
  return existsSync(built) && sources.every((path) => statSync(`${root}src/${path}`).mtimeMs < statSync(built).mtimeMs)
}
