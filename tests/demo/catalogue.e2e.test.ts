import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {openDemo, phone} from './support/open-demo.ts'
import {card, createProject, createWorkspace, startEmpty, startExample, tab, untilRemembered} from './support/steps.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

describe('projects', () => {
  test('are renamed, reordered by menu, key and mouse, and keep that after a reload', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    await createProject(page, 'Garden')
    await createProject(page, 'Thesis')
    expect(await entries(page)).toEqual(['My project', 'Garden', 'Thesis'])

    await page.locator('.entry').filter({hasText: 'Thesis'}).hover()
    await page.getByRole('button', {name: 'Actions for Thesis'}).click()
    await page.getByRole('menuitem', {name: 'Move up'}).click()
    await expect.poll(() => entries(page)).toEqual(['My project', 'Thesis', 'Garden'])

    await page.locator('.entry-button').filter({hasText: 'My project'}).press('Alt+ArrowDown')
    await expect.poll(() => entries(page)).toEqual(['Thesis', 'My project', 'Garden'])

    const garden = await page.locator('.entry').filter({hasText: 'Garden'}).boundingBox()
    const thesis = await page.locator('.entry').filter({hasText: 'Thesis'}).boundingBox()
    await page.mouse.move((garden?.x ?? 0) + 60, (garden?.y ?? 0) + 18)
    await page.mouse.down()
    await page.mouse.move((thesis?.x ?? 0) + 60, (thesis?.y ?? 0) + 10, {steps: 12})
    await page.mouse.up()
    await expect.poll(() => entries(page)).toEqual(['Garden', 'Thesis', 'My project'])

    await page.reload()
    await page.locator('.entry').first().waitFor()
    expect(await entries(page)).toEqual(['Garden', 'Thesis', 'My project'])
    expect(demo.errors).toEqual([])
  })

  test('go to the trash and come back with their workspaces', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await page.locator('.entry').hover()
    await page.getByRole('button', {name: 'Actions for Sunday dinner'}).click()
    await page.getByRole('menuitem', {name: 'Delete'}).click()
    await page.getByText('No projects').waitFor()
    await page.getByRole('button', {name: 'Undo'}).click()
    await expect.poll(() => tabs(page)).toEqual(['In the kitchen', 'Shopping'])
    await expect.poll(() => card(page, 'note').getByLabel('Title').inputValue()).toBe('Menu for eight')
  })
})

test('deleting the project that is shown leads to its neighbour', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startExample(page)
  await createProject(page, 'Garden')
  await page.locator('.entry').filter({hasText: 'Garden'}).hover()
  await page.getByRole('button', {name: 'Actions for Garden'}).click()
  await page.getByRole('menuitem', {name: 'Delete'}).click()
  await card(page, 'note').waitFor()
  await expect.poll(() => entries(page)).toEqual(['Sunday dinner'])
  expect(demo.errors).toEqual([])
})

