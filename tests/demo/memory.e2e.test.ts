import {fileURLToPath} from 'node:url'
import type {Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {findBarriers} from './support/accessibility.ts'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {openDemo, phone} from './support/open-demo.ts'
import {addCard, createWorkspace, startEmpty, tab, untilSaved} from './support/steps.ts'

const folder = fileURLToPath(new URL('../../visualizations/screens/', import.meta.url))

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

describe('memory pressure', () => {
  test.each([
    ['low', '10', undefined],
    ['normal', '55', 'Memory is in use'],
    ['elevated', '70', 'Closing some workspaces helps'],
    ['high', '80', 'stored and let go'],
    ['critical', '95', 'Memory is nearly full'],
  ] as const)('that is %s shows on the button and says what it means', async (level, memory, words) => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({memory})
    await startEmpty(page)
    await page.locator(`.memory-button[data-level="${level}"]`).click()
    await page.getByText('In memory', {exact: true}).waitFor()
    expect(await page.locator('[data-keepspace="memory"]').count()).toBe(words === undefined ? 0 : 1)
    if (words !== undefined) {
      await page.locator('[data-keepspace="memory"]', {hasText: words}).waitFor()
    }
    expect(demo.errors).toEqual([])
  })

  test('that becomes critical keeps the next workspace out, offers what to close, and lets it in afterwards', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({memory: '10'})
    await startEmpty(page)
    await (await addCard(page, 'Note')).getByLabel('Title').fill('First')
    await untilSaved(page)
    await createWorkspace(page, 'Second')
    await page.evaluate(() => {
      window.keepspace.open('third', {create: {title: 'Third'}})
    })
    await page.evaluate(() => window.keepspace.whenReady('third'))
    await page.evaluate(() => window.keepspace.unload('third'))
    await pretend(page, 95)
    await page.locator('.memory-button[data-level="critical"]').waitFor()
    await page.evaluate(() => {
      window.location.hash = '#/w/third'
    })
    const asked = page.getByRole('alert', {name: 'No room in memory'})
    await asked.waitFor()
    expect(await findBarriers(page)).toEqual([])
    // What was left just now goes with the next measurement; its place belongs to the browser.
    await pretend(page, 95)
    await expect.poll(() => page.evaluate(() => window.keepspace.getSnapshot().hot)).toEqual([])
    await asked.getByText('although no workspace is in it', {exact: false}).waitFor()
    await page.screenshot({path: `${folder}memory-blocked-1280.png`})
    await asked.getByRole('button', {name: 'Look at it read-only'}).click()
    await page.getByText('You see what is stored, and nothing of it is written.').waitFor()
    await pretend(page, 20)
    await page.getByRole('toolbar', {name: 'Add to the canvas'}).waitFor()
    expect(demo.errors).toEqual([])
  })
})

