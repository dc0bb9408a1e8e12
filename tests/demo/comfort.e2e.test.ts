import {afterAll, beforeAll, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {openDemo} from './support/open-demo.ts'
import {addCard, card, createWorkspace, startEmpty, startExample, tab, untilSaved} from './support/steps.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

test('a chosen theme is there from the first paint after a reload', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  await page.getByRole('button', {name: 'Appearance'}).click()
  await page.getByRole('menuitem', {name: 'Dark'}).click()
  await page.evaluate(() => window.keepspace.settings.set('theme', 'dark'))
  await page.addInitScript(() => {
    const seen: (string | undefined)[] = []
    const note = () => {
      seen.push(document.body && getComputedStyle(document.body).colorScheme)
      requestAnimationFrame(note)
    }
    requestAnimationFrame(note)
    Object.assign(window, {seen})
  })
  await page.reload()
  await page.getByText('Nothing here yet').waitFor()
  const seen = await page.evaluate(() => (window as unknown as {seen: (string | null)[]}).seen)
  expect(new Set(seen.filter(Boolean))).toEqual(new Set(['dark']))
})

test('a card is reached, moved and deleted with the keyboard alone', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  await page.keyboard.press('5')
  await card(page, 'sticky').waitFor()
  const before = await card(page, 'sticky').boundingBox()
  const node = page.locator('.react-flow__node')
  await node.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await card(page, 'sticky').boundingBox())?.x).toBeGreaterThan(before?.x ?? 0)
  await page.keyboard.press('Delete')
  await node.waitFor({state: 'detached'})
})

test('tabs are reordered with the mouse', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startExample(page)
  const from = await tab(page, 'Shopping').boundingBox()
  const to = await tab(page, 'In the kitchen').boundingBox()
  await page.mouse.move((from?.x ?? 0) + 40, (from?.y ?? 0) + 16)
  await page.mouse.down()
  await page.mouse.move((to?.x ?? 0) + 20, (to?.y ?? 0) + 16, {steps: 12})
  await page.mouse.up()
  await expect.poll(() => page.locator('.tab-title').allTextContents()).toEqual(['Shopping', 'In the kitchen'])
  await page.reload()
  await expect.poll(() => page.locator('.tab-title').allTextContents()).toEqual(['Shopping', 'In the kitchen'])
})

test('the list of what is in memory is in the order it was seen, and lets one go', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  await createWorkspace(page, 'Second')
  await createWorkspace(page, 'Third')
  await tab(page, 'Second').click()
  await page.getByRole('button', {name: /^Memory/}).click()
  const titles = () => page.locator('.memory-title').allTextContents()
  await expect.poll(titles).toEqual(['Second', 'Third', 'Workspace'])
  await page.locator('.memory-item').filter({hasText: 'Third'}).getByRole('button', {name: 'Let go'}).click()
  await expect.poll(titles).toEqual(['Second', 'Workspace'])
})

test('a canvas is where it was left after a reload', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  await page.mouse.move(900, 600)
  await page.mouse.wheel(0, 120)
  const box = async () => JSON.stringify(await card(page, 'note').boundingBox())
  const stored = () => page.evaluate(() => window.keepspace.settings.get(`viewport.${location.hash.slice(4)}`))
  await expect.poll(stored).toEqual({x: 0, y: -60, zoom: 1})
  const before = await box()
  await untilSaved(page)
  await page.evaluate(async () => {
    const name = `viewport.${location.hash.slice(4)}`
    await window.keepspace.settings.set(name, window.keepspace.settings.get(name) ?? null)
  })
  await page.reload()
  await card(page, 'note').waitFor()
  expect(await box()).toBe(before)
})