describe('workspaces', () => {
  test('are duplicated, reordered, moved to another project, and one of them opens first', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await createProject(page, 'Garden')
    await page.locator('.entry-button').filter({hasText: 'Sunday dinner'}).click()
    await tab(page, 'Shopping').click()

    await menu(page, 'Shopping', 'Duplicate')
    await expect.poll(() => tabs(page)).toEqual(['In the kitchen', 'Shopping', 'Shopping copy'])
    await expect.poll(() => card(page, 'note').getByLabel('Title').inputValue()).toBe('Market')

    await menu(page, 'Shopping copy', 'Move left')
    await expect.poll(() => tabs(page)).toEqual(['In the kitchen', 'Shopping copy', 'Shopping'])
    await menu(page, 'Shopping copy', 'Open first in this project')
    await tab(page, 'Shopping copy').locator('.tab-star').waitFor()

    await menu(page, 'Shopping copy', 'Move to project')
    await page.getByRole('menuitem', {name: 'Garden'}).click()
    await expect.poll(() => tabs(page)).toEqual(['Workspace', 'Shopping copy'])
    await expect.poll(() => card(page, 'note').getByLabel('Title').inputValue()).toBe('Market')

    await page.reload()
    await card(page, 'note').waitFor()
    expect(await tabs(page)).toEqual(['Workspace', 'Shopping copy'])
    expect(demo.errors).toEqual([])
  })

  test('are renamed by a double click, F2 and the menu', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    const rename = async (title: string) => {
      await page.getByRole('textbox', {name: 'Title of the workspace'}).fill(title)
      await page.keyboard.press('Enter')
      await expect.poll(() => tabs(page)).toEqual([title])
    }
    await tab(page, 'Workspace').dblclick()
    await rename('One')
    await page.keyboard.press('F2')
    await rename('Two')
    await menu(page, 'Two', 'Rename')
    await rename('Three')
    await page.reload()
    await expect.poll(() => tabs(page)).toEqual(['Three'])
  })

  test('go to the trash, are restored from it, and are gone after it was emptied', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await menu(page, 'In the kitchen', 'Delete')
    await expect.poll(() => tabs(page)).toEqual(['Shopping'])
    await page.getByRole('button', {name: /^Trash/}).click()
    await page.getByRole('button', {name: 'Restore In the kitchen'}).click()
    await page.getByText('The trash is empty').waitFor()
    await page.locator('.entry-button').filter({hasText: 'Sunday dinner'}).click()
    await tab(page, 'In the kitchen').click()
    await expect.poll(() => card(page, 'note').getByLabel('Title').inputValue()).toBe('Menu for eight')

    await menu(page, 'In the kitchen', 'Delete')
    await expect.poll(() => tabs(page)).toEqual(['Shopping'])
    await page.getByRole('button', {name: /^Trash/}).click()
    await page.getByRole('button', {name: 'Empty trash'}).click()
    await page.getByRole('button', {name: 'Delete for good'}).click()
    await page.getByText('The trash is empty').waitFor()
    await page.reload()
    await page.getByText('The trash is empty').waitFor()
    expect(demo.errors).toEqual([])
  })

  test('only as many as the cap are in memory, and without smart eviction the one seen longest ago goes first', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({cap: '2', smart: '0'})
    await startEmpty(page)
    await createWorkspace(page, 'B')
    await createWorkspace(page, 'C')
    await expect.poll(() => residency(page)).toEqual({Workspace: false, B: true, C: true})
    await tab(page, 'Workspace').click()
    await expect.poll(() => residency(page)).toEqual({Workspace: true, B: false, C: true})
  })

  test('the one that was shown is shown again after a reload, and after a visit without an address', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startExample(page)
    await tab(page, 'Shopping').click()
    await card(page, 'calculator').waitFor()
    await untilRemembered(page)
    await page.reload()
    await card(page, 'calculator').waitFor()
    await demo.visit()
    await card(page, 'calculator').waitFor()
    expect(await page.locator('.tab[data-selected]').textContent()).toContain('Shopping')
  })

  test('are reached on a narrow screen through the drawer', async () => {
    await using demo = await openDemo(server.url, {viewport: phone})
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    await page.getByRole('button', {name: 'Projects'}).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('button', {name: 'New project'}).click()
    await drawer.locator('.entry').nth(1).waitFor()
    await drawer.locator('.entry-button').filter({hasText: 'My project'}).click()
    await drawer.waitFor({state: 'detached'})
    await expect.poll(() => page.locator('.bar-title').textContent()).toBe('My project')
  })
})

async function menu(page: Page, title: string, item: string): Promise<void> {
  await page.getByRole('button', {name: `Actions for ${title}`, exact: true}).click()
  await page.getByRole('menuitem', {name: item}).click()
}

const tabs = (page: Page) => page.locator('.tab-title').allTextContents()
const entries = (page: Page) => page.locator('.entries .entry-title').allTextContents()

/** Which workspaces of the strip are in memory, as the page says it. */
async function residency(page: Page): Promise<Record<string, boolean>> {
  const words = await page.locator('.tab-label').allTextContents()
  return Object.fromEntries(words.map((text) => [text.split(',')[0], text.includes('in memory')]))
}
