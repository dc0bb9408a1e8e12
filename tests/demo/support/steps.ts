import type {Locator, Page} from 'playwright'
import {expect} from 'vitest'
import type {Keepspace} from '../../../src/model/handles.ts'

declare global {
  interface Window {
    readonly keepspace: Keepspace
  }
}

/** Enters from the first visit into an empty project. */
export async function startEmpty(page: Page): Promise<void> {
  await page.getByRole('button', {name: 'Start empty'}).click()
  await page.getByRole('toolbar', {name: 'Add to the canvas'}).waitFor()
}

/** Enters from the first visit into the example. */
export async function startExample(page: Page): Promise<void> {
  await page.getByRole('button', {name: 'Start with an example'}).click()
  await page.getByRole('toolbar', {name: 'Add to the canvas'}).waitFor()
}

/** Adds one card by the toolbar and returns it. */
export async function addCard(page: Page, name: string): Promise<Locator> {
  const cards = page.locator('.card')
  const before = await cards.count()
  await page.getByRole('button', {name: `Add ${name}`, exact: true}).click()
  await expect.poll(() => cards.count()).toBe(before + 1)
  return page.locator('.card[data-selected]')
}

export function card(page: Page, type: string): Locator {
  return page.locator(`.card[data-type="${type}"]`)
}

export function tab(page: Page, title: string): Locator {
  return page.locator('.tab-button').filter({has: page.getByText(title, {exact: true})})
}

/** Creates a workspace next to the one that is shown, and names it. */
export async function createWorkspace(page: Page, title: string): Promise<void> {
  const tabs = page.locator('.tab')
  const before = await tabs.count()
  await page.getByRole('button', {name: 'New workspace'}).click()
  await expect.poll(() => tabs.count()).toBe(before + 1)
  await page.locator('.tab[data-selected] .tab-button').press('F2')
  await page.getByRole('textbox', {name: 'Title of the workspace'}).fill(title)
  await page.keyboard.press('Enter')
  await tab(page, title).waitFor()
}

/** Creates a project with one workspace, and names it. */
export async function createProject(page: Page, title: string): Promise<void> {
  const entries = page.locator('.entry')
  const before = await entries.count()
  await page.getByRole('button', {name: 'New project'}).click()
  await expect.poll(() => entries.count()).toBe(before + 1)
  const selected = page.locator('.entry[data-selected] .entry-button')
  await selected.filter({hasText: 'Untitled project'}).press('F2')
  await page.getByRole('textbox', {name: 'Title of the project'}).fill(title)
  await page.keyboard.press('Enter')
  await page.locator('.entry').filter({hasText: title}).waitFor()
}

/** Waits until the status of the workspace says so. */
export async function untilSaved(page: Page): Promise<void> {
  await page.locator('.save-indicator[data-phase="saved"]').waitFor()
}

/** Waits until the page would open the same workspace again. */
export async function untilRemembered(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const {settings} = window.keepspace
    await settings.set('lastWorkspace', settings.get('lastWorkspace') ?? '')
  })
}