describe('when nothing in memory may go', () => {
  test('the person is asked, closes one, and the workspace opens by itself', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({cap: '2'})
    await startEmpty(page)
    await createWorkspace(page, 'Second')
    await createWorkspace(page, 'Third')
    await page.evaluate(async () => {
      // Somebody else shows them too, so they are needed all the time.
      for (const id of window.keepspace.getSnapshot().hot) {
        window.keepspace.activate(id)
      }
      window.keepspace.setCap(1)
    })
    // The default of the project stayed, so that is the one on disk.
    await tab(page, 'Second').click()
    const asked = page.getByRole('alert', {name: 'No room in memory'})
    await asked.waitFor()
    expect(await asked.getByRole('button', {name: /^Close /}).count()).toBe(1)
    expect(await page.evaluate(() => window.keepspace.getSnapshot().hot.length)).toBe(1)
    await page.evaluate(() => {
      for (const {id} of window.keepspace.catalogue
        .getSnapshot()
        .workspaces.filter(({title}) => title === 'Workspace')) {
        window.keepspace.hide(id)
      }
    })
    await page.getByRole('toolbar', {name: 'Add to the canvas'}).waitFor()
    expect(demo.errors).toEqual([])
  })

  test('because all at the cap are at work, the person stops the work of one, and the next one opens', async () => {
    await using demo = await openDemo(server.url, {viewport: phone})
    const {page} = demo
    await demo.visit({cap: '3'})
    await startEmpty(page)
    const first = await page.evaluate(() => window.keepspace.getSnapshot().current ?? '')
    for (const title of ['Second', 'Third']) {
      await createWorkspace(page, title)
      await addCard(page, 'Note')
    }
    await page.evaluate(async (id) => {
      const {keepspace} = window
      await keepspace.unload(id)
      keepspace.setCap(2)
      for (const hot of keepspace.getSnapshot().hot) {
        const workspace = keepspace.workspace(hot)
        const [card] = workspace.getComponents()
        workspace.component({type: 'note'} as never, card?.id ?? '').startOperation({name: 'upload'})
      }
    }, first)
    await tab(page, 'Workspace').click()
    const asked = page.getByRole('alert', {name: 'No room in memory'})
    await asked.waitFor()
    expect(await page.getByText('workspaces in memory instead of', {exact: false}).count()).toBe(0)
    expect(await asked.getByText('It goes only if you say so.', {exact: false}).count()).toBe(2)
    expect(await findBarriers(page)).toEqual([])
    await asked.getByRole('button', {name: 'Close Second'}).click()
    await asked.getByText('Something is still running here', {exact: false}).waitFor()
    expect(await page.evaluate(() => window.keepspace.getSnapshot().hot.length)).toBe(2)
    await page.screenshot({path: `${folder}memory-blocked-390.png`})
    await asked.getByRole('button', {name: 'Stop the work of and close Second'}).click()
    await page.getByRole('toolbar', {name: 'Add to the canvas'}).waitFor()
    expect(await page.evaluate(() => window.keepspace.getSnapshot())).toMatchObject({current: first, cap: 2})
    expect(demo.errors).toEqual([])
  })

  test('because storage fails, the next one opens all the same, the person is told, and all heals by itself', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit({cap: '1', failSave: '0'})
    await startEmpty(page)
    await createWorkspace(page, 'Second')
    await untilSaved(page)
    await demo.visit({cap: '1', failSave: '1'})
    await (await addCard(page, 'Note')).getByLabel('Title').fill('Not stored yet')
    await tab(page, 'Workspace').click()
    await page.getByText('workspaces in memory instead of 1', {exact: false}).waitFor()
    await page.getByRole('button', {name: /^Faults/}).click()
    await page.getByRole('switch', {name: 'Saving fails'}).click()
    await page.keyboard.press('Escape')
    await page.evaluate(() => window.keepspace.retryStorage())
    await expect
      .poll(() => page.evaluate(() => window.keepspace.getSnapshot()), {timeout: 20_000})
      .toMatchObject({isOverCap: false})
    await tab(page, 'Second').click()
    await expect.poll(() => page.locator('.card').getByLabel('Title').inputValue()).toBe('Not stored yet')
  })

  test('holds two on a tablet, and the third takes the place of the one seen longest ago', async () => {
    await using demo = await openDemo(server.url, {viewport: {width: 820, height: 1180}, isHandheld: true})
    const {page} = demo
    await demo.visit({smart: '0'})
    await startEmpty(page)
    const first = await page.evaluate(() => window.keepspace.getSnapshot().current ?? '')
    await createWorkspace(page, 'Second')
    await createWorkspace(page, 'Third')
    await expect
      .poll(() => page.evaluate(() => window.keepspace.getSnapshot()))
      .toMatchObject({cap: 2, hot: {length: 2}, isOverCap: false})
    expect(await page.evaluate(() => window.keepspace.getSnapshot().hot)).not.toContain(first)
    await tab(page, 'Workspace').click()
    await page.getByRole('toolbar', {name: 'Add to the canvas'}).waitFor()
    expect(demo.errors).toEqual([])
  })

  test('twenty-five are loaded at most, whatever the cap says', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    const result = await page.evaluate(async () => {
      const {keepspace} = window
      keepspace.setCap(100)
      for (let index = 0; index < 30; index += 1) {
        keepspace.open(`w${index}`, {create: {title: `W ${index}`}})
        keepspace.activate(`w${index}`)
        await keepspace.whenReady(`w${index}`).catch(() => undefined)
      }
      return {hot: keepspace.getSnapshot().hot.length, blocked: keepspace.getMemory().blocked.length}
    })
    expect(result).toEqual({hot: 25, blocked: 6})
  })
})

