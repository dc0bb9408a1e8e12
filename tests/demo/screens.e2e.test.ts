import {mkdir} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {type Demo, type DemoOptions, desktop, openDemo, phone} from './support/open-demo.ts'
import {card, createProject, createWorkspace, startExample, tab, untilSaved} from './support/steps.ts'

const folder = fileURLToPath(new URL('../../visualizations/screens/', import.meta.url))

let server: DemoServer
beforeAll(async () => {
  await mkdir(folder, {recursive: true})
  server = await serveDemo()
})
afterAll(() => server?.close())

const sizes = [
  ['1280', desktop],
  ['390', phone],
] as const

describe.each(sizes)('screens at %s px', (width, viewport) => {
  test('the first visit offers an example and an empty start', async () => {
    await using demo = await openScreen({viewport})
    await demo.visit()
    await demo.page.getByRole('button', {name: 'Start empty'}).waitFor()
    await picture(demo, `first-visit-${width}`)
  })

  test('a rich workspace', async () => {
    await using demo = await openScreen({viewport})
    await demo.visit()
    await startExample(demo.page)
    await demo.page.getByRole('switch', {name: 'Alarm'}).click()
    await untilSaved(demo.page)
    await picture(demo, `workspace-${width}`)
  })

  test('the same in dark', async () => {
    await using demo = await openScreen({viewport, colorScheme: 'dark'})
    await demo.visit()
    await startExample(demo.page)
    await untilSaved(demo.page)
    await picture(demo, `dark-${width}`)
  })

  test('a workspace that takes long to load', async () => {
    await using demo = await openScreen({viewport})
    await demo.visit()
    await startExample(demo.page)
    await demo.visit({slowLoad: '60000'})
    await demo.page.locator('.skeleton').waitFor()
    await picture(demo, `restoring-${width}`)
  })

  test('a workspace that did not load', async () => {
    await using demo = await openScreen({viewport})
    await demo.visit()
    await startExample(demo.page)
    await demo.visit({failLoad: '1'})
    await demo.page.getByRole('button', {name: 'Open read-only'}).waitFor()
    await picture(demo, `load-failed-${width}`)
  })

  test('a save that failed', async () => {
    await using demo = await openScreen({viewport})
    await demo.visit()
    await startExample(demo.page)
    await demo.visit({failSave: '1'})
    await card(demo.page, 'note').getByRole('textbox', {name: 'Title'}).fill('Menu for nine')
    await demo.page.getByRole('alert').getByRole('button', {name: 'Try again'}).waitFor()
    await picture(demo, `save-failed-${width}`)
  })

  test('no storage on this device', async () => {
    await using demo = await openScreen({viewport})
    await demo.visit({noIndexedDb: '1'})
    await startExample(demo.page)
    await demo.page.getByText('Nothing is stored on this device.').waitFor()
    await picture(demo, `memory-only-${width}`)
  })
})

test('many projects and workspaces, and what is in memory', async () => {
  await using demo = await openScreen({})
  await demo.visit()
  await startExample(demo.page)
  for (const title of ['Studio move', 'Thesis', 'Garden', 'Spring concert']) {
    await createProject(demo.page, title)
  }
  await demo.page.locator('.entry-button').filter({hasText: 'Sunday dinner'}).click()
  for (const title of ['Seating', 'Wine', 'Music', 'Thank-you notes']) {
    await createWorkspace(demo.page, title)
  }
  await tab(demo.page, 'In the kitchen').click()
  await card(demo.page, 'timer').getByRole('button', {name: 'Start'}).click()
  await tab(demo.page, 'Shopping').click()
  await card(demo.page, 'calculator').waitFor()
  await demo.page.getByRole('button', {name: /^Memory/}).click()
  await demo.page.getByText('Keep at most').waitFor()
  await picture(demo, 'many-workspaces-1280')
})

test('the sidebar as a drawer on a narrow screen', async () => {
  await using demo = await openScreen({viewport: phone})
  await demo.visit()
  await startExample(demo.page)
  await demo.page.getByRole('button', {name: 'Projects'}).click()
  await demo.page.locator('.drawer .entry').waitFor()
  await picture(demo, 'narrow-390')
})

test('the trash', async () => {
  await using demo = await openScreen({})
  const {page} = demo
  await demo.visit()
  await startExample(page)
  for (const title of ['Seating', 'Wine']) {
    await createWorkspace(page, title)
    await page.getByRole('button', {name: `Actions for ${title}`}).click()
    await page.getByRole('menuitem', {name: 'Delete'}).click()
    await tab(page, title).waitFor({state: 'detached'})
  }
  await createProject(page, 'Old ideas')
  await page.locator('.entry').filter({hasText: 'Old ideas'}).hover()
  await page.getByRole('button', {name: 'Actions for Old ideas'}).click()
  await page.getByRole('menuitem', {name: 'Delete'}).click()
  await page.getByRole('button', {name: /^Trash/}).click()
  await page.getByRole('button', {name: 'Restore Old ideas'}).waitFor()
  await picture(demo, 'trash-1280')
  await page.setViewportSize(phone)
  await picture(demo, 'trash-390')
})

/** A demo in which it is always the same Sunday morning, so that pictures of the same page are the same. */
async function openScreen(options: DemoOptions): Promise<Demo> {
  const demo = await openDemo(server.url, options)
  await demo.page.clock.install({time: new Date('2030-05-12T09:30:00')})
  return demo
}

/** Keeps the screen under a name, and fails when it shuts people out or the page complained. */
async function picture({page, errors}: Demo, name: string): Promise<void> {
  await page.screenshot({path: `${folder}${name}.png`, animations: 'disabled', caret: 'hide'})
  expect(await findBarriers(page)).toEqual([])
  expect(errors).toEqual([])
}
