import {mkdir} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {type Demo, desktop, openDemo, phone} from './support/open-demo.ts'
import {addCard, card, createProject, createWorkspace, startEmpty, tab, untilSaved} from './support/steps.ts'
import {storedValues} from './support/stored-records.ts'

const folder = fileURLToPath(new URL('../../visualizations/screens/', import.meta.url))

let server: DemoServer
beforeAll(async () => {
  await mkdir(folder, {recursive: true})
  server = await serveDemo()
})
afterAll(() => server?.close())

async function startIn(options: Parameters<typeof openDemo>[1] = {}): Promise<Demo> {
  const demo = await openDemo(server.url, options)
  await demo.visit()
  await startEmpty(demo.page)
  return demo
}

/** Adds a timer that waits while away, and starts it. */
async function startTimer(page: Page): Promise<void> {
  const timer = await addCard(page, 'Timer')
  await timer.getByRole('button', {name: 'Start'}).click()
  await timer.getByRole('button', {name: 'Pause'}).waitFor()
}

const digits = (page: Page) => card(page, 'timer').locator('.timer-digits')

/** Seconds on the clock of the only timer that is shown. */
async function secondsShown(page: Page): Promise<number> {
  const [minutes = 0, seconds = 0] = ((await digits(page).textContent()) ?? '').split(':').map(Number)
  return minutes * 60 + seconds
}

describe('switching projects', () => {
  test('stops the timers of the project that is left and lets it go; back there they go on where they stopped', async () => {
    await using demo = await startIn()
    const {page, errors} = demo
    await startTimer(page)
    await untilSaved(page)
    const home = await page.evaluate(() => window.keepspace.getSnapshot().current ?? '')
    await createProject(page, 'Second')
    await expect.poll(() => page.evaluate((id) => window.keepspace.getStatus(id).phase, home)).toBe('cold')
    const before = await storedSeconds(page)
    await page.waitForFunction((startedAt) => Date.now() - startedAt > 3_000, Date.now())
    expect(await storedSeconds(page)).toBe(before)
    await page.locator('.entry-button').first().click()
    await digits(page).waitFor()
    const back = await secondsShown(page)
    expect(back).toBeGreaterThan(before - 3)
    await expect.poll(() => secondsShown(page)).toBeLessThan(back)
    expect(errors).toEqual([])
  })

  test('leaves a pinned workspace in memory with its timer going, also after a reload', async () => {
    await using demo = await startIn()
    const {page} = demo
    await startTimer(page)
    const home = await page.evaluate(() => window.keepspace.getSnapshot().current ?? '')
    await page.locator('.tab .pin-button').click()
    await expect.poll(() => page.locator('.tab .pin-button').getAttribute('aria-pressed')).toBe('true')
    await createProject(page, 'Second')
    const runningSeconds = () =>
      page.evaluate((id) => {
        const [operation] = window.keepspace.workspace(id).getOperations()
        return operation?.progress ?? -1
      }, home)
    const before = await runningSeconds()
    await expect.poll(runningSeconds, {timeout: 15_000}).toBeGreaterThan(before)
    await page.reload()
    await page.locator('.entry-button').first().click()
    await expect.poll(() => page.locator('.tab .pin-button').first().getAttribute('aria-pressed')).toBe('true')
  })
})

/** What is left of the only timer, as it is stored. */
async function storedSeconds(page: Page): Promise<number> {
  const states = (await storedValues(page, '/state')) as readonly {type: string; json: string}[]
  const timer = states.find(({type}) => type === 'timer')
  return Math.ceil((JSON.parse(timer?.json ?? '{}') as {remainingMs: number}).remainingMs / 1000)
}

test('an alarm of a workspace on disk rings in one of two tabs and is shown in both until it is dismissed', async () => {
  await using demo = await startIn()
  const {page, context} = demo
  const rung = (each: Page) =>
    each.evaluate(() => {
      const record = window as unknown as {rung: number}
      record.rung = 0
      window.keepspace.on('alarm_fired', () => {
        record.rung += 1
      })
    })
  await addCard(page, 'Countdown')
  const home = await page.evaluate(() => window.keepspace.getSnapshot().current ?? '')
  const input = card(page, 'countdown').getByLabel('Duration, minutes and seconds')
  await input.fill('0:06')
  await input.press('Enter')
  await card(page, 'countdown').getByRole('button', {name: 'Start'}).click()
  await untilSaved(page)
  await createWorkspace(page, 'Elsewhere')
  await page.evaluate((id) => window.keepspace.unload(id), home)
  const other = await context.newPage()
  await other.goto(page.url())
  await other.locator('.tab-button').first().waitFor()
  await Promise.all([rung(page), rung(other)])
  await Promise.all([
    page.getByText('time is up').or(page.getByText('Time is up')).first().waitFor(),
    other.getByText('time is up').or(other.getByText('Time is up')).first().waitFor(),
  ])
  const counts = await Promise.all(
    [page, other].map((each) => each.evaluate(() => (window as unknown as {rung: number}).rung)),
  )
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1)
  expect(await page.evaluate((id) => window.keepspace.getStatus(id).phase, home)).toBe('cold')
  await page.reload()
  await page.locator('.banner').filter({hasText: 'Rang at'}).waitFor()
  await page.screenshot({path: `${folder}alarm-1280.png`})
  await page.getByRole('button', {name: 'Dismiss'}).click()
  await page.locator('.banner').filter({hasText: 'Rang at'}).waitFor({state: 'detached'})
  await other.locator('.banner').filter({hasText: 'Rang at'}).waitFor({state: 'detached'})
})

describe('the dashboard', () => {
  test.each([
    ['1280', desktop, 'light'],
    ['390', phone, 'dark'],
  ] as const)('plots what happened, with tables beside it, at %s px', async (width, viewport, colorScheme) => {
    await using demo = await startIn({viewport, colorScheme})
    const {page, errors} = demo
    await addCard(page, 'Note')
    await untilSaved(page)
    await createWorkspace(page, 'Second')
    await untilSaved(page)
    await tab(page, 'Second').waitFor()
    await page.evaluate(async () => {
      const {keepspace} = window
      for (const id of [...keepspace.getSnapshot().hot].slice(1)) {
        await keepspace.unload(id)
      }
      window.location.hash = '#/dashboard'
    })
    await page.getByRole('region', {name: 'Saves over time'}).locator('canvas').waitFor()
    await page.getByRole('region', {name: 'Failed saves'}).getByText('Nothing yet').waitFor()
    await page.getByRole('region', {name: 'Saves over time'}).getByText('As a table').click()
    expect(await page.getByRole('region', {name: 'Saves over time'}).getByRole('table').count()).toBe(1)
    expect(await page.getByRole('region', {name: 'Saves of each workspace'}).getByRole('row').count()).toBeGreaterThan(
      1,
    )
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    await page.getByRole('region', {name: 'Saves over time'}).getByText('As a table').click()
    await page.screenshot({path: `${folder}dashboard-${width}.png`})
    expect(await findBarriers(page)).toEqual([])
    expect(errors).toEqual([])
  })
})
