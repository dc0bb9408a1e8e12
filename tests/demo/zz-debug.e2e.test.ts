import {test} from 'vitest'
import {serveDemo} from './support/demo-server.ts'
import {openDemo} from './support/open-demo.ts'
import {addCard, card, startEmpty} from './support/steps.ts'
test('debug', async () => {
  const server = await serveDemo()
  await using demo = await openDemo(server.url)
  const {page} = demo
  await demo.visit()
  await startEmpty(page)
  await addCard(page, 'Sticky note')
  await addCard(page, 'Note')
  const log = async (what: string) => {
    const out = await page.evaluate(() => ({
      dom: [...document.querySelectorAll<HTMLElement>('.react-flow__node')].map((n) => [n.style.transform, n.offsetWidth, n.offsetHeight]),
      view: document.querySelector<HTMLElement>('.react-flow__viewport')!.style.transform,
      model: window.keepspace.workspace(location.hash.slice(4)).getComponents().map((c) => JSON.stringify(c.layout)),
    }))
    process.stdout.write(what + ' ' + JSON.stringify(out) + '\n')
  }
  await log('start')
  const note = (await card(page, 'note').boundingBox())!
  await page.mouse.move(note.x + 120, note.y + 18)
  await page.mouse.down()
  await page.mouse.move(note.x + 90, note.y - 102, {steps: 8})
  await log('moved')
  await page.mouse.up()
  await log('up')
  await page.waitForTimeout(500)
  await log('up+500')
  const c = (await card(page, 'note').boundingBox())!
  await page.mouse.move(c.x + c.width, c.y + c.height)
  await page.mouse.down()
  await page.mouse.move(c.x + c.width + 60, c.y + c.height + 40, {steps: 8})
  await log('resizing')
  await page.mouse.up()
  await log('resized')
  await page.waitForTimeout(1500)
  await log('+1500')
  await page.reload()
  await card(page, 'note').waitFor()
  await log('reload')
  await server.close()
})
