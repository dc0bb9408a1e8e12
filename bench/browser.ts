import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type BrowserContext, type CDPSession, chromium, type Page} from 'playwright'
import {chromiumArguments, chromiumPath} from '../scripts/chromium.js'

/** A real Chromium on a profile of its own. What pages store survives {@link Browser.restart}. */
export type Browser = AsyncDisposable & {
  /** Opens the page of the bench anew: no state in memory, everything stored is still there. */
  openPage(): Promise<BenchPage>
  /** Ends the browser and starts it again on the same profile. */
  restart(): Promise<void>
  version(): string
}

/** One loaded page and a line into its browser. */
export type BenchPage = AsyncDisposable & {
  readonly page: Page
  /** Milliseconds of processor time that the main thread has worked so far. */
  mainThreadMs(): Promise<number>
  /** Bytes of live objects, after garbage was collected. */
  heapBytes(): Promise<number>
}

/** Starts a browser for the page at `url`. */
export async function startBrowser(url: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'keepspace-bench-'))
  let context = await launch(profile)
  return {
    openPage: async () => connect(await context.newPage(), url),
    restart: async () => {
      await context.close()
      context = await launch(profile)
    },
    version: () => context.browser()?.version() ?? 'unknown',
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(profile, {recursive: true, force: true})
    },
  }
}

function launch(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumArguments],
    headless: true,
  })
}

async function connect(page: Page, url: string): Promise<BenchPage> {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  if (!(await page.evaluate(() => 'bench' in window))) {
    throw new Error(`The page of the bench does not start: ${errors.join(', ')}`)
  }
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', {timeDomain: 'threadTicks'})
  await session.send('HeapProfiler.enable')
  return {
    page,
    mainThreadMs: async () => (await metric(session, 'TaskDuration')) * 1_000,
    heapBytes: async () => {
      await session.send('HeapProfiler.collectGarbage')
      await session.send('HeapProfiler.collectGarbage')
      return (await session.send('Runtime.getHeapUsage')).usedSize
    },
    [Symbol.asyncDispose]: () => page.close(),
  }
}

async function metric(session: CDPSession, name: string): Promise<number> {
  const {metrics} = await session.send('Performance.getMetrics')
  const found = metrics.find((candidate) => candidate.name === name)
  if (found === undefined) {
    throw new Error(`this Chromium does not report ${name}`)
  }
  return found.value
}
