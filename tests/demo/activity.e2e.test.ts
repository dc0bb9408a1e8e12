import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {type RawTab, startRawBrowser} from './support/raw-browser.ts'

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
