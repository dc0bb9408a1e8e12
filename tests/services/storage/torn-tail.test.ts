import {mkdtemp, readdir, rm, stat, truncate} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {chromium, type Page} from 'playwright'
import {build, type Rolldown} from 'vite'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {chromiumArguments, chromiumPath} from '../../../scripts/chromium.js'
import type {TornTailPage} from './torn-tail-page.ts'

declare const tornTail: TornTailPage

/** Each host is a site of its own with a log of its own, so that a few launches make many trials. */
const trials = 3
const healedHosts = Array.from({length: trials}, (_, index) => `healed${index}.localhost`)
const otherHosts = Array.from({length: trials}, (_, index) => `other${index}.localhost`)
const hosts = [...healedHosts, ...otherHosts]

const earlierKeys = Array.from({length: 40}, (_, index) => `head/${String(index).padStart(2, '0')}`)
const lateKey = 'head/late'
/** The record that may be cut. */
const tornKey = 'head/torn'

let profile = ''
let port = 0
const server = createServer()

beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'keepspace-torn-'))
  const script = await bundlePage()
  server.on('request', ({url}, response) => {
    response.setHeader('content-type', url === '/page.js' ? 'text/javascript' : 'text/html')
    response.end(url === '/page.js' ? script : '<!doctype html><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
}, 60_000)

afterAll(async () => {
  server.close()
  await rm(profile, {recursive: true, force: true})
})

test('after a kill in the middle of a write, what is saved next is kept with the heal, and nothing at all without', {
  timeout: 120_000,
}, async () => {
  await launch((page) => page.evaluate((keys) => tornTail.save(keys), [...earlierKeys, tornKey]))
  const cutLogs = new Map<string, string>()
  for (const host of hosts) {
    cutLogs.set(host, await cutNewestLog(host))
  }
  await launch(async (page, host) => {
    await page.evaluate((key) => tornTail.save([key]), lateKey)
    const isHealed = healedHosts.includes(host)
    expect(await page.evaluate(() => tornTail.healed)).toBe(isHealed ? 'healed' : undefined)
    if (isHealed) {
      // The engine gives the old log up in the background.
      await expect.poll(() => logsOf(host), {timeout: 10_000}).not.toContain(cutLogs.get(host))
    }
  })
  await launch((page) => page.evaluate(() => tornTail.keys()))
  const found = await launch((page) => page.evaluate(() => tornTail.keys()))
  const keptBy = (host: string) => found.get(host)?.filter((key) => key !== tornKey)

  const expected = [...earlierKeys, lateKey].sort()
  expect(healedHosts.map(keptBy)).toEqual(healedHosts.map(() => expected))
  expect(otherHosts.map(keptBy), 'this browser loses nothing without the heal: it is not needed any more').toEqual(
    otherHosts.map(() => []),
  )
})

/** One life of the browser: opens every site in a tab of its own, and quits in order. */
async function launch<Result>(visit: (page: Page, host: string) => Promise<Result>): Promise<Map<string, Result>> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumArguments, '--disable-features=IdbSqliteBackingStore'],
    headless: true,
  })
  const results = new Map<string, Result>()
  try {
    for (const host of hosts) {
      const page = await context.newPage()
      await page.goto(`http://${host}:${port}/${healedHosts.includes(host) ? '?heal' : ''}`)
      await page.waitForFunction(() => 'tornTail' in globalThis)
      results.set(host, await visit(page, host))
    }
  } finally {
    await context.close()
  }
  return results
}

/** Takes a few bytes off the end of the site's log, as a kill in the middle of its last write does. */
async function cutNewestLog(host: string): Promise<string> {
  const [newest = 'no log'] = (await logsOf(host)).slice(-1)
  const path = join(databaseFolder(host), newest)
  const {size} = await stat(path)
  expect(size).toBeGreaterThan(3)
  await truncate(path, size - 3)
  return newest
}

async function logsOf(host: string): Promise<readonly string[]> {
  return (await readdir(databaseFolder(host))).filter((name) => name.endsWith('.log')).sort()
}

function databaseFolder(host: string): string {
  return join(profile, 'Default', 'IndexedDB', `http_${host}_${port}.indexeddb.leveldb`)
}

async function bundlePage(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      rolldownOptions: {input: fileURLToPath(new URL('./torn-tail-page.ts', import.meta.url))},
    },
  })
  const [chunk] = (output as Rolldown.RolldownOutput).output
  return chunk.code
}
