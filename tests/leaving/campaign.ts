import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {type BrowserContext, chromium, type Page} from 'playwright'
import {chromiumArguments, chromiumPath} from '../../scripts/chromium.js'
import {browserVersion, type Engine, engineOf} from '../kill/killable-browser.ts'
import {servePage} from '../kill/page-server.ts'
import {seededRandom} from '../kill/random.ts'
import type {LeavingPage} from './leaving-page.ts'
import {makeDeaf} from './make-deaf.ts'
import {randomTexts} from './texts.ts'

/** How a page is left. */
export type Way = 'close' | 'sameSite' | 'crossSite' | 'reload'

const ways: readonly Way[] = ['close', 'sameSite', 'crossSite', 'reload']

export type LeaveCampaignOptions = {
  readonly engine: Engine
  /** Trials of each way. */
  readonly trials: number
  readonly seed: string
  /** Leaves pages that hear nothing of it, as if they were killed: shows that what is lost is found. @defaultValue false */
  readonly isDeaf?: boolean
  readonly announce?: (progress: string) => void
}

/** One line of numbers: how many of the trials of each way kept the last edit whole. */
export type LeaveResult = {
  readonly engine: Engine
  readonly trials: number
  readonly kept: Readonly<Record<Way, number>>
  readonly lost: number
}

export type LeaveCampaign = {
  readonly result: LeaveResult
  readonly faults: readonly string[]
  readonly seed: string
  readonly browser: string
  /** UTF-8 bytes that were unsaved when the page was left. */
  readonly dirtyBytes: {readonly least: number; readonly most: number}
  /** Trials in which the edit was still unsaved right before the page was left: all of them, or the trial says nothing. */
  readonly unsavedBefore: number
  /** Trials in which the old page was still ending when the new one had loaded, and its words joined it there. */
  readonly cameLate: number
  /**
   * Trials that were made again, because the browser ended the page before its handlers were through: on a machine with
   * many times the work it can do, half a second of its own is not enough for them. Such a page was killed, not left.
   */
  readonly cutShort: number
}

/**
 * Edits up to 256 KiB and leaves the page in that very turn, in four ways, and looks whether the next page has it.
 *
 * @throws Error when the browser or the page does not work, which says nothing about what is lost
 */
export async function runLeaveCampaign(options: LeaveCampaignOptions): Promise<LeaveCampaign> {
  const {engine, trials, seed, announce} = options
  const random = seededRandom(`${seed}/leaving`)
  const kept: Record<Way, number> = {close: 0, sameSite: 0, crossSite: 0, reload: 0}
  const faults: string[] = []
  const dirtyBytes = {least: Number.POSITIVE_INFINITY, most: 0}
  let unsavedBefore = 0
  let cameLate = 0
  let cutShort = 0
  const profile = await mkdtemp(join(tmpdir(), 'keepspace-leave-profile-'))
  await using server = await servePage({
    page: fileURLToPath(new URL('./page.ts', import.meta.url)),
    order: () => ({}),
    heard: () => undefined,
  })
  const context = await startBrowser(profile, engine)
  if (options.isDeaf === true) {
    await context.addInitScript(makeDeaf)
  }
  try {
    let page = await openPage(context, server.url)
    for (let trial = 1; trial <= trials; trial += 1) {
      for (const way of ways) {
        for (let attempt = 1; ; attempt += 1) {
          const texts = randomTexts(random, `${trial}.${attempt}/${way}`)
          const bytes = Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
          dirtyBytes.least = Math.min(dirtyBytes.least, bytes)
          dirtyBytes.most = Math.max(dirtyBytes.most, bytes)
          const left = await leave(page, way, texts, {context, url: server.url})
          page = left.page
          const missing = await findMissing(page, texts, options.isDeaf === true ? DEAF_LATE_MS : LATE_MS)
          const mayRepeat = options.isDeaf !== true && attempt < MOST_ATTEMPTS
          if (mayRepeat && missing.ids.length > 0 && !(await wasThrough(page, left.pageId))) {
            cutShort += 1
            continue
          }
          unsavedBefore += left.wasUnsaved ? 1 : 0
          cameLate += missing.wasLate && missing.ids.length === 0 ? 1 : 0
          kept[way] += missing.ids.length === 0 ? 1 : 0
          if (missing.ids.length > 0) {
            faults.push(`trial ${trial}, ${way}, ${bytes} bytes: ${missing.ids.join(', ')} came back as before`)
          }
          break
        }
      }
      announce?.(`trial ${trial}: ${JSON.stringify(kept)}`)
    }
  } finally {
    await context.close()
  }
  const used = engineOf(profile)
  await rm(profile, {recursive: true, force: true, maxRetries: 5})
  if (used !== engine) {
    throw new Error(`The browser did not use ${engine}, but ${used}.`)
  }
  const lost = ways.length * trials - Object.values(kept).reduce((sum, count) => sum + count, 0)
  return {
    result: {engine, trials, kept, lost},
    faults,
    seed,
    browser: browserVersion(),
    dirtyBytes,
    unsavedBefore,
    cameLate,
    cutShort,
  }
}

