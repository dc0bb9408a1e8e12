import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {type CDPSession, chromium, type Page} from 'playwright'
import {build, preview} from 'vite'
import {chromiumArguments, chromiumPath} from '../../scripts/chromium.js'
import type {SoakCounts} from './page.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const FEW = 10
/** Switches among the first few before the heap is measured for the first time. */
const WARM_UP = 300
const BYTES_PER_MB = 1_000_000

/** Compiled code lies on the same heap and goes on growing while it is used: half a megabyte that no workspace left there. */
const INTERPRETED = '--js-flags=--no-opt --no-maglev --no-sparkplug'

export type SoakOptions = {
  readonly workspaces: number
  readonly cap: number
  /** So many of them are pinned. @defaultValue 0 */
  readonly pinned?: number
  /** How long, milliseconds, or how often workspaces are switched at random after each was seen once. */
  readonly wander: {readonly ms: number} | {readonly switches: number}
  readonly seed: number
  readonly announce?: (progress: string) => void
}

export type SoakResult = SoakCounts & {
  /** Megabytes of live objects after ten workspaces were seen, and after all were. */
  readonly heapAfter10Mb: number
  readonly heapAfterAllMb: number
}

/** Sends a real Chromium through many workspaces of which few fit in memory, and measures what is left in it. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  await using server = await servePage()
  await using browser = await openPage(server.url)
  const {page, heapMb} = browser
  const {workspaces, announce = () => undefined} = options
  announce(`${workspaces} workspaces are made`)
  await page.evaluate((given) => window.soak.begin(given), {
    workspaces,
    cap: options.cap,
    pinned: options.pinned ?? 0,
    seed: options.seed,
  })
  const furnish = (from: number, to: number) =>
    page.evaluate(([first, end]) => window.soak.furnish(first, end), [from, to] as const)
  const settle = () => page.evaluate(() => window.soak.settle())
  await furnish(0, Math.min(FEW, workspaces))
  // To and fro, until rings are full and code is compiled: only what a new workspace leaves behind is growth.
  await page.evaluate(([among, switches]) => window.soak.wander({among, switches}), [
    Math.min(FEW, workspaces),
    WARM_UP,
  ] as const)
  await settle()
  const heapAfter10Mb = await heapMb()
  announce('the rest is seen once')
  await furnish(Math.min(FEW, workspaces), workspaces)
  await settle()
  const heapAfterAllMb = await heapMb()
  announce('switched at random')
  await page.evaluate((until) => window.soak.wander(until), options.wander)
  announce('compared with the model')
  await page.evaluate(() => window.soak.verify())
  const counts = await page.evaluate(() => window.soak.counts())
  const unsaved = await page.evaluate(() => window.soak.unsaved())
  return {...counts, mismatches: counts.mismatches + unsaved, heapAfter10Mb, heapAfterAllMb}
}

async function servePage(): Promise<AsyncDisposable & {readonly url: string}> {
  const outDir = await mkdtemp(join(tmpdir(), 'keepspace-soak-page-'))
  const shared = {root: folder, configFile: false, logLevel: 'warn'} as const
  await build({
    ...shared,
    mode: 'production',
    define: {'process.env.NODE_ENV': '"production"'},
    build: {outDir, emptyOutDir: true, rolldownOptions: {input: `${folder}page.html`}},
  })
  const server = await preview({...shared, build: {outDir}, preview: {port: 0, host: '127.0.0.1'}})
  const [url] = server.resolvedUrls?.local ?? []
  if (url === undefined) {
    throw new Error('the preview server has no address')
  }
  return {
    url: `${url}page.html`,
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(outDir, {recursive: true, force: true})
    },
  }
}

async function openPage(
  url: string,
): Promise<AsyncDisposable & {readonly page: Page; readonly heapMb: () => Promise<number>}> {
  const profile = await mkdtemp(join(tmpdir(), 'keepspace-soak-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumArguments, INTERPRETED],
    headless: true,
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  if (!(await page.evaluate(() => 'soak' in window))) {
    throw new Error(`The page of the soak does not start: ${errors.join(', ')}`)
  }
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  return {
    page,
    heapMb: () => heapMb(session),
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(profile, {recursive: true, force: true})
    },
  }
}

/** Megabytes of live objects. Weak references are let go with the second collection, once the first has seen them. */
async function heapMb(session: CDPSession): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await session.send('HeapProfiler.collectGarbage')
    await session.send('Runtime.evaluate', {expression: 'new Promise((go) => setTimeout(go, 50))', awaitPromise: true})
  }
  return Math.round(((await session.send('Runtime.getHeapUsage')).usedSize / BYTES_PER_MB) * 100) / 100
}
