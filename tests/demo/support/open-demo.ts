import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type BrowserContext, chromium, type Page} from 'playwright'
import {chromiumArguments, chromiumPath} from '../../../scripts/chromium.js'

export const desktop = {width: 1280, height: 800}
/** Shorter than a test may take, so that a failure names the step that hung. */
const actionTimeoutMs = 20_000

export const phone = {width: 390, height: 844}

export type DemoOptions = {
  readonly viewport?: {readonly width: number; readonly height: number}
  readonly colorScheme?: 'light' | 'dark'
  /** A tablet or a phone: a finger is the pointer. */
  readonly isHandheld?: boolean
  /** Switches of the browser, besides the usual ones. */
  readonly args?: readonly string[]
}

/** One browser with a profile of its own: what a page stores survives reloads, and is gone after the test. */
export type Demo = AsyncDisposable & {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of the page and of its console, also what its content policy refused. */
  readonly errors: readonly string[]
  /** Opens the demo with these query parameters and hash, as a new page load. */
  visit(query?: Readonly<Record<string, string>>, hash?: string): Promise<void>
}

export async function openDemo(url: string, options: DemoOptions = {}): Promise<Demo> {
  const {viewport = desktop, colorScheme = 'light', isHandheld = false, args = []} = options
  const profile = await mkdtemp(join(tmpdir(), 'keepspace-demo-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumArguments, ...args],
    headless: true,
    viewport: {...viewport},
    colorScheme,
    hasTouch: isHandheld,
    isMobile: isHandheld,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(actionTimeoutMs)
  const page = context.pages()[0] ?? (await context.newPage())
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  return {
    page,
    context,
    errors,
    async visit(query = {}, hash = '') {
      await page.goto('about:blank')
      await page.goto(`${url}?${new URLSearchParams(query)}${hash}`)
    },
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(profile, {recursive: true, force: true})
    },
  }
}
