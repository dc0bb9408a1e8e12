import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {openDemo} from './support/open-demo.ts'
import {addCard, card, createWorkspace, startEmpty, tab, untilSaved} from './support/steps.ts'
import {plantRecord, storedValues} from './support/stored-records.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

describe('the key test: a timer started in one workspace, four more opened, and back', () => {
  test('a timer that stores what is left shows about 08:00, evicted and reloaded; one that stores its deadline went on', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await page.clock.install()
    await demo.visit({smart: '0'})
    await startEmpty(page)
    await addCard(page, 'Timer')
    await addCard(page, 'Countdown')
    await setDuration(page, 'timer', '10:00')
    await setDuration(page, 'countdown', '10:00')
    await start(page, 'timer')
    await start(page, 'countdown')
    const startedAt = await page.evaluate(() => Date.now())
    const passed = () => page.evaluate((since) => (Date.now() - since) / 1_000, startedAt)
    await page.clock.runFor(120_000)
    expectAbout(await secondsLeft(page, 'timer'), 600 - (await passed()))
    expectAbout(await secondsLeft(page, 'countdown'), 600 - (await passed()))

    for (const title of ['Two', 'Three', 'Four', 'Five']) {
      await createWorkspace(page, title)
    }
    await expect.poll(() => residency(page, 'Workspace')).toBe('on disk')
    const passedInMemory = await passed()
    await page.clock.runFor(60_000)

    await tab(page, 'Workspace').click()
    await card(page, 'timer').waitFor()
    expectAbout(await secondsLeft(page, 'timer'), 600 - passedInMemory)
    expectAbout(await secondsLeft(page, 'countdown'), 600 - (await passed()))
    expect(await residency(page, 'Workspace')).toBe('in memory')

    await page.clock.runFor(5_000)
    await untilSaved(page)
    const beforeReload = await secondsLeft(page, 'timer')
    await page.reload()
    await card(page, 'timer').waitFor()
    expectAbout(await secondsLeft(page, 'timer'), beforeReload)
    expectAbout(await secondsLeft(page, 'countdown'), 600 - (await passed()))
    expect(demo.errors).toEqual([])
  })
})

describe('edits at bad moments', () => {
  test('an edit made during a save of two seconds is there after a reload', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    await addCard(page, 'Note')
    await untilSaved(page)
    await demo.visit({slowSave: '2000'})
    const text = card(page, 'note').getByLabel('Text')
    await text.fill('before')
    await page.locator('.save-indicator[data-phase="saving"]').waitFor()
    await text.fill('during')
    await untilSaved(page)
    await page.reload()
    await expect.poll(() => card(page, 'note').getByLabel('Text').inputValue()).toBe('during')
  })

  test('the second of two changes in one throttle window is there after a reload, without another change', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    const timer = await addCard(page, 'Timer')
    await untilSaved(page)
    const id = await selectedId(page)
    await timer.getByLabel('What for').fill('tea')
    await expect.poll(() => storedTexts(page, `/${id}/state`)).toEqual([expect.stringContaining('"label":"tea"')])
    await timer.getByLabel('What for').fill('tea 2')
    await timer.getByLabel('What for').fill('tea 23')
    await expect
      .poll(() => storedTexts(page, `/${id}/state`), {timeout: 5_000})
      .toEqual([expect.stringContaining('"label":"tea 23"')])
    await page.reload()
    await expect.poll(() => card(page, 'timer').getByLabel('What for').inputValue()).toBe('tea 23')
  })
})

describe('what must not come back, and what must not change', () => {
  test('a deleted component stays deleted after a switch, an eviction and a reload', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({cap: '1'})
    await startEmpty(page)
    await addCard(page, 'Note')
    await addCard(page, 'Calculator')
    await untilSaved(page)
    await card(page, 'note').locator('.card-head').click()
    await page.keyboard.press('Delete')
    await expect.poll(() => card(page, 'note').count()).toBe(0)
    await createWorkspace(page, 'Other')
    await expect.poll(() => residency(page, 'Workspace')).toBe('on disk')
    await tab(page, 'Workspace').click()
    await card(page, 'calculator').waitFor()
    expect(await card(page, 'note').count()).toBe(0)
    await page.reload()
    await card(page, 'calculator').waitFor()
    expect(await card(page, 'note').count()).toBe(0)
  })

  test('a component of a type this version does not know stays byte for byte through edits, eviction and reload', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({cap: '1'})
    await startEmpty(page)
    await addCard(page, 'Note')
    await untilSaved(page)
    const id = await selectedId(page)
    const planted = {
      type: 'spaceship',
      schemaVersion: 7,
      editableFrom: 7,
      revision: 1,
      checksum: 1_088_683_062,
      json: '{"thrust" : 1.0e2}',
      future: ['field'],
    }
    await plantRecord(page, `/${id}/state`, 'ship', planted)
    await page.reload()
    await page.locator('.react-flow__node[data-id="ship"]').waitFor()
    await card(page, 'note').getByLabel('Text').fill('a sibling is edited')
    await untilSaved(page)
    await createWorkspace(page, 'Other')
    await expect.poll(() => residency(page, 'Workspace')).toBe('on disk')
    await tab(page, 'Workspace').click()
    await page.locator('.react-flow__node[data-id="ship"]').waitFor()
    expect(await storedValues(page, '/ship/state')).toEqual([planted])
    expect(await card(page, 'note').getByLabel('Text').inputValue()).toBe('a sibling is edited')
  })
})

/** The page's clock goes on by itself too, and a timer is stored every two seconds. */
function expectAbout(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} s, expected about ${expected}`).toBeLessThan(6)
}

async function selectedId(page: Page): Promise<string> {
  const node = page.locator('.react-flow__node').filter({has: page.locator('.card[data-selected]')})
  return (await node.getAttribute('data-id')) ?? ''
}

async function setDuration(page: Page, type: string, text: string): Promise<void> {
  const digits = card(page, type).getByLabel('Duration, minutes and seconds')
  await digits.fill(text)
  await digits.press('Enter')
}

async function start(page: Page, type: string): Promise<void> {
  await card(page, type).getByRole('button', {name: 'Start'}).click()
}

async function secondsLeft(page: Page, type: string): Promise<number> {
  const text = await card(page, type).getByRole('timer').textContent()
  const [minutes = 0, seconds = 0] = (text ?? '').split(':').map(Number)
  return minutes * 60 + seconds
}

/** `in memory` or `on disk`, as a screen reader hears it. */
async function residency(page: Page, title: string): Promise<string | undefined> {
  const words = await tab(page, title).locator('.tab-label > .visually-hidden').textContent()
  return words?.split(', ')[1]
}

async function storedTexts(page: Page, keyEnd: string): Promise<readonly string[]> {
  const values = (await storedValues(page, keyEnd)) as readonly {readonly json: string}[]
  return values.map(({json}) => json)
}
