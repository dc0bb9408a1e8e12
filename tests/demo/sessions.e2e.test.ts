import type {Page} from 'playwright'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type SessionWorld, startSessionWorld} from './support/session-world.ts'
import {addCard, card, startEmpty} from './support/steps.ts'
import {storedValues} from './support/stored-records.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await startSessionWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

test('a project is saved to the server by keyboard while typing, waits while offline, and goes out when back', async () => {
  const {page, context, visit} = await world.device()
  await visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  const text = card(page, 'note').getByLabel('Text')
  await text.fill('milk')
  await page.keyboard.press('Control+Shift+S')
  const dialog = page.getByRole('dialog', {name: 'Save to the server'})
  await dialog.getByLabel('Title').fill('x'.repeat(31))
  await dialog.getByText('A title has at most 30 characters, this one has 31.').waitFor()
  await dialog.getByLabel('Title').fill('Groceries')
  expect(await findBarriers(page)).toEqual([])
  await page.route('**/api/**', (route) => route.abort())
  await page.keyboard.press('Enter')
  await dialog.getByRole('alert').getByText('The server cannot be reached.').waitFor()
  await page.unroute('**/api/**')
  await dialog.getByRole('button', {name: 'Try again'}).click()
  await sessionBecomes(page, 'saved')
  expect(await titlesOnServer()).toEqual(['Groceries'])

  await text.fill('milk and bread')
  await sessionBecomes(page, 'changed')
  await page.keyboard.press('Control+S')
  await sessionBecomes(page, 'saved')
  await context.setOffline(true)
  await text.fill('milk, bread and eggs')
  await sessionBecomes(page, 'changed')
  await page.keyboard.press('Control+S')
  await sessionBecomes(page, 'waiting')
  expect(await findBarriers(page)).toEqual([])
  await context.setOffline(false)
  await sessionBecomes(page, 'saved')
  await context.close()
})

test('a page that starts with a saved project does not jump', async () => {
  const {page, context, visit} = await world.device()
  await visit()
  await startEmpty(page)
  await page.keyboard.press('Control+Shift+S')
  await page.getByRole('dialog').getByLabel('Title').fill('Calm')
  await page.keyboard.press('Enter')
  await sessionBecomes(page, 'saved')
  await page.addInitScript(() => {
    window.shifted = []
    type Shift = PerformanceEntry & {readonly sources: readonly {readonly node: Node | null}[]}
    new PerformanceObserver((list) => {
      for (const {sources} of list.getEntries() as Shift[]) {
        window.shifted.push(...sources.map(({node}) => (node instanceof Element ? node.outerHTML : String(node))))
      }
    }).observe({type: 'layout-shift', buffered: true})
  })
  await page.reload()
  await sessionBecomes(page, 'saved')
  expect(await page.evaluate(() => window.shifted)).toEqual([])
  await context.close()
})

test('a snapshot is shared by its link: read-only for whoever opens it, who makes it their own', async () => {
  const {page, context, visit} = await world.device()
  await visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  await card(page, 'note').getByLabel('Text').fill('as it was')
  await page.getByRole('button', {name: 'Session', exact: true}).click()
  await page.getByRole('menuitem', {name: 'Create snapshot…'}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', {name: 'Create snapshot'}).click()
  const link = await dialog.getByLabel('Link').inputValue()
  expect(new URL(link).searchParams.get('snapshot')).toMatch(/^[\w-]{21}$/)
  await dialog.getByText('The link is in your clipboard.').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link)
  expect(await findBarriers(page)).toEqual([])
  await context.close()

  const visitor = await world.device()
  await visitor.page.goto(link)
  const shown = card(visitor.page, 'note').getByLabel('Text')
  await expect.poll(() => shown.inputValue()).toBe('as it was')
  expect(await shown.isDisabled()).toBe(true)
  expect(await findBarriers(visitor.page)).toEqual([])
  await visitor.page.getByRole('button', {name: 'Make my own'}).click()
  await visitor.page.locator('.entry[data-selected]').waitFor()
  const own = card(visitor.page, 'note').getByLabel('Text')
  await own.fill('mine now')
  await visitor.page.locator('.save-indicator[data-phase="saved"]').waitFor()
  expect(new URL(visitor.page.url()).search).toBe('')
  await visitor.visit(new URL(link).search)
  await expect.poll(() => shown.inputValue()).toBe('as it was')
  await visitor.visit('?snapshot=gone')
  await visitor.page.getByRole('alert').getByText('There is no such snapshot').waitFor()
  await visitor.context.close()
})

