import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import type {Mermaid} from 'mermaid'
import {type Browser, chromium} from 'playwright'
import {chromiumArguments, chromiumPath} from '../../scripts/chromium.js'

/** Draws Mermaid diagrams as SVG files that need no page around them. */
export type Renderer = {
  /** `fileName` is that of the diagram's source; the picture names it and its hash. */
  render(fileName: string, text: string): Promise<string>
  close(): Promise<void>
}

/**
 * The first line of a picture. It says which text the picture was drawn from, so that a stale one is found without
 * drawing it again.
 */
export function stampOf(fileName: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex')
  return `<!-- ${fileName} sha256 ${hash} -->`
}

/** Starts Chromium with Mermaid from `node_modules`, without a network. */
export async function startRenderer(): Promise<Renderer> {
  const browser = await chromium.launch({executablePath: chromiumPath(), args: chromiumArguments})
  const page = await openPage(browser)
  return {
    async render(fileName, text) {
      const svg = await page.evaluate(drawInPage, {id: fileName.replaceAll(/\W/g, '-'), text})
      return `${stampOf(fileName, text)}\n${svg}\n`
    },
    close: () => browser.close(),
  }
}

async function openPage(browser: Browser) {
  const page = await browser.newPage()
  const folder = dirname(createRequire(import.meta.url).resolve('mermaid/package.json'))
  await page.addScriptTag({content: await readFile(join(folder, 'dist/mermaid.min.js'), 'utf8')})
  await page.evaluate(startMermaid)
  return page
}

function startMermaid() {
  const {mermaid} = globalThis as unknown as {mermaid: Mermaid}
  mermaid.initialize({
    startOnLoad: false,
    theme: 'neutral',
    htmlLabels: false,
    fontFamily: 'Helvetica, Arial, sans-serif',
    themeVariables: {fontSize: '14px'},
    deterministicIds: true,
    state: {useMaxWidth: false},
    sequence: {useMaxWidth: false},
    flowchart: {useMaxWidth: false, htmlLabels: false},
  })
}

/** Runs in the page: draws one diagram and gives it a white ground, so that it reads the same on dark pages. */
async function drawInPage({id, text}: {id: string; text: string}): Promise<string> {
  const {mermaid} = globalThis as unknown as {mermaid: Mermaid}
  const {svg} = await mermaid.render(id, text)
  const host = document.createElement('div')
  host.innerHTML = svg
  const drawing = host.querySelector('svg')
  if (!drawing) {
    throw new Error(`Mermaid drew nothing for ${id}`)
  }
  const {x, y, width, height} = drawing.viewBox.baseVal
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  const place = {x, y, width, height, fill: '#ffffff'}
  for (const [name, value] of Object.entries(place)) {
    ground.setAttribute(name, String(value))
  }
  drawing.prepend(ground)
  drawing.setAttribute('width', String(Math.ceil(width)))
  drawing.setAttribute('height', String(Math.ceil(height)))
  drawing.removeAttribute('style')
  return new XMLSerializer().serializeToString(drawing)
}
