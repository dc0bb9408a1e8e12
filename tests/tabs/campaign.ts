import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {type BrowserContext, chromium, type Page} from 'playwright'
import {chromiumArguments, chromiumPath} from '../../scripts/chromium.js'
import {browserVersion} from '../kill/killable-browser.ts'
import {servePage} from '../kill/page-server.ts'
import {type Counters, type Side, sides, type TabReport} from './work.ts'

export type TabsOptions = {
  /** How many acknowledged updates both tabs make together, at least. */
  readonly updates: number
  readonly seed: string
  readonly isBlind?: boolean
  readonly announce?: (progress: string) => void
}

/** The result of a campaign, in numbers. */
export type TabsResult = {
  readonly updates: number
  readonly acknowledged: number
  /** Acknowledged updates that are not in what is stored at the end. */
  readonly lost: number
  readonly redone: number
  readonly saves: number
}

const page = fileURLToPath(new URL('./page.ts', import.meta.url))
/** Updates of one tab between two announcements. */
const STRETCH = 2_500

/** Two tabs of one Chromium count in the same and in different components until enough updates are acknowledged. */
export async function runTabsCampaign(options: TabsOptions) {
  const {updates, seed, isBlind = false, announce = () => undefined} = options
  await using server = await servePage({page, order: () => ({}), heard: () => undefined})
  await using browser = await openBrowser()
  const tabs = await openTabs(browser.context, server.url, {seed, isBlind})
  const startedAt = performance.now()
  const reports: TabReport[] = []
  const acknowledgedBy: Record<Side, {shared: number; own: number}> = {
    left: {shared: 0, own: 0},
    right: {shared: 0, own: 0},
  }
  const total = () => sides.reduce((sum, side) => sum + acknowledgedBy[side].shared + acknowledgedBy[side].own, 0)
  for (let round = 0; total() < updates; round += 1) {
    const step = {round, updates: Math.min(STRETCH, Math.ceil((updates - total()) / sides.length))}
    const news = await Promise.all(sides.map((side) => tabs[side].evaluate((work) => window.workOn(work), step)))
    news.forEach((report, index) => {
      const side = sides[index] as Side
      acknowledgedBy[side].shared += report.acknowledged.shared
      acknowledgedBy[side].own += report.acknowledged.own
      reports.push(report)
    })
    announce(`${total()} of ${updates}`)
  }
  const durationMs = Math.round(performance.now() - startedAt)
  await tabs.left.evaluate(() => window.readTab())
  const stored = await tabs.right.evaluate(() => window.readTab())
  const sum = (read: (report: TabReport) => number) => reports.reduce((all, report) => all + read(report), 0)
  const result: TabsResult = {
    updates,
    acknowledged: total(),
    lost: lostOf(acknowledgedBy, stored),
    redone: sum(({redone}) => redone),
    saves: sum(({saves}) => saves),
  }
  return {
    result,
    seed,
    durationMs,
    overtakings: sum(({overtakings}) => overtakings),
    trouble: reports.flatMap(({trouble}) => trouble),
    browser: browserVersion(),
  }
}

/** How many acknowledged updates are missing from what is stored: by tab, and in the sum that both count. */
export function lostOf(
  acknowledged: Readonly<Record<Side, {readonly shared: number; readonly own: number}>>,
  stored: Readonly<Record<string, Counters>>,
): number {
  const missing = (expected: number, found: number | undefined) => Math.max(0, expected - (found ?? 0))
  const own = sides.map((side) => missing(acknowledged[side].own, stored[side]?.sum))
  const shared = sides.map((side) => missing(acknowledged[side].shared, stored.shared?.[side]))
  const inSum = missing(acknowledged.left.shared + acknowledged.right.shared, stored.shared?.sum)
  const total = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0)
  return total(own) + Math.max(total(shared), inSum)
}

async function openTabs(
  context: BrowserContext,
  url: string,
  work: {readonly seed: string; readonly isBlind: boolean},
): Promise<Readonly<Record<Side, Page>>> {
  const open = async (side: Side) => {
    const tab = await context.newPage()
    await tab.goto(url)
    await tab.waitForFunction(() => 'openTab' in window)
    await tab.evaluate((order) => window.openTab(order), {...work, side})
    return tab
  }
  return {left: await open('left'), right: await open('right')}
}

async function openBrowser(): Promise<AsyncDisposable & {readonly context: BrowserContext}> {
  const profile = await mkdtemp(join(tmpdir(), 'keepspace-tabs-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumArguments],
    headless: true,
  })
  return {
    context,
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(profile, {recursive: true, force: true})
    },
  }
}