describe.each([
  ['1280', undefined],
  ['390', phone],
] as const)('the workspace manager at %s px', (width, viewport) => {
  test.each(['light', 'dark'] as const)(
    'lists all in %s, says why each stays or goes, pins, closes and reopens',
    async (colorScheme) => {
      await using demo = await openDemo(server.url, {colorScheme, ...(viewport && {viewport})})
      const {page} = demo
      await demo.visit({cap: '2'})
      await startEmpty(page)
      await createWorkspace(page, 'Second')
      await createWorkspace(page, 'Third')
      await page.getByRole('button', {name: /^Memory/}).click()
      await page.getByRole('button', {name: 'All workspaces…'}).click()
      const manager = page.getByRole('dialog', {name: 'All workspaces'})
      await manager.getByText('It stays because you see it.').waitFor()
      expect(await manager.locator('[data-keepspace="workspace-row"]').count()).toBe(3)
      expect(await findBarriers(page)).toEqual([])
      await manager.getByText('It was let go because no more workspaces fit in memory.', {exact: false}).waitFor()

      const inMemory = manager
        .locator('[data-keepspace="workspace-row"]')
        .filter({has: page.getByRole('button', {name: /^Close (?!the)/, disabled: false})})
      const title = await inMemory.locator('[data-link]').textContent()
      await inMemory.getByRole('button', {name: `Pin ${title}`}).click()
      await manager.getByText('It stays because you pinned it.').waitFor()
      await manager.getByRole('button', {name: `Pin ${title}`}).click()
      await manager.getByText('It stays because you pinned it.').waitFor({state: 'detached'})
      await manager.getByRole('button', {name: `Close ${title}`}).click()
      await manager.getByText(`“${title}” was stored and let go.`).waitFor()
      await manager.getByRole('button', {name: 'Undo'}).click()
      await manager.getByRole('button', {name: `Close ${title}`}).waitFor()
      await manager.getByText('Why?').first().click()
      await manager.getByText('Score').first().waitFor()
      expect(await findBarriers(page)).toEqual([])
      await page.screenshot({path: `${folder}manager-${width}${colorScheme === 'dark' ? '-dark' : ''}.png`})
      await page.keyboard.press('Escape')
      await manager.waitFor({state: 'detached'})
      expect(demo.errors).toEqual([])
    },
  )
})

test('an isolated page measures its memory as the browser does', async () => {
  await using isolated = await serveDemo({isIsolated: true})
  await using demo = await openDemo(isolated.url, {args: ['--enable-blink-features=ForceEagerMeasureMemory']})
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true)
  await page.evaluate(() => window.keepspace.setFlags({memoryAwareEviction: true}))
  await expect.poll(() => page.evaluate(() => window.keepspace.getMemory().reading?.source)).toBe('userAgent')
  const {usedBytes = 0, limitBytes = 0} = await page.evaluate(() => ({...window.keepspace.getMemory().reading}))
  // More than an empty page takes, and far from what it may take.
  expect(usedBytes).toBeGreaterThan(1_000_000)
  expect(usedBytes).toBeLessThan(limitBytes / 4)
  expect(demo.errors).toEqual([])
})

test('a page that is not isolated measures its heap, where the browser tells it', async () => {
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  await page.evaluate(() => window.keepspace.setFlags({memoryAwareEviction: true}))
  await expect.poll(() => page.evaluate(() => window.keepspace.getMemory().reading?.source)).toBe('heap')
  expect(await page.evaluate(() => window.keepspace.getMemory().reading?.usedBytes ?? 0)).toBeGreaterThan(1_000_000)
})

/** How full memory is said to be from now on. */
async function pretend(page: Page, percent: number): Promise<void> {
  await page.evaluate((next) => {
    const shown = window as unknown as {pretendedPercent?: number}
    shown.pretendedPercent = next
    window.keepspace.measureMemory()
  }, percent)
}
