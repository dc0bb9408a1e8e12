import {readFile} from 'node:fs/promises'
import type {BrowserContext, Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {openDemo, phone} from './support/open-demo.ts'
import {addCard, createWorkspace, startEmpty, untilSaved} from './support/steps.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

const SECRET = 'the-secret-of-Ada'

/** Nothing but the files of the demo is answered; what was asked for besides is listed. */
async function blockNetwork(context: BrowserContext): Promise<readonly string[]> {
  const refused: string[] = []
  await context.route(
    (url) => url.protocol.startsWith('http') && url.origin !== new URL(server.url).origin,
    (route) => {
      refused.push(route.request().url())
      return route.abort()
    },
  )
  return refused
}

const panel = (page: Page) => page.getByRole('region', {name: 'Inspector', exact: true})
const row = (page: Page, name: string | RegExp) => page.getByRole('treeitem', {name})
const active = (page: Page) => page.locator('.ksi-state[data-active]:not([data-kind="frame"])')

/** The docked panel, opened by its key, with a note that was edited and saved. */
async function startInspected(page: Page): Promise<void> {
  await startEmpty(page)
  await page.keyboard.press('i')
  await panel(page).waitFor()
  await (await addCard(page, 'Note')).getByLabel('Title').fill(SECRET)
  await untilSaved(page)
  await row(page, /^ws\.[^.]+ hot\.clean$/)
    .first()
    .click()
}

describe('the docked inspector, without a network', () => {
  test('shows actors, the chart as it runs, messages, lanes and decisions, and nothing a person wrote', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    const refused = await blockNetwork(demo.context)
    await demo.visit({cap: '1'})
    await startInspected(page)
    await expect.poll(() => active(page).getAttribute('data-state')).toBe('workspace.hot.clean')
    expect(await page.locator('.ksi-line[data-last]').count()).toBeGreaterThan(0)
    expect(await page.locator('.ksi-state').count()).toBeGreaterThan(20)

    await createWorkspace(page, 'Second')
    await page.getByRole('tab', {name: 'Lanes'}).click()
    await expect.poll(() => page.locator('.ksi-lane-body li').allTextContents()).toHaveLength(2)
    await expect.poll(async () => (await page.locator('.ksi-lane-body li').allTextContents())[0]).toMatch(/evicted$/)
    expect(await countColours(page)).toBeGreaterThan(3)

    await page.getByRole('tab', {name: 'Decisions'}).click()
    await page.getByRole('button', {name: /runtime evicted for capacity .*cause: capacity/}).waitFor()
    await page.getByRole('tab', {name: 'Sequence'}).click()
    await page.getByRole('searchbox', {name: 'Search'}).fill('promise.resolve')
    await page
      .getByRole('button', {name: /xstate\.promise\.resolve from .*\.save to .*\.save/})
      .first()
      .waitFor()
    expect(await panel(page).textContent()).not.toContain(SECRET)
    expect(refused).toEqual([])
    expect(demo.errors).toEqual([])
  })

  test('steps back to every chart as it was, and comes back from a file', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startInspected(page)
    await panel(page).getByRole('button', {name: 'Pause'}).click()
    const seen: (string | null)[] = []
    for (let step = 0; step < 80 && seen.at(-1) !== 'workspace.hot.dirty.settling'; step += 1) {
      await page.keyboard.press(',')
      seen.push(await active(page).first().getAttribute('data-state'))
    }
    const path = seen.filter((state, index) => state !== seen[index - 1])
    expect(path.slice(0, 3)).toEqual(['workspace.hot.clean', 'workspace.hot.saving', 'workspace.hot.dirty.settling'])

    const downloading = page.waitForEvent('download')
    await page.getByRole('button', {name: 'Export'}).click()
    const file = await (await downloading).path()
    expect(await readFile(file, 'utf8')).not.toContain(SECRET)

    const other = await demo.context.newPage()
    await other.goto(`${server.url}inspector.html`)
    await other.locator('input[type="file"]').setInputFiles({
      name: 'recording.json',
      mimeType: 'application/json',
      buffer: await readFile(file),
    })
    await other.getByRole('heading', {name: 'recording.json'}).waitFor()
    await row(other, /^ws\.[^.]+ hot\.clean$/).click()
    await expect.poll(() => active(other).getAttribute('data-state')).toBe('workspace.hot.clean')
    await other.locator('input[type="file"]').setInputFiles({
      name: 'other.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{}'),
    })
    await other.getByRole('alert').getByText('“other.json” is no recording').waitFor()
    expect(demo.errors).toEqual([])
  })

  test('ends with its key, and nobody looks at the charts any more', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({inspect: '1'})
    await panel(page).waitFor()
    await panel(page).getByRole('button', {name: 'Close the inspector'}).click()
    await expect.poll(() => panel(page).count()).toBe(0)
    await startEmpty(page)
    await page.keyboard.press('i')
    await panel(page).waitFor()
    await page.keyboard.press('i')
    await expect.poll(() => panel(page).count()).toBe(0)
    expect(demo.errors).toEqual([])
  })
})

describe('the inspector page', () => {
  test.each(['light', 'dark'] as const)('looks at the app in another tab, on a phone too, %s', async (colorScheme) => {
    await using demo = await openDemo(server.url, {colorScheme})
    const {page} = demo
    const refused = await blockNetwork(demo.context)
    await demo.visit()
    await startEmpty(page)
    const inspector = await demo.context.newPage()
    await inspector.setViewportSize(phone)
    await inspector.goto(`${server.url}inspector.html`)
    await inspector.getByRole('tab', {name: 'Actors'}).click()
    await row(inspector, 'writer').click()
    await expect.poll(() => active(inspector).getAttribute('data-state')).toBe('writer.idle')
    await page.bringToFront()
    await addCard(page, 'Note')
    await untilSaved(page)
    await inspector.bringToFront()
    await inspector.getByRole('tab', {name: 'Decisions'}).click()
    await inspector
      .getByRole('button', {name: /save success/})
      .first()
      .waitFor()
    await inspector.getByRole('tab', {name: 'Lanes'}).click()
    await inspector.locator('.ksi-lane-body li').first().waitFor()
    expect(await inspector.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width)
    expect(await findBarriers(inspector)).toEqual([])
    expect(refused).toEqual([])
  })
})

/** So many colours are in the lanes. */
function countColours(page: Page): Promise<number> {
  return page.locator('.ksi-lanes canvas').evaluate((canvas) => {
    const {width, height} = canvas as HTMLCanvasElement
    const {data} = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height) ?? {data: []}
    const colours = new Set<number>()
    for (let index = 0; index < data.length; index += 4) {
      if (data[index + 3] === 255) {
        colours.add(((data[index] ?? 0) << 16) | ((data[index + 1] ?? 0) << 8) | (data[index + 2] ?? 0))
      }
    }
    return colours.size
  })
}
