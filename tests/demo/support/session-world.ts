import {startServer} from 'keepspace-server'
import {type Browser, type BrowserContext, chromium, type Page} from 'playwright'
import {chromiumArguments, chromiumPath} from '../../../scripts/chromium.js'
import {createTestDatabase} from '../../server/support/databases.ts'
import {serveDemo} from './demo-server.ts'
import {desktop} from './open-demo.ts'

/** A device: a browser profile of its own, whose owner is signed in. */
export type Device = {
  readonly page: Page
  readonly context: BrowserContext
  visit(address?: string): Promise<void>
}

export type DeviceOptions = {
  readonly viewport?: {readonly width: number; readonly height: number}
  readonly colorScheme?: 'light' | 'dark'
}

/** The demo, the session server on a database of its own, and one browser with any number of devices. */
export type SessionWorld = AsyncDisposable & {
  readonly url: string
  /** Where the interface of the session server is. */
  readonly api: string
  device(options?: DeviceOptions): Promise<Device>
}

export async function startSessionWorld(): Promise<SessionWorld> {
  const database = await createTestDatabase('sqlite')
  const server = await startServer({
    ...database.options,
    port: 0,
    authenticate: async () => ({userId: 'ada'}),
    audit: () => undefined,
    limits: {addressPerMinute: 1e9, identity: {burst: 1e9, perMinute: 1e9}},
  })
  const demo = await serveDemo({api: server.url})
  const browser: Browser = await chromium.launch({executablePath: chromiumPath(), args: [...chromiumArguments]})
  return {
    url: demo.url,
    api: `${server.url}/api/v1`,
    device: async ({viewport = desktop, colorScheme = 'light'} = {}) => {
      const context = await browser.newContext({
        viewport: {...viewport},
        colorScheme,
        locale: 'en-GB',
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      context.setDefaultTimeout(20_000)
      const page = await context.newPage()
      return {page, context, visit: async (address = '') => void (await page.goto(demo.url + address))}
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await demo.close()
      await server.close()
      await database.remove()
    },
  }
}
