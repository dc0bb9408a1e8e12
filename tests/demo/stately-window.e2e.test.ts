import {fileURLToPath} from 'node:url'
import {chromium, type Page} from 'playwright'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {chromiumArguments, chromiumPath} from '../../scripts/chromium.js'
import {type PageServer, servePage} from '../kill/page-server.ts'
import type {StatelyPage} from './support/stately-page.ts'

const SECRET = 'the-secret-of-Ada'

let server: PageServer
beforeAll(async () => {
  server = await servePage({
    page: fileURLToPath(new URL('./support/stately-page.ts', import.meta.url)),
    order: () => ({}),
    heard: () => undefined,
  })
})
afterAll(() => server?.[Symbol.asyncDispose]())

const linesOf = (page: Page) => page.evaluate(() => (window as unknown as {page: StatelyPage}).page.lines)
const textOf = (page: Page) => page.evaluate(() => (window as unknown as {page: StatelyPage}).page.text())

test('a receiver of Stately in another window gets every actor, event and snapshot in order, and no content', async () => {
  const browser = await chromium.launch({executablePath: chromiumPath(), args: [...chromiumArguments]})
  try {
    const context = await browser.newContext()
    const refused: string[] = []
    await context.route(
      (url) => url.protocol.startsWith('http') && url.origin !== new URL(server.url).origin,
      (route) => {
        refused.push(route.request().url())
        return route.abort()
      },
    )
    const app = await context.newPage()
    await app.goto(server.url)
    const opening = context.waitForEvent('page')
    const living = app.evaluate((secret) => (window as unknown as {page: StatelyPage}).page.live(secret), SECRET)
    const receiver = await opening
    const {before, ...lived} = await living
    expect(lived).toEqual({wasConflict: true, isEvicted: true})

    const all = await linesOf(app)
    const actors = all.filter((line) => line.startsWith('@xstate.actor'))
    const expected = all.slice(before)
    expect(expected.length).toBeGreaterThan(100)
    for (const state of ['{"hot":"saving"}', '{"hot":"conflicted"}', '{"evicting":"releasing"}', '"flushed"']) {
      expect(expected.some((line) => line.endsWith(state))).toBe(true)
    }
    await expect.poll(async () => missingInOrder(expected, await linesOf(receiver))).toEqual([])
    expect(await linesOf(receiver)).toEqual(expect.arrayContaining(actors))
    expect(await textOf(receiver)).toContain('"keepspace.ws.a.save"')
    expect(await textOf(receiver)).not.toContain(SECRET)

    await app.evaluate(() => (window as unknown as {page: StatelyPage}).page.stop())
    await receiver.reload()
    expect(await linesOf(receiver)).toEqual([])
    expect(refused).toEqual([])
  } finally {
    await browser.close()
  }
})

/** Lines that do not come in this order. What the charts only passed through comes in between. */
function missingInOrder(expected: readonly string[], received: readonly string[]): readonly string[] {
  let from = 0
  return expected.filter((line) => {
    const found = received.indexOf(line, from)
    from = found < 0 ? from : found + 1
    return found < 0
  })
}
