import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {type RawBrowser, startRawBrowser} from '../../demo/support/raw-browser.ts'
import {until} from '../../disks/disk-browser.ts'
import {servePage} from '../../kill/page-server.ts'
import {type Random, seededRandom} from '../../kill/random.ts'
import {judge} from './judge.ts'
import type {RecordedPage} from './page.ts'
import type {Recorded} from './recorder.ts'

const workspaces = ['left', 'right']
const STEPS = 45

test('what two tabs of a real browser did and showed is as the checker of the simulation wants it', async () => {
  const {records, violations} = await recordHistory('recorded', '')
  const types = new Set(records.map(({type}) => type))

  expect(violations).toEqual([])
  expect([...types]).toEqual(expect.arrayContaining(['accepted', 'landed', 'loaded', 'read', 'viewed']))
  expect(new Set(records.map(({tab}) => tab)).size).toBeGreaterThan(3)
  expect(records.filter((record) => record.type === 'viewed' && record.claim !== undefined).length).toBeGreaterThan(20)
})

test('a storage that says of commits that they landed, and forgets them, is found out', async () => {
  const {violations} = await recordHistory('lies', '&lies')
  expect(violations.some((violation) => violation.startsWith('I11'))).toBe(true)
})

async function recordHistory(seed: string, query: string) {
  await using server = await servePage({
    page: fileURLToPath(new URL('./page.ts', import.meta.url)),
    order: () => ({}),
    heard: () => undefined,
  })
  await using browser = await startRawBrowser()
  const records = await work(browser, `${server.url}?tab=`, query, seededRandom(seed))
  return {records, violations: judge(records, workspaces)}
}

type Tab = Awaited<ReturnType<typeof openTab>>

async function openTab(browser: RawBrowser, url: string) {
  const tab = await browser.open(url)
  const call = <Name extends keyof RecordedPage>(name: Name, ...args: Parameters<RecordedPage[Name]>) =>
    tab.evaluate<Awaited<ReturnType<RecordedPage[Name]>>>(`recorded.${name}(...${JSON.stringify(args)})`)
  const begin = async () => {
    await until(() => tab.evaluate<boolean>('"recorded" in window').catch(() => false))
    for (const workspace of workspaces) {
      await call('open', workspace)
    }
  }
  /** Waits until everything is saved; where storage lies that may never come. */
  const rest = () => (url.includes('lies') ? pause(300) : until(() => call('isAtRest')))
  await begin()
  return {call, begin, rest}
}

/** Two tabs edit, each its own components; one of them is reloaded in the middle of its work now and then. */
async function work(browser: RawBrowser, url: string, query: string, random: Random): Promise<readonly Recorded[]> {
  const tabs = [await openTab(browser, `${url}one${query}`), await openTab(browser, `${url}two${query}`)]
  let count = 0
  for (let step = 0; step < STEPS; step += 1) {
    count += 1
    const index = random.between(0, 1)
    await takeStep(tabs[index] as Tab, `n${index}${random.between(0, 2)}`, `text ${count} of ${index}`, random)
  }
  for (const {rest} of tabs) {
    await rest()
  }
  const last = await openTab(browser, `${url}three${query}`)
  await pause(200)
  return last.call('records')
}

async function takeStep({call, begin, rest}: Tab, component: string, text: string, random: Random): Promise<void> {
  const workspace = random.pick(workspaces)
  const isThere = (await call('shown', workspace)).includes(component)
  const chance = random.next()
  if (!isThere) {
    await call('add', workspace, component, text)
  } else if (chance < 0.1) {
    await call('remove', workspace, component)
  } else if (chance < 0.2) {
    // What is with storage in that moment lands or not, and nobody could write down which.
    await rest()
    await call('editAndReload', workspace, component, text)
    await pause(100)
    await begin()
  } else {
    await call('edit', workspace, component, text)
  }
  if (random.next() < 0.2) {
    await call('save', workspace)
  }
  await pause(random.between(0, 150))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
