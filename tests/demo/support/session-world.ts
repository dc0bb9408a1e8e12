import {join} from 'node:path'
import SQLite from 'better-sqlite3'
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
  /** Whether the server takes the tokens that come; it does at first. */
  takeTokens(areTaken: boolean): void
  device(options?: DeviceOptions): Promise<Device>
  /** Puts so many sessions into the database: Plan 00000, Plan 00001, … in the order of time. */
  seed(count: number): Promise<void>
}

export async function startSessionWorld(): Promise<SessionWorld> {
  const database = await createTestDatabase('sqlite')
  let areTokensTaken = true
  const server = await startServer({
    ...database.options,
    port: 0,
    authenticate: async () => (areTokensTaken ? {userId: 'ada'} : undefined),
    audit: () => undefined,
    limits: {addressPerMinute: 1e9, identity: {burst: 1e9, perMinute: 1e9}},
  })
  const demo = await serveDemo({api: server.url})
  const browser: Browser = await chromium.launch({executablePath: chromiumPath(), args: [...chromiumArguments]})
  return {
    url: demo.url,
    api: `${server.url}/api/v1`,
    takeTokens: (areTaken) => {
      areTokensTaken = areTaken
    },
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
    seed: async (count) => {
      const content = {formatVersion: 1, title: 'Plan', workspaces: []}
      const answer = await fetch(`${server.url}/api/v1/sessions`, {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify({title: 'Plan', content}),
      })
      const {id} = (await answer.json()) as {id: string}
      copySession(join(database.options.dataFolder, 'keepspace.sqlite'), id, count)
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await demo.close()
      await server.close()
      await database.remove()
    },
  }
}

/** Thousands of requests would take longer than what is tested with them. */
function copySession(file: string, id: string, count: number): void {
  const database = new SQLite(file)
  database.pragma('busy_timeout = 10000')
  const numbers = 'with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < @last)'
  const copied = {last: count - 1, id}
  database.transaction(() => {
    database
      .prepare(
        `${numbers} insert into documents (owner_id, kind, id, title, title_folded, description, description_folded,
          revision, created_at, updated_at, content_hash, bytes)
        select owner_id, kind, id || n, printf('Plan %05d', n), printf('plan %05d', n), description, description_folded,
          revision, created_at, updated_at - @last + n, content_hash, bytes from documents, numbers where id = @id`,
      )
      .run(copied)
    database
      .prepare(
        `${numbers} insert into versions (owner_id, kind, document_id, revision, title, description, created_at,
          content_hash, bytes, encoding, content)
        select owner_id, kind, document_id || n, revision, printf('Plan %05d', n), description, created_at,
          content_hash, bytes, encoding, content from versions, numbers where document_id = @id`,
      )
      .run(copied)
    database.prepare('delete from documents where id = @id').run({id})
    database.prepare('delete from versions where document_id = @id').run({id})
  })()
  database.close()
}
