import type {Locator, Page} from 'playwright'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type DemoServer, serveDemo} from './support/demo-server.ts'
import {openDemo} from './support/open-demo.ts'
import {addCard, card, startEmpty, untilSaved} from './support/steps.ts'

let server: DemoServer
beforeAll(async () => {
  server = await serveDemo()
})
afterAll(() => server?.close())

describe('cards', () => {
  test('every kind of card has what was put into it after a reload', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)

    await fill(await addCard(page, 'Timer'), 'What for', 'Tea')
    await fill(card(page, 'timer'), 'Duration, minutes and seconds', '3')
    await page.keyboard.press('Enter')
    await fill(await addCard(page, 'Countdown'), 'What for', 'Talk')
    await fill(card(page, 'countdown'), 'Duration, minutes and seconds', '1:30:00')
    await page.keyboard.press('Enter')
    await fill(await addCard(page, 'Alarm'), 'What for', 'Train')
    await card(page, 'alarm').getByLabel('Time of day').fill('05:15')
    await card(page, 'alarm').getByRole('switch').click()
    const calculator = await addCard(page, 'Calculator')
    for (const key of ['7', 'Multiply', '6', 'Equals']) {
      await calculator.getByRole('button', {name: key, exact: true}).click()
    }
    await fill(await addCard(page, 'Sticky note'), 'Sticky note', 'Call Lena')
    await card(page, 'sticky').getByTitle('mint').click()
    await fill(await addCard(page, 'Note'), 'Title', 'Plan')
    await fill(card(page, 'note'), 'Text', 'First\nSecond')
    await fill(await addCard(page, 'Facts'), 'Title', 'Contacts')
    await fill(card(page, 'facts'), 'Name 1', 'Door')
    await fill(card(page, 'facts'), 'Value 1', '4711')
    const before = await contents(page)
    expect(before).toEqual({
      timer: ['Tea', '03:00'],
      countdown: ['Talk', '1:30:00'],
      alarm: ['Train', '05:15', 'true'],
      calculator: ['42', '7 × 6 ='],
      sticky: ['Call Lena', 'mint'],
      note: ['Plan', 'First\nSecond'],
      facts: ['Contacts', 'Door', '4711'],
    })

    await untilSaved(page)
    await page.reload()
    await card(page, 'facts').waitFor()
    expect(await contents(page)).toEqual(before)
    expect(demo.errors).toEqual([])
  })

  test('a card that was moved and resized is where it was left after a reload', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    await addCard(page, 'Sticky note')
    await addCard(page, 'Note')
    const before = await betweenCards(page)

    const note = await boxOf(card(page, 'note'))
    await drag(page, {x: note.x + 120, y: note.y + 18}, {x: note.x + 90, y: note.y + 118})
    await expect.poll(() => betweenCards(page)).not.toEqual(before)
    const corner = await boxOf(card(page, 'note'))
    const grip = {x: corner.x + corner.width, y: corner.y + corner.height}
    await drag(page, grip, {x: grip.x + 60, y: grip.y + 40})
    await expect.poll(async () => (await boxOf(card(page, 'note'))).width).toBeGreaterThan(corner.width + 50)
    const after = await betweenCards(page)
    expect(after.y).toBeGreaterThan(before.y + 70)

    await untilSaved(page)
    await page.reload()
    await card(page, 'note').waitFor()
    expect(await betweenCards(page)).toEqual(after)
    expect(demo.errors).toEqual([])
  })

  test('a deleted card comes back with its content by Ctrl+Z and by the toast, and stays deleted otherwise', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    await fill(await addCard(page, 'Note'), 'Title', 'Keep me')
    const note = card(page, 'note')

    await page.getByRole('button', {name: 'Actions for this note'}).click()
    await page.getByRole('menuitem', {name: 'Delete'}).click()
    await note.waitFor({state: 'detached'})
    await page.keyboard.press('Control+z')
    await expect.poll(() => note.getByLabel('Title').inputValue()).toBe('Keep me')

    await note.locator('.card-name').click()
    await page.keyboard.press('Delete')
    await note.waitFor({state: 'detached'})
    await page.getByRole('button', {name: 'Undo'}).first().click()
    await expect.poll(() => note.getByLabel('Title').inputValue()).toBe('Keep me')

    await note.locator('.card-name').click()
    await page.keyboard.press('Delete')
    await note.waitFor({state: 'detached'})
    await untilSaved(page)
    await page.reload()
    await page.getByText('Nothing here yet').waitFor()
    expect(await note.count()).toBe(0)
  })

  test('keys add cards, and a preset puts them on another canvas', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await demo.visit()
    await startEmpty(page)
    await page.keyboard.press('1')
    await card(page, 'timer').waitFor()
    await page.keyboard.press('5')
    await fill(card(page, 'sticky'), 'Sticky note', 'From a preset')
    await page.getByRole('button', {name: 'Arrangement'}).click()
    await page.getByRole('menuitem', {name: 'Save arrangement as preset…'}).click()
    await page.getByRole('textbox', {name: 'Name'}).fill('Focus')
    await page.getByRole('button', {name: 'Save preset'}).click()
    await page.getByText('“Focus” is kept as a preset').waitFor()

    await page.getByRole('button', {name: 'New workspace'}).click()
    await page.getByText('Nothing here yet').waitFor()
    await page.getByRole('button', {name: 'Arrangement'}).click()
    await page.getByRole('menuitem', {name: 'Insert preset'}).click()
    await page.getByRole('menuitem', {name: 'Focus'}).click()
    await expect.poll(() => card(page, 'sticky').getByRole('textbox').inputValue()).toBe('From a preset')
    expect(await page.locator('.card').count()).toBe(2)
  })

  test('a running timer goes on while another workspace is shown', async () => {
    await using demo = await openDemo(server.url)
    const {page} = demo
    await page.clock.install()
    await demo.visit()
    await startEmpty(page)
    await addCard(page, 'Timer')
    const digits = card(page, 'timer').getByRole('timer')
    await card(page, 'timer').getByRole('button', {name: 'Start'}).click()
    await expect.poll(() => digits.textContent()).toBe('09:59')
    await page.getByRole('button', {name: 'New workspace'}).click()
    await page.getByText('Nothing here yet').waitFor()
    await page.clock.fastForward('02:00')
    await page.keyboard.press('[')
    await expect.poll(() => digits.textContent()).toMatch(/^07:5\d$/)
  })
})

