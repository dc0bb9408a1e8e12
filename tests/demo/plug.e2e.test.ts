import {mkdir} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {type Demo, type DemoOptions, desktop, openDemo, phone} from './support/open-demo.ts'
import {startEmpty} from './support/steps.ts'

const folder = fileURLToPath(new URL('../../visualizations/screens/', import.meta.url))

let server: DemoServer
beforeAll(async () => {
  await mkdir(folder, {recursive: true})
  server = await serveDemo()
})
afterAll(() => server?.close())

const ways = [
  ['Kill the page', 'kill', 'The page was gone without a word.'],
  ['Freeze storage', 'freeze', 'Storage gave no answer.'],
  ['Fill the disk', 'fill', 'Every write was refused.'],
  ['Flip a bit', 'corrupt', 'The damaged part was named and kept byte for byte'],
  ['Cut the connection', 'cut', 'The connection was closed under the app.'],
  ['Delete the database', 'empty', 'The database was deleted under the app.'],
] as const

describe('pulling the plug', () => {
  test.each(ways)(
    '%s loses nothing that was acknowledged, and says how it came back',
    async (name, pull, words) => {
      await using demo = await openPlug()
      const {page} = demo
      await untilAcknowledged(page, 3)
      await page.getByRole('button', {name}).click()
      const verdict = page.locator(`.plug-verdict[data-pull="${pull}"]`)
      await verdict.waitFor({timeout: 40_000})
      const said = await verdict.innerText()
      expect(said).toContain('Nothing acknowledged was lost.')
      expect(said).toContain(words)
      const [acknowledged = 0, found = 0] = [...said.matchAll(/([\d,]+) (?:acknowledged|there)/g)].map(([, digits]) =>
        Number(digits?.replace(',', '')),
      )
      expect(acknowledged).toBeGreaterThanOrEqual(3)
      expect(found).toBeGreaterThanOrEqual(acknowledged)
      expect(await number(page, 'Acknowledged and lost')).toBe(0)
      // It goes on as before.
      await untilAcknowledged(page, found + 3)
    },
    90_000,
  )

  test('touches nothing a person made', async () => {
    await using demo = await openPlug()
    await untilAcknowledged(demo.page, 1)
    await demo.page.getByRole('button', {name: 'Delete the database'}).click()
    await demo.page.locator('.plug-verdict').waitFor()
    await demo.page.reload()
    await demo.page.getByRole('button', {name: 'Projects'}).or(demo.page.getByRole('complementary')).first().waitFor()
    expect(await demo.page.locator('.entry').count()).toBe(1)
  })
})

describe('shutting down', () => {
  test('with a working storage stores everything and closes', async () => {
    await using demo = await openPlug()
    await untilAcknowledged(demo.page, 1)
    await demo.page.getByRole('button', {name: 'Shut down'}).click()
    await demo.page.getByRole('alertdialog', {name: 'Closed'}).getByText('Everything is stored.').waitFor()
    await demo.page.getByRole('button', {name: 'Open again'}).click()
    await untilAcknowledged(demo.page, 1)
  })

  test('with a frozen storage shows progress, names what is late, can be cancelled, tried again and closed anyway', async () => {
    await using demo = await openPlug()
    const {page} = demo
    await untilAcknowledged(page, 1)
    await page.getByRole('button', {name: 'Freeze storage'}).click()
    await expect.poll(() => number(page, 'Only in memory')).toBeGreaterThan(3)
    await page.getByRole('button', {name: 'Shut down'}).click()
    await page.getByRole('alertdialog', {name: 'Saving before it closes…'}).getByText('of 1 workspace').waitFor()
    const late = page.getByRole('alertdialog', {name: 'Not everything is stored'})
    await late.getByText('The counter workspace').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await late.getByRole('button', {name: 'Cancel'}).click()
    await page.getByRole('alertdialog').waitFor({state: 'detached'})
    const before = await number(page, 'Edits made')
    await expect.poll(() => number(page, 'Edits made')).toBeGreaterThan(before)
    await page.locator('.plug-verdict').waitFor({timeout: 30_000})
    await page.getByRole('button', {name: 'Shut down'}).click()
    await page.getByRole('alertdialog', {name: 'Closed'}).waitFor()
  }, 90_000)
})

describe.each([
  ['1280', desktop, 'light'],
  ['1280-dark', desktop, 'dark'],
  ['390', phone, 'light'],
] as const)('the page at %s', (name, viewport, colorScheme) => {
  test('keeps nobody out and is drawn', async () => {
    await using demo = await openPlug({viewport, colorScheme})
    const {page} = demo
    await untilAcknowledged(page, 3)
    await page.getByRole('button', {name: 'Cut the connection'}).click()
    await page.locator('.plug-verdict').waitFor({timeout: 30_000})
    expect(await findBarriers(page)).toEqual([])
    const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    expect(isTooWide).toBe(false)
    await page.locator('.plug').evaluate((element) => element.scrollTo(0, 0))
    await page.screenshot({path: `${folder}pull-the-plug-${name}.png`})
    expect(demo.errors).toEqual([])
  })
})

/** The page after a person came from a project of their own. */
async function openPlug(options: DemoOptions = {}): Promise<Demo> {
  const demo = await openDemo(server.url, options)
  await demo.visit()
  await startEmpty(demo.page)
  await demo.page.evaluate(() => {
    window.location.hash = '#/plug'
  })
  await demo.page.getByRole('heading', {name: 'What was lost'}).waitFor()
  return demo
}

async function number(page: Page, name: string): Promise<number> {
  const text = await page
    .locator('.plug-number', {has: page.getByText(name, {exact: true})})
    .locator('dd')
    .innerText()
  return Number(text.replaceAll(',', ''))
}

async function untilAcknowledged(page: Page, count: number): Promise<void> {
  await page.locator('.plug-number').first().waitFor()
  await expect.poll(() => number(page, 'Acknowledged'), {timeout: 20_000}).toBeGreaterThanOrEqual(count)
}
