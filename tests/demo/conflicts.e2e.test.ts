import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {desktop, openDemo, phone} from './support/open-demo.ts'
import {addCard, card, startEmpty, untilSaved} from './support/steps.ts'
import {storedValues} from './support/stored-records.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

const title = (page: Page, type = 'note') => card(page, type).getByLabel('Title')
const text = (page: Page) => card(page, 'note').getByLabel('Text')
const sticky = (page: Page) => card(page, 'sticky').getByLabel('Sticky note', {exact: true})

/** Two tabs in which a note and a sticky note were changed differently, and a tab that has to choose. */
async function startConflict(viewport = desktop) {
  const demo = await openDemo(server.url, {viewport})
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  await addCard(page, 'Sticky note')
  await untilSaved(page)
  const other = await demo.context.newPage()
  await other.setViewportSize(viewport)
  await other.goto(page.url().replace('?', '?slowSave=2000'))
  await title(other).fill('Mine')
  await sticky(other).fill('mine too')
  await title(page).fill('Theirs')
  await sticky(page).fill('theirs too')
  await other.getByText('Changed somewhere else.').waitFor()
  return {demo, page, other}
}

const history = async (page: Page) =>
  (await storedValues(page, '')).flatMap((value) => {
    const {json} = value as {json?: string}
    return json === undefined ? [] : [json]
  })

describe('a conflict in the demo', () => {
  test('is compared part by part, and each part is chosen by itself', async () => {
    const {demo, page, other} = await startConflict()
    await using _ = demo
    await other.getByRole('button', {name: 'Compare…'}).click()
    const dialog = other.getByRole('dialog', {name: 'Changed in two tabs'})
    const note = dialog.getByRole('group', {name: 'Note', exact: true})
    await note.getByText('Theirs', {exact: true}).waitFor()
    expect(await note.locator('mark').allTextContents()).toEqual(['Mine', 'Theirs'])
    expect(await findBarriers(other)).toEqual([])
    await note.getByLabel('The other tab').check()
    await dialog.getByRole('group', {name: 'Sticky note'}).getByLabel('This tab').check()
    await dialog.getByRole('button', {name: 'Keep what is chosen'}).click()
    await untilSaved(other)
    for (const tab of [other, page]) {
      await expect.poll(() => title(tab).inputValue()).toBe('Theirs')
      await expect.poll(() => sticky(tab).inputValue()).toBe('mine too')
    }
    const texts = await history(page)
    expect([texts.some((one) => one.includes('"Mine"')), texts.some((one) => one.includes('theirs too'))]).toEqual([
      true,
      true,
    ])
    await other.getByRole('button', {name: 'Show', exact: true}).click()
    const replaced = other.getByRole('dialog', {name: 'What was replaced'})
    await replaced.getByRole('button', {name: 'Not saved, and given up'}).click()
    await replaced.getByRole('region', {name: 'Note'}).getByText('Mine').waitFor()
    expect(await findBarriers(other)).toEqual([])
    await replaced.getByRole('button', {name: 'Bring it back'}).click()
    await expect.poll(() => title(page).inputValue()).toBe('Mine')
    expect(demo.errors).toEqual([])
  })

  test('keeps both: theirs here, mine as a workspace beside it', async () => {
    const {demo, other} = await startConflict(phone)
    await using _ = demo
    await other.getByRole('button', {name: 'Compare…'}).click()
    await other.getByRole('button', {name: 'Keep both'}).click()
    await untilSaved(other)
    expect(await title(other).inputValue()).toBe('Theirs')
    await other.locator('.tab-button').filter({hasText: '(my version)'}).click()
    await expect.poll(() => title(other).inputValue()).toBe('Mine')
    expect(demo.errors).toEqual([])
  })
})

test('a workspace deleted for good elsewhere can be kept by the tab that still edits it', async () => {
  await using demo = await openDemo(server.url)
  const {page, context} = demo
  await demo.visit()
  await startEmpty(page)
  await addCard(page, 'Note')
  await untilSaved(page)
  const other = await context.newPage()
  await other.goto(page.url().replace('?', '?slowSave=3000'))
  await title(other).fill('Still mine')
  const devtools = await context.newCDPSession(other)
  await devtools.send('Page.setWebLifecycleState', {state: 'frozen'})
  await page.evaluate(async () => {
    const {catalogue} = window.keepspace
    const [workspace] = catalogue.getSnapshot().workspaces
    if (workspace !== undefined) {
      await catalogue.deleteWorkspace(workspace.id)
      await catalogue.emptyTrash()
    }
  })
  await devtools.send('Page.setWebLifecycleState', {state: 'active'})
  await other.getByText('Deleted somewhere else.').waitFor()
  await other.getByRole('button', {name: 'Keep mine'}).click()
  await untilSaved(other)
  await page.reload()
  for (const tab of [page, other]) {
    await expect.poll(() => title(tab).inputValue()).toBe('Still mine')
  }
  expect(demo.errors).toEqual([])
})

