import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {type RawBrowser, type RawTab, startRawBrowser} from './support/raw-browser.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

const patience = {timeout: 15_000}

describe('the window of a real browser', () => {
  test('is followed from seen to hidden to frozen and back', async () => {
    await using browser = await startRawBrowser()
    const tab = await openDemoTab(await browser.open(server.url))
    await expect.poll(() => stateOf(tab), patience).toMatch(/active|visible/)
    const other = await browser.open('about:blank')
    await expect.poll(() => stateOf(tab), patience).toBe('hidden')
    await tab.freeze()
    await expect.poll(() => stateOf(tab), patience).toBe('frozen')
    await tab.thaw()
    await expect.poll(() => stateOf(tab), patience).not.toBe('frozen')
    await other.evaluate('1')
    await tab.show()
    await expect.poll(() => stateOf(tab), patience).toMatch(/active|visible/)
    const heard = await tab.evaluate<readonly string[]>('window.heard')
    expect(heard.filter((state) => state === 'hidden' || state === 'frozen').slice(0, 2)).toEqual(['hidden', 'frozen'])
  })

  test('an edit made while it is hidden is saved although its timers are late', async () => {
    await using browser = await startRawBrowser()
    const tab = await openDemoTab(await browser.open(server.url))
    await tab.evaluate(`keepspace.open('w', {create: {title: 'W'}}).save()`)
    await browser.open('about:blank')
    await expect.poll(() => stateOf(tab), patience).toBe('hidden')
    await tab.evaluate(`void keepspace.catalogue.renameWorkspace('w', 'Renamed while hidden')`)
    await expect.poll(() => tab.evaluate(`keepspace.getStatus('w').save`), patience).toBe('saved')
    await expect.poll(() => tab.evaluate(`keepspace.getWorkAtRisk().edits`), patience).toBe(0)
  })
})

describe('two tabs of a real browser', () => {
  test('of which one is frozen while it edits: the other goes on at once, and both hold everything when it thaws', async () => {
    await using browser = await startRawBrowser()
    const first = await openNotes(browser)
    await first.evaluate(`${textOf('n1')}.set({text: 'typed before the frost'})`)
    const second = await openDemoTab(await browser.open(server.url))
    await expect.poll(() => stateOf(first), patience).toBe('hidden')
    await first.evaluate(`void ${textOf('n1')}.set({text: 'typed while hidden'})`)
    // Chromium freezes no page in the middle of a transaction, which would keep everybody out; a debugger would.
    await expect.poll(() => first.evaluate(`keepspace.getStatus('w').save`), patience).toBe('saved')
    await first.freeze()
    await second.evaluate(`keepspace.activate('w'), keepspace.whenReady('w').then(() => 1)`)
    const startedAt = performance.now()
    await second.evaluate(`${textOf('n2')}.set({text: 'typed in the other tab'}), keepspace.persist('w', 'explicit')`)
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(await second.evaluate(`keepspace.getStatus('w').save`)).toBe('saved')
    await first.thaw()
    await first.show()
    for (const tab of [first, second]) {
      await expect
        .poll(() => tab.evaluate(`[${textOf('n1')}.getState().text, ${textOf('n2')}.getState().text]`), patience)
        .toEqual(['typed while hidden', 'typed in the other tab'])
      await expect.poll(() => tab.evaluate(`keepspace.getStatus('w').save`), patience).toBe('saved')
    }
  })

  test('of which one crashes: what it was told to be saved is there, and its lock is free', async () => {
    await using browser = await startRawBrowser()
    const first = await openNotes(browser)
    await first.evaluate(`${textOf('n1')}.set({text: 'saved'}), keepspace.persist('w', 'explicit')`)
    await first.evaluate(`void ${textOf('n1')}.set({text: 'not saved yet'})`)
    // A page that crashed answers nothing more.
    void first.command('Page.crash', {}).catch(() => undefined)
    const second = await openDemoTab(await browser.open(server.url))
    await second.evaluate(`keepspace.activate('w'), keepspace.whenReady('w').then(() => 1)`)
    expect(await second.evaluate(`${textOf('n1')}.getState().text`)).toMatch(/^(saved|not saved yet)$/)
    await second.evaluate(`${textOf('n1')}.set({text: 'goes on'}), keepspace.persist('w', 'explicit')`)
    expect(await second.evaluate(`keepspace.getStatus('w')`)).toMatchObject({save: 'saved', editing: 'here'})
  })
})

const textOf = (id: string) => `keepspace.workspace('w').component(keepspace.definitions.get('note'), '${id}')`

/** A workspace with two notes, saved. */
async function openNotes(browser: RawBrowser): Promise<RawTab> {
  const tab = await openDemoTab(await browser.open(server.url))
  await tab.evaluate(
    `keepspace.open('w', {create: {title: 'W'}}), keepspace.activate('w'), keepspace.whenReady('w').then(() => 1)`,
  )
  for (const id of ['n1', 'n2']) {
    await tab.evaluate(`keepspace.workspace('w').add(keepspace.definitions.get('note'), {id: '${id}'})`)
  }
  await tab.evaluate(`keepspace.persist('w', 'explicit')`)
  return tab
}

async function openDemoTab(tab: RawTab): Promise<RawTab> {
  await expect.poll(() => tab.evaluate(`typeof window.keepspace`), patience).toBe('object')
  await tab.evaluate('keepspace.whenStarted()')
  await tab.evaluate(
    `window.heard = []; keepspace.activity.subscribe(() => heard.push(keepspace.activity.getSnapshot().state)); 1`,
  )
  return tab
}

function stateOf(tab: RawTab): Promise<string> {
  return tab.evaluate('keepspace.activity.getSnapshot().state')
}
