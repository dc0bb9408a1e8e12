import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {openDemo} from './support/open-demo.ts'
import {addCard, card, startEmpty, startExample, untilSaved} from './support/steps.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

describe('when something goes wrong, the page says so', () => {
  test('a failed load offers another try, and nothing is lost', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await demo.visit({failLoad: '1'})
    await page.getByText('This workspace did not load').waitFor()
    await page.getByRole('button', {name: 'Try again'}).click()
    await page.getByText('This workspace did not load').waitFor()
    await switchFault(page, 'Loading fails')
    await page.getByRole('button', {name: 'Try again'}).click()
    await expect.poll(() => card(page, 'note').getByLabel('Title').inputValue()).toBe('Menu for eight')
  })

  test('a failed load can be opened read-only, without anything to edit', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await demo.visit({failLoad: '1'})
    await page.getByRole('button', {name: 'Open read-only'}).click()
    await page.getByText('Nothing of it is written', {exact: false}).waitFor()
    expect(await page.getByRole('toolbar').count()).toBe(0)
  })

  test('a failed save stays on the screen, is kept in memory, and is stored as soon as storage works', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await demo.visit({failSave: '1'})
    await card(page, 'note').getByLabel('Title').fill('Menu for nine')
    await page.getByRole('button', {name: 'Try again'}).click()
    await page.getByText('Your work stays in this tab.').waitFor()
    await switchFault(page, 'Saving fails')
    await untilSaved(page)
    await demo.visit()
    await expect.poll(() => card(page, 'note').getByLabel('Title').inputValue()).toBe('Menu for nine')
  })

  test('without storage a banner stays, and everything works until the page is closed', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({noIndexedDb: '1'})
    await page.getByText('Nothing is stored on this device.').waitFor()
    await startEmpty(page)
    await (await addCard(page, 'Note')).getByLabel('Title').fill('For now')
    await page.locator('.save-indicator[data-phase="memoryOnly"]').waitFor()
    await page.getByText('Nothing is stored on this device.').waitFor()
    expect(await page.locator('.banner button').count()).toBe(0)
  })

  test('a slow load shows a placeholder and never an empty canvas', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await demo.visit({slowLoad: '700'})
    await page.locator('.skeleton').waitFor()
    expect(await page.locator('.react-flow').count()).toBe(0)
    await card(page, 'note').waitFor()
    expect(await page.locator('.card').count()).toBe(7)
    expect(await page.locator('.skeleton').count()).toBe(0)
  })
})

describe('several versions of the app', () => {
  test('an older one edits what a newer one allows, and keeps what it does not know', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({appVersion: '2'})
    await startEmpty(page)
    const sticky = await addCard(page, 'Sticky note')
    await sticky.getByLabel('Tags').fill('home, urgent')
    await sticky.getByRole('button', {name: 'Pin'}).click()
    await sticky.getByLabel('Sticky note', {exact: true}).fill('From version 2')
    await untilSaved(page)

    await demo.visit({appVersion: '1'})
    await card(page, 'sticky').getByLabel('Sticky note', {exact: true}).fill('Edited by version 1')
    await untilSaved(page)

    await demo.visit({appVersion: '2'})
    await expect
      .poll(() => card(page, 'sticky').getByLabel('Sticky note', {exact: true}).inputValue())
      .toBe('Edited by version 1')
    expect(await card(page, 'sticky').getByLabel('Tags').inputValue()).toBe('home, urgent')
    expect(await card(page, 'sticky').getByRole('button', {name: 'Pin'}).getAttribute('aria-pressed')).toBe('true')
  })

  test('an older one only reads what a newer one does not let it edit, and says so', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({appVersion: '2'})
    await startEmpty(page)
    const note = await addCard(page, 'Note')
    await note.getByLabel('Text').fill('Milk\nBread')
    await note.getByRole('button', {name: 'Checklist'}).click()
    await note.getByRole('checkbox').first().check()
    await untilSaved(page)

    await demo.visit({appVersion: '1'})
    await card(page, 'note').getByText('Read-only').waitFor()
    expect(await card(page, 'note').getByLabel('Text').inputValue()).toBe('Milk\nBread')
    expect(await card(page, 'note').getByLabel('Text').isEditable()).toBe(false)
    await card(page, 'note').locator('.problem').waitFor()
  })
})

describe('two tabs', () => {
  test.each([
    ['Keep mine', 'Second'],
    ['Take theirs', 'First'],
  ])('a conflict asks, and “%s” keeps that version', async (choice, kept) => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    await addCard(page, 'Note')
    await untilSaved(page)
    const other = await demo.context.newPage()
    await other.goto(page.url().replace('?', '?slowSave=2000'))
    await card(other, 'note').getByLabel('Title').fill('Second')
    await card(page, 'note').getByLabel('Title').fill('First')
    await other.getByText('Changed somewhere else.').waitFor()
    await other.getByRole('button', {name: choice}).click()
    await untilSaved(other)
    await expect.poll(() => card(other, 'note').getByLabel('Title').inputValue()).toBe(kept)
    await other.reload()
    await expect.poll(() => card(other, 'note').getByLabel('Title').inputValue()).toBe(kept)
  })
})

async function switchFault(page: Page, label: string): Promise<void> {
  await page.locator('.chip').click()
  await page.getByRole('switch', {name: label}).click()
  await page.keyboard.press('Escape')
  await page.locator('.faults').waitFor({state: 'detached'})
}