test('two browsers edit one session: one is refused, both versions are readable, nothing is lost', async () => {
  const one = await world.device()
  await one.visit()
  await startEmpty(one.page)
  await addCard(one.page, 'Note')
  await card(one.page, 'note').getByLabel('Text').fill('the guests come at seven')
  await one.page.keyboard.press('Control+Shift+S')
  await one.page.getByRole('dialog').getByLabel('Title').fill('Dinner')
  await one.page.keyboard.press('Enter')
  await sessionBecomes(one.page, 'saved')

  const two = await world.device()
  const refusals: string[] = []
  two.page.on('response', (response) => {
    if (response.status() === 412) {
      refusals.push(response.request().method())
    }
  })
  await two.visit()
  await startEmpty(two.page)
  await two.visit('#/sessions')
  await two.page.reload()
  await two.page.getByRole('button', {name: 'Dinner', exact: true}).click()
  await expect.poll(() => card(two.page, 'note').getByLabel('Text').inputValue()).toBe('the guests come at seven')

  await card(one.page, 'note').getByLabel('Text').fill('the guests come at eight')
  await sessionBecomes(one.page, 'changed')
  await one.page.keyboard.press('Control+S')
  await sessionBecomes(one.page, 'saved')
  await card(two.page, 'note').getByLabel('Text').fill('the guests come at nine')
  await sessionBecomes(two.page, 'changed')
  await two.page.keyboard.press('Control+S')

  const dialog = two.page.getByRole('dialog', {name: 'Saved in two places'})
  const lines = dialog.locator('[data-keepspace="difference-lines"]')
  await expect.poll(() => lines.locator('mark').allTextContents()).toEqual(['nine', 'eight'])
  expect(await findBarriers(two.page)).toEqual([])
  expect(refusals).toEqual(['PUT'])
  await dialog.getByRole('button', {name: 'Keep both'}).click()
  await expect.poll(() => card(two.page, 'note').getByLabel('Text').inputValue()).toBe('the guests come at eight')
  await sessionBecomes(two.page, 'saved')
  await two.page.locator('.entry-button').filter({hasText: '(my version)'}).click()
  await expect.poll(() => card(two.page, 'note').getByLabel('Text').inputValue()).toBe('the guests come at nine')
  expect(refusals).toEqual(['PUT'])
  await one.context.close()
  await two.context.close()
})

test('unsent work is offered before anything is opened, and an older version comes back from the history', async () => {
  const {page, context, visit} = await world.device()
  await visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  const text = card(page, 'note').getByLabel('Text')
  await text.fill('at seven')
  await page.keyboard.press('Control+Shift+S')
  await page.getByRole('dialog').getByLabel('Title').fill('Unsent')
  await page.keyboard.press('Enter')
  await sessionBecomes(page, 'saved')
  const [found] = await listOnServer(`?${new URLSearchParams({filter: 'title:equals:Unsent'})}`)
  await text.fill('at eight')
  await sessionBecomes(page, 'changed')

  await visit(`?session=${found?.id}`)
  const dialog = page.getByRole('dialog', {name: 'There is work the server does not have'})
  await dialog.getByRole('button', {name: 'Compare Unsent'}).click()
  await expect.poll(() => dialog.locator('mark').allTextContents()).toEqual(['eight', 'seven'])
  expect(await findBarriers(page)).toEqual([])
  expect(await page.locator('.card').count()).toBe(0)
  await dialog.getByRole('button', {name: 'Go on with Unsent'}).click()
  await expect.poll(() => text.inputValue()).toBe('at eight')
  expect(new URL(page.url()).search).toBe('')
  await page.keyboard.press('Control+S')
  await sessionBecomes(page, 'saved')

  await page.getByRole('button', {name: 'Session', exact: true}).click()
  await page.getByRole('menuitem', {name: 'History…'}).click()
  const history = page.getByRole('dialog', {name: 'History'})
  await history.getByRole('button', {name: 'Version 1'}).click()
  const old = history.locator('.card').getByLabel('Text')
  await expect.poll(() => old.inputValue()).toBe('at seven')
  expect(await old.isDisabled()).toBe(true)
  await history.getByText('1 part differs from what is here').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await history.getByRole('button', {name: 'Bring it back'}).click()
  await history.waitFor({state: 'detached'})
  await expect.poll(() => text.inputValue()).toBe('at seven')
  await sessionBecomes(page, 'saved')
  await context.close()
})

test('a session that was deleted elsewhere is saved as a new one; a deletion whose page is closed can be undone on the next visit', async () => {
  const {page, context, visit} = await world.device()
  await visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  await card(page, 'note').getByLabel('Text').fill('apples')
  const saveAs = async (title: string) => {
    await page.getByRole('dialog').getByLabel('Title').fill(title)
    await page.keyboard.press('Enter')
    await sessionBecomes(page, 'saved')
  }
  await page.keyboard.press('Control+Shift+S')
  await saveAs('Errands')
  await deleteOnServer('Errands')
  await page.getByText('Its session is gone. Everything is still on this device.').waitFor()
  await sessionBecomes(page, 'gone')
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', {name: 'Save as new…'}).click()
  await saveAs('Errands again')
  expect(await card(page, 'note').getByLabel('Text').inputValue()).toBe('apples')

  await visit('#/sessions')
  await page.getByRole('checkbox', {name: 'Select Errands again'}).click()
  await page.keyboard.press('Delete')
  await page.getByText('1 session deleted').waitFor()
  // What is to be deleted is known to the next visit once it is stored.
  const [deleted] = await listOnServer(`?${new URLSearchParams({filter: 'title:equals:Errands again'})}`)
  await expect.poll(async () => (await storedValues(page, `/${deleted?.id}`)).length).toBe(1)
  await page.close()
  const next = await context.newPage()
  await next.goto(world.url)
  await next.getByText('Deleted on your last visit').waitFor()
  expect(await findBarriers(next)).toEqual([])
  await next.getByRole('button', {name: 'Undo'}).click()
  await next.getByText('Deleted on your last visit').waitFor({state: 'detached'})
  expect(await countOnServer('Errands again')).toBe(1)

  // Undone is undone: a third page has nothing to offer.
  await next.clock.install()
  await next.goto(world.url)
  await sessionBecomes(next, 'saved')
  await next.clock.fastForward(10_000)
  expect(await next.getByText('Deleted on your last visit').count()).toBe(0)
  expect(await countOnServer('Errands again')).toBe(1)
  await context.close()
})