describe('two tabs of the demo', () => {
  test.each([
    ['1280', desktop],
    ['390', phone],
  ])('say who edits, without moving anything, at %s pixels', async (_, viewport) => {
    await using demo = await openDemo(server.url, {viewport})
    const {page, context} = demo
    await demo.visit()
    await startEmpty(page)
    await addCard(page, 'Note')
    await untilSaved(page)
    const other = await context.newPage()
    await other.setViewportSize(viewport)
    await other.goto(page.url())
    await text(other).waitFor()
    const places = () =>
      Promise.all(['.bar', '.react-flow', '.save-indicator'].map((part) => other.locator(part).first().boundingBox()))
    await text(other).fill('edited here')
    await untilSaved(other)
    expect(await other.locator('.elsewhere[data-shown]').count()).toBe(0)
    const before = await places()
    await text(page).fill('taken over')
    await other.getByRole('status').filter({hasText: 'Edited in another tab'}).waitFor()
    expect(await places()).toEqual(before)
    expect(await findBarriers(other)).toEqual([])
    // Whoever types before it is here has changed the same, and is asked.
    await expect.poll(() => text(other).inputValue()).toBe('taken over')
    await text(other).fill('and back again')
    await page.getByRole('status').filter({hasText: 'Edited in another tab'}).waitFor()
    await expect.poll(() => text(page).inputValue()).toBe('and back again')
    expect(await other.locator('.elsewhere[data-shown]').count()).toBe(0)
    expect(demo.errors).toEqual([])
  })

  test('a frozen tab is taken over at once, and overwrites nothing when it thaws', async () => {
    await using demo = await openDemo(server.url)
    const {page, context} = demo
    await demo.visit()
    await startEmpty(page)
    await addCard(page, 'Note')
    await addCard(page, 'Sticky note')
    await untilSaved(page)
    const other = await context.newPage()
    await other.goto(page.url())
    await text(other).waitFor()
    await text(page).fill('of the first tab')
    await untilSaved(page)
    const held = () => other.evaluate(async () => (await navigator.locks.query()).held?.map(({clientId}) => clientId))
    const before = await held()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Page.setWebLifecycleState', {state: 'frozen'})
    await text(other).fill('taken over while it was frozen')
    await untilSaved(other)
    expect(await held()).not.toEqual(before)
    await devtools.send('Page.setWebLifecycleState', {state: 'active'})
    await sticky(page).fill('of the thawed tab')
    await untilSaved(page)
    for (const tab of [page, other]) {
      await expect.poll(() => text(tab).inputValue()).toBe('taken over while it was frozen')
      await expect.poll(() => sticky(tab).inputValue()).toBe('of the thawed tab')
    }
    expect(demo.errors).toEqual([])
  })

  test('of two versions of the app: the older one says that a newer one is open, and stops writing', async () => {
    await using demo = await openDemo(server.url)
    const {page, context} = demo
    await demo.visit({appVersion: '1'})
    await startEmpty(page)
    await addCard(page, 'Note')
    await text(page).fill('Milk\nBread')
    await untilSaved(page)
    const newer = await context.newPage()
    await newer.goto(page.url().replace('appVersion=1', 'appVersion=2'))
    await card(newer, 'note').getByRole('button', {name: 'Checklist'}).click()
    await card(newer, 'note').getByRole('checkbox').first().check()
    await untilSaved(newer)
    await page.getByText('A newer version of the app is open.').waitFor()
    expect(await text(page).isEditable()).toBe(false)
    const [stored] = await storedValues(newer, '/state')
    await addCard(page, 'Sticky note')
    await untilSaved(page)
    expect((await storedValues(newer, '/state')).map((value) => JSON.stringify(value))).toContain(
      JSON.stringify(stored),
    )
    await page.getByRole('button', {name: 'Reload'}).waitFor()
    expect(demo.errors).toEqual([])
  })
})