async function fill(scope: Locator, label: string, value: string): Promise<void> {
  await scope.getByLabel(label, {exact: true}).fill(value)
}

/** What a person sees in every kind of card. */
async function contents(page: Page): Promise<Record<string, readonly string[]>> {
  const value = (type: string, label: string) => card(page, type).getByLabel(label, {exact: true}).inputValue()
  const duration = 'Duration, minutes and seconds'
  return {
    timer: [await value('timer', 'What for'), await value('timer', duration)],
    countdown: [await value('countdown', 'What for'), await value('countdown', duration)],
    alarm: [
      await value('alarm', 'What for'),
      await value('alarm', 'Time of day'),
      (await card(page, 'alarm').getByRole('switch').getAttribute('aria-checked')) ?? '',
    ],
    calculator: [
      (await card(page, 'calculator').locator('.calculator-value').textContent()) ?? '',
      (await card(page, 'calculator').locator('.calculator-tape').textContent()) ?? '',
    ],
    sticky: [
      await value('sticky', 'Sticky note'),
      (await card(page, 'sticky').getByRole('radio', {checked: true}).getAttribute('aria-label')) ?? '',
    ],
    note: [await value('note', 'Title'), await value('note', 'Text')],
    facts: [await value('facts', 'Title'), await value('facts', 'Name 1'), await value('facts', 'Value 1')],
  }
}

type Box = {readonly x: number; readonly y: number; readonly width: number; readonly height: number}

async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox()
  if (!box) {
    throw new Error('not on the page')
  }
  return box
}

/** Where the note is, seen from the sticky note, and how large: independent of where the canvas is. */
async function betweenCards(page: Page): Promise<Box> {
  const note = await boxOf(card(page, 'note'))
  const sticky = await boxOf(card(page, 'sticky'))
  const {width, height} = note
  return {x: Math.round(note.x - sticky.x), y: Math.round(note.y - sticky.y), width, height}
}

async function drag(page: Page, from: {x: number; y: number}, to: {x: number; y: number}): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, {steps: 8})
  await page.mouse.up()
}