test('ten thousand sessions are scrolled through, searched, renamed and deleted, and a refused deletion comes back', async () => {
  await world.seed(10_000)
  const {page, context, visit} = await world.device()
  await page.clock.install()
  await visit()
  await startEmpty(page)
  await visit('#/snapshots')
  await page.reload()
  await page.getByRole('link', {name: 'Sessions'}).click()
  const row = (title: string) => page.locator('.library-row').filter({has: page.getByText(title, {exact: true})})
  await row('Plan 09999').waitFor()
  expect(await findBarriers(page)).toEqual([])
  const frame = page.locator('.library-frame')
  await expect
    .poll(
      async () => {
        await frame.evaluate((element) => element.scrollTo(0, element.scrollHeight))
        return row('Plan 00000').count()
      },
      {timeout: 120_000, interval: 20},
    )
    .toBe(1)
  expect(await page.locator('.library-row').count()).toBeLessThan(60)

  await page.getByRole('searchbox').fill('plan 0777')
  await page.getByText('10 shown').waitFor()
  await page.getByLabel('Order').selectOption('title')
  await expect.poll(() => page.locator('.library-title').first().textContent()).toBe('Plan 07770')
  await page.getByRole('checkbox', {name: 'Select Plan 07770'}).click()
  await page.getByRole('checkbox', {name: 'Select Plan 07772'}).click({modifiers: ['Shift']})
  await page.getByText('3 selected').waitFor()
  await page.keyboard.press('Delete')
  await page.getByText('3 sessions deleted').waitFor()
  await page.getByText('7 shown').waitFor()
  await page.getByRole('button', {name: 'Undo'}).click()
  await page.getByText('3 selected').waitFor()

  await page.getByRole('button', {name: 'Delete', exact: true}).click()
  await row('Plan 07770').waitFor({state: 'detached'})
  await renameOnServer('Plan 07771', 'Plan 07771 b')
  await page.clock.fastForward(6_500)
  await row('Plan 07771').getByRole('alert').getByText('Taken back: This was changed somewhere else').waitFor()
  await expect.poll(() => countOnServer('Plan 0777')).toBe(8)

  await page.getByRole('checkbox', {name: 'Select Plan 07773'}).focus()
  await page.keyboard.press('F2')
  await page.getByRole('textbox', {name: 'Title of the session'}).fill('Plan 07773 renamed')
  await page.keyboard.press('Enter')
  await row('Plan 07773 renamed').waitFor()
  await expect.poll(() => countOnServer('Plan 07773 renamed')).toBe(1)
  expect(await findBarriers(page)).toEqual([])
  await context.close()
}, 240_000)

declare global {
  interface Window {
    /** What moved by itself. */
    shifted: string[]
  }
}

const sessionBecomes = (page: Page, phase: string) => page.locator(`.save-indicator[data-session="${phase}"]`).waitFor()

type Listed = {readonly id: string; readonly title: string; readonly revision: number}

async function listOnServer(query = ''): Promise<readonly Listed[]> {
  const {items} = (await (await fetch(`${world.api}/sessions${query}`)).json()) as {items: readonly Listed[]}
  return items
}

const titlesOnServer = async () => (await listOnServer()).map(({title}) => title)

const countOnServer = async (title: string) =>
  (await listOnServer(`?${new URLSearchParams({filter: `title:contains:${title}`})}`)).length

async function deleteOnServer(title: string): Promise<void> {
  const [found] = await listOnServer(`?${new URLSearchParams({filter: `title:equals:${title}`})}`)
  const headers = {'if-match': `"${found?.revision}"`}
  const {status} = await fetch(`${world.api}/sessions/${found?.id}`, {method: 'DELETE', headers})
  expect(status).toBe(204)
}

async function renameOnServer(before: string, title: string): Promise<void> {
  const [found] = await listOnServer(`?${new URLSearchParams({filter: `title:equals:${before}`})}`)
  await fetch(`${world.api}/sessions/${found?.id}`, {
    method: 'PUT',
    headers: {'content-type': 'application/json', 'if-match': `"${found?.revision}"`},
    body: JSON.stringify({title}),
  })
}
