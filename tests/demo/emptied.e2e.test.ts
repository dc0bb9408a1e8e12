import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {type Demo, openDemo, phone} from './support/open-demo.ts'
import {card, startEmpty, startExample, tab, untilSaved} from './support/steps.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

describe('a browser that empties the storage of this app', () => {
  test('while it is closed: the page says so instead of greeting a new person, and begins anew only when told to', async () => {
    await using demo = await openDemo(server.url, {viewport: phone})
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await untilSaved(page)
    await page.goto('about:blank')
    await clearDatabases(demo)
    await demo.visit()
    await page.getByText('This browser emptied the storage of this app').waitFor()
    expect(await page.getByRole('button', {name: 'Start with an example'}).count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])

    await page.getByRole('button', {name: 'Go on without it'}).click()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Go on without it'}).click()
    await startEmpty(page)
    await page.reload()
    await page.getByRole('toolbar', {name: 'Add to the canvas'}).waitFor()
    expect(await page.getByText('This browser emptied the storage of this app').count()).toBe(0)
  })

  test('under a running tab: what is open is saved again, what was not open is named', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({cap: '1'})
    await startExample(page)
    await tab(page, 'In the kitchen').click()
    await card(page, 'note').getByLabel('Title').fill('Menu for nine')
    await untilSaved(page)
    await deleteDatabase(page)
    await page.getByRole('alert').getByText('This browser emptied the storage of this app').waitFor()
    await untilSaved(page)
    await page.reload()
    await expect.poll(() => card(page, 'note').getByLabel('Title').inputValue()).toBe('Menu for nine')
    await page.getByText('One workspace that was stored here is gone.').waitFor()
  })
})

test('the storage page shows what holds how much, frees deleted cards, and takes that back', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startExample(page)
  await card(page, 'note').locator('.card-head').click()
  await page.keyboard.press('Delete')
  await expect.poll(() => card(page, 'note').count()).toBe(0)
  await untilSaved(page)
  await demo.visit({}, '#/storage')
  await page.getByRole('heading', {name: 'By kind'}).waitFor()
  expect(await page.getByRole('meter').count()).toBeGreaterThan(7)
  expect(await findBarriers(page)).toEqual([])

  await page.getByRole('button', {name: 'Free Deleted cards'}).click()
  await page.getByRole('alertdialog').getByRole('button', {name: 'Free', exact: true}).click()
  await page.getByRole('button', {name: 'Free Deleted cards'}).waitFor({state: 'detached'})
  await page.getByRole('button', {name: 'Undo'}).click()
  await page.getByRole('button', {name: 'Free Deleted cards'}).waitFor()
  expect(demo.errors).toEqual([])
})

/** As browsers do when the device has little room: everything in IndexedDB, and nothing else. */
async function clearDatabases({page, context}: Demo): Promise<void> {
  const session = await context.newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', {origin: new URL(server.url).origin, storageTypes: 'indexeddb'})
}

async function deleteDatabase(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase('keepspace-demo')
        request.onsuccess = resolve
        request.onerror = reject
      }),
  )
}
