import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {type Demo, openDemo} from './support/open-demo.ts'
import {addCard, card, startEmpty, untilSaved} from './support/steps.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

/** Each way leaves the page and comes back to it, with another page object where the old one is closed. */
const ways: readonly (readonly [name: string, leave: (demo: Demo) => Promise<Page>])[] = [
  [
    'reloading',
    async ({page}) => {
      await page.reload()
      return page
    },
  ],
  [
    'navigating to another site',
    async ({page}) => {
      await page.goto('about:blank')
      await page.goto(server.url)
      return page
    },
  ],
  [
    'navigating inside the site',
    async ({page}) => {
      await page.goto(`${server.url}favicon.svg`)
      await page.goto(server.url)
      return page
    },
  ],
  [
    'closing the tab',
    async ({page, context}) => {
      const next = await context.newPage()
      await page.close()
      await next.goto(server.url)
      return next
    },
  ],
]

describe('an edit made right before the page is left', () => {
  test.each(ways)('survives %s', async (_, leave) => {
    await using demo = await openDemo(server.url)
    await demo.visit()
    await startEmpty(demo.page)
    await addCard(demo.page, 'Note')
    await untilSaved(demo.page)
    await card(demo.page, 'note').getByLabel('Text').fill('typed in the last moment')
    const page = await leave(demo)
    await expect.poll(() => card(page, 'note').getByLabel('Text').inputValue()).toBe('typed in the last moment')
    await untilSaved(page)
  })
})

describe('two tabs of one browser', () => {
  test('follow each other, and edits of different components both stay', async () => {
    await using demo = await openDemo(server.url)
    const {page, context} = demo
    await demo.visit()
    await startEmpty(page)
    await addCard(page, 'Note')
    await addCard(page, 'Sticky note')
    await untilSaved(page)
    const other = await context.newPage()
    await other.goto(page.url())
    await card(other, 'note').getByLabel('Text').fill('from the second tab')
    await expect.poll(() => card(page, 'note').getByLabel('Text').inputValue()).toBe('from the second tab')
    await card(page, 'sticky').getByLabel('Sticky note', {exact: true}).fill('from the first tab')
    await expect
      .poll(() => card(other, 'sticky').getByLabel('Sticky note', {exact: true}).inputValue())
      .toBe('from the first tab')
    await untilSaved(page)
    await untilSaved(other)
    await page.reload()
    await expect.poll(() => card(page, 'note').getByLabel('Text').inputValue()).toBe('from the second tab')
    expect(demo.errors).toEqual([])
  })
})
