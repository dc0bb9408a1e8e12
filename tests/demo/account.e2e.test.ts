import {fileURLToPath} from 'node:url'
import type {Page} from 'playwright'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type SessionWorld, startSessionWorld} from './support/session-world.ts'
import {addCard, card, createWorkspace, startEmpty, untilSaved} from './support/steps.ts'

const folder = fileURLToPath(new URL('../../visualizations/screens/', import.meta.url))

let world: SessionWorld
beforeAll(async () => {
  world = await startSessionWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

const dialogOf = (page: Page) => page.getByRole('dialog')
const textOf = (page: Page) => card(page, 'note').getByLabel('Text')

/** Types, and saves by hand, so that nobody waits for the moment in which changes are gathered. */
async function write(page: Page, text: string): Promise<void> {
  await textOf(page).fill(text)
  await page.keyboard.press('Control+S')
}

const becomes = (page: Page, server: string, tone: string) =>
  page.locator(`.save-indicator[data-server="${server}"][data-tone="${tone}"]`).waitFor()

test('a workspace goes to the server by itself, waits offline, while signed out and for a choice, and is named before a sign-out', async () => {
  const {page, context, visit} = await world.device()
  await visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  await textOf(page).fill('milk')
  await untilSaved(page)
  await page.locator('.save-indicator').click()
  await page.getByRole('switch', {name: 'Send to the server by itself'}).click()
  await becomes(page, 'there', 'good')
  await page.locator('.place').filter({hasText: 'The server'}).getByText('Saved on the server').waitFor()
  await picture(page, 'where-kept-1280')
  await page.keyboard.press('Escape')

  await context.setOffline(true)
  await write(page, 'milk and bread')
  await becomes(page, 'waiting', 'waiting')
  await page.locator('.save-indicator').click()
  await page.getByText('1 workspace waits for the server.').waitFor()
  await page.keyboard.press('Escape')
  await context.setOffline(false)
  await becomes(page, 'there', 'good')

  world.takeTokens(false)
  await write(page, 'milk, bread and eggs')
  await becomes(page, 'waiting', 'trouble')
  await page.getByText('You are not signed in any more.').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', {name: 'Sign in again'}).click()
  await dialogOf(page).getByRole('button', {name: 'Sign in'}).click()
  await dialogOf(page).getByRole('alert').getByText('You have to sign in again.').waitFor()
  world.takeTokens(true)
  await dialogOf(page).getByRole('button', {name: 'Sign in'}).click()
  await dialogOf(page).waitFor({state: 'detached'})
  await becomes(page, 'there', 'good')
  await page.getByText('You are not signed in any more.').waitFor({state: 'detached'})

  await changeElsewhere('eggs', 'flour')
  await write(page, 'milk, bread and butter')
  await page.getByRole('button', {name: 'Compare…'}).click()
  await expect.poll(() => dialogOf(page).locator('mark').allTextContents()).toEqual(['butter', 'flour'])
  expect(await findBarriers(page)).toEqual([])
  await dialogOf(page).getByRole('button', {name: 'Take theirs'}).click()
  await expect.poll(() => textOf(page).inputValue()).toBe('milk, bread and flour')
  await becomes(page, 'there', 'good')

  await createWorkspace(page, 'Only here')
  await page.getByRole('button', {name: 'Sign out…'}).click()
  const unsent = page.getByRole('list', {name: 'Not on the server'})
  await expect
    .poll(() => unsent.locator('li').allTextContents())
    .toEqual(['Only hereA workspace that is on this device only.'])
  await picture(page, 'sign-out-1280')
  await dialogOf(page).getByRole('button', {name: 'Send now'}).click()
  await dialogOf(page).getByText('The server has everything that you made here.').waitFor()
  await dialogOf(page).getByRole('button', {name: 'Keep here and sign out'}).click()
  await page.getByText('is kept on this device').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', {name: 'Sign in'}).click()
  await page.getByRole('button', {name: 'Sign out…'}).click()
  await dialogOf(page).getByText('The server has everything that you made here.').waitFor()
  await dialogOf(page).getByRole('button', {name: 'Remove and sign out'}).click()
  await page.getByText('Nothing of what you made is left').waitFor()
  await page.getByRole('button', {name: 'Sign in'}).click()
  await page.getByRole('button', {name: 'Start empty'}).waitFor()
  await context.close()
})

test('a workspace becomes a template that others begin from, and snapshots that were seen are listed and forgotten', async () => {
  const {page, context, visit} = await world.device()
  await page.clock.install()
  await visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  await textOf(page).fill('every Monday')
  await untilSaved(page)
  await page.getByRole('button', {name: 'Session', exact: true}).click()
  await page.getByRole('menuitem', {name: 'Save as template…'}).click()
  await dialogOf(page).getByLabel('Title').fill('Week')
  expect(await findBarriers(page)).toEqual([])
  await dialogOf(page).getByRole('button', {name: 'Save template'}).click()
  await dialogOf(page).waitFor({state: 'detached'})

  await textOf(page).fill('only this week')
  await untilSaved(page)
  await page.getByRole('button', {name: 'Workspace from a template'}).click()
  const preview = dialogOf(page).locator('.card[data-type="note"]').getByLabel('Text')
  await expect.poll(() => preview.inputValue()).toBe('every Monday')
  await picture(page, 'templates-1280')
  await dialogOf(page).getByRole('button', {name: 'Add to “My project”'}).click()
  await expect.poll(() => textOf(page).inputValue()).toBe('every Monday')
  expect(await page.locator('.tab').count()).toBe(2)
  await page.getByRole('button', {name: 'Begin from a template'}).click()
  await dialogOf(page).getByRole('button', {name: 'New project'}).click()
  await expect.poll(() => page.locator('.entry').count()).toBe(2)

  await page.getByRole('button', {name: 'Session', exact: true}).click()
  await page.getByRole('menuitem', {name: 'Create snapshot…'}).click()
  await dialogOf(page).getByLabel('Title').fill('Shared week')
  await dialogOf(page).getByRole('button', {name: 'Create snapshot'}).click()
  await dialogOf(page).getByRole('button', {name: 'Done'}).click()
  await page.getByRole('button', {name: 'On the server'}).click()
  for (const [list, title, remove] of [
    ['Templates', 'Week', 'Delete'],
    ['Visited', 'Shared week', 'Forget'],
  ] as const) {
    const row = page.locator('.library-row').filter({hasText: title})
    await page.getByRole('link', {name: list}).click()
    await row.waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', {name: `Actions for ${title}`}).click()
    await page.getByRole('menuitem', {name: remove}).click()
    await row.waitFor({state: 'detached'})
    await page.getByRole('button', {name: 'Undo'}).click()
    await row.waitFor()
    await page.clock.fastForward(10_000)
  }
  await page.getByRole('button', {name: 'Forget all'}).click()
  await page.getByText('Nothing visited yet').waitFor()
  await page.clock.fastForward(6_500)
  await expect.poll(async () => (await ask<{items: unknown[]}>('/visits')).items).toEqual([])
  await context.close()
})

/** Keeps the screen under a name, and fails when it shuts people out. */
async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({
    path: `${folder}${name}.png`,
    animations: 'disabled',
    caret: 'hide',
    style: '.toast {display: none}',
  })
  expect(await findBarriers(page)).toEqual([])
}

async function ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  return (await (await fetch(world.api + path, init)).json()) as Answer
}

type Stored = {
  readonly revision: number
  readonly recordList: readonly {readonly key: string; readonly value: unknown}[]
}

/** Another device replaces a word in the one workspace that is on the server. */
async function changeElsewhere(word: string, other: string): Promise<void> {
  const {items} = await ask<{items: readonly {readonly id: string; readonly title: string}[]}>('/workspaces')
  const {id, title} = items[0] ?? {id: '', title: ''}
  const {revision, recordList} = await ask<Stored>(`/workspaces/${id}`)
  const puts = recordList
    .filter(({value}) => JSON.stringify(value).includes(word))
    .map(({key, value}) => ({key, value: JSON.parse(JSON.stringify(value).replace(word, other))}))
  await ask(`/workspaces/${id}/commits`, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'if-match': `"${revision}"`, 'idempotency-key': 'elsewhere'},
    body: JSON.stringify({commitId: 'elsewhere', title, puts, deletes: []}),
  })
}