/** How often one trial is made until the page may end as it wants to. */
const MOST_ATTEMPTS = 3
/** How long the next page may wait for words of a page that was still ending when it loaded, milliseconds. */
const LATE_MS = 5_000
/** The same where nothing was written that could come. */
const DEAF_LATE_MS = 500

/** Which texts the page does not show, and whether it showed all of them only after a while. */
async function findMissing(page: Page, texts: Readonly<Record<string, string>>, lateMs: number) {
  const look = async () => {
    const found = await page.evaluate(() => (window as unknown as {leaving: LeavingPage}).leaving.read())
    return Object.keys(texts).filter((id) => found[id] !== texts[id])
  }
  let ids = await look()
  const wasLate = ids.length > 0
  for (const endsAt = Date.now() + lateMs; ids.length > 0 && Date.now() < endsAt; ids = await look()) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {ids, wasLate}
}

function startBrowser(profile: string, engine: Engine): Promise<BrowserContext> {
  const feature = `--${engine === 'sqlite' ? 'enable' : 'disable'}-features=IdbSqliteBackingStore`
  return chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumArguments, feature],
  })
}

async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await whenReady(page)
  return page
}

function wasThrough(page: Page, id: string): Promise<boolean> {
  return page.evaluate((left) => (window as unknown as {leaving: LeavingPage}).leaving.wasThrough(left), id)
}

async function whenReady(page: Page): Promise<void> {
  await page.waitForFunction(() => 'leaving' in window)
  await page.evaluate(() => (window as unknown as {leaving: LeavingPage}).leaving.ready())
}

type Leaving = {readonly context: BrowserContext; readonly url: string}

/** Edits and leaves, then comes back; on another page object where the old one is closed. */
async function leave(page: Page, way: Way, texts: Readonly<Record<string, string>>, {context, url}: Leaving) {
  // Opened before the edit: what comes between the edit and the end must be shorter than the quiet time of a save.
  const next = way === 'close' ? await context.newPage() : page
  const target = {close: undefined, sameSite: `${url}elsewhere`, crossSite: elsewhere(url), reload: 'reload'}[way]
  const gone = target === undefined ? undefined : page.waitForEvent('framenavigated')
  const pageId = await page.evaluate(() => (window as unknown as {leaving: LeavingPage}).leaving.id)
  const wasUnsaved = await page.evaluate(
    ({texts: edits, to}) => {
      const {leaving} = window as unknown as {leaving: LeavingPage}
      leaving.edit(edits)
      // Charts hear of an edit a microtask later.
      return Promise.resolve().then(() => {
        const {isUnsaved} = leaving.unsavedBytes()
        if (to === 'reload') {
          location.reload()
        } else if (to !== undefined) {
          location.href = to
        }
        return isUnsaved
      })
    },
    {texts, to: target},
  )
  if (way === 'close') {
    await page.close()
  }
  await gone
  if (way !== 'reload') {
    await next.goto(url)
  }
  await whenReady(next)
  return {page: next, wasUnsaved, pageId}
}

/** The same server under another name: another site. */
function elsewhere(url: string): string {
  return `${url.replace('127.0.0.1', 'localhost')}elsewhere`
}
