import {fileURLToPath} from 'node:url'
import {type Browser, chromium, type Page} from 'playwright'
import {chromiumArguments, chromiumPath} from '../../scripts/chromium.js'
import {stampOf} from './stamp.ts'

/** Draws Mermaid diagrams as SVG files that need no page around them. */
export type Renderer = {
  /** `fileName` is that of the diagram's source; the picture names it and its hash. */
  render(fileName: string, text: string): Promise<string>
  close(): Promise<void>
}

/** An address that no network answers: the page and its scripts come from this folder and `node_modules`. */
const origin = 'http://diagrams.invalid'

const options = {
  startOnLoad: false,
  theme: 'neutral',
  layout: 'elk',
  elk: {cycleBreakingStrategy: 'MODEL_ORDER'},
  htmlLabels: false,
  fontFamily: 'Helvetica, Arial, sans-serif',
  themeVariables: {fontSize: '14px', noteBkgColor: '#fff8e1', noteTextColor: '#222222', noteBorderColor: '#b8a878'},
  themeCSS: '.statediagram-state .label > g:first-child tspan, .cluster-label tspan {font-weight: bold}',
  state: {useMaxWidth: false},
  sequence: {useMaxWidth: false, wrap: true, messageFontSize: 14, actorMargin: 70, width: 165},
  flowchart: {useMaxWidth: false},
}

const html = `<!doctype html>
<script type="module">
  import mermaid from '/mermaid/mermaid.esm.min.mjs'
  import elkLayouts from '/elk/mermaid-layout-elk.esm.min.mjs'
  mermaid.registerLayoutLoaders(elkLayouts)
  mermaid.initialize(${JSON.stringify(options)})
  globalThis.mermaid = mermaid
</script>`

const folders = new Map([
  ['mermaid', folderOf('mermaid')],
  ['elk', folderOf('@mermaid-js/layout-elk')],
])

/** Starts Chromium with Mermaid, without a network. */
export async function startRenderer(): Promise<Renderer> {
  const browser = await chromium.launch({executablePath: chromiumPath(), args: chromiumArguments})
  try {
    const page = await openPage(browser)
    return {
      async render(fileName, text) {
        const svg = await page.evaluate(drawInPage, {id: fileName.replaceAll(/\W/g, '-'), text})
        return `${stampOf(fileName, text)}\n${svg}\n`
      },
      close: () => browser.close(),
    }
  } catch (error) {
    await browser.close()
    throw error
  }
}

async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage()
  await page.route(`${origin}/**`, (route) => {
    const [, name = '', ...path] = new URL(route.request().url()).pathname.split('/')
    const folder = folders.get(name)
    return folder === undefined
      ? route.fulfill({contentType: 'text/html', body: html})
      : route.fulfill({contentType: 'text/javascript', path: folder + path.join('/')})
  })
  await page.goto(origin)
  await page.waitForFunction(() => 'mermaid' in globalThis)
  return page
}

function folderOf(packageName: string): string {
  return fileURLToPath(new URL(`../../node_modules/${packageName}/dist/`, import.meta.url))
}

/** Runs in the page: draws one diagram and gives it a white ground, so that it reads the same on dark pages. */
async function drawInPage({id, text}: {id: string; text: string}): Promise<string> {
  const {mermaid} = globalThis as unknown as {mermaid: {render(id: string, text: string): Promise<{svg: string}>}}
  const {svg} = await mermaid.render(id, text)
  const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement as unknown as SVGSVGElement
  const box = drawing.viewBox.baseVal
  const [x, y, width, height] = [box.x, box.y, Math.ceil(box.width), Math.ceil(box.height)]
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const [name, value] of Object.entries({x, y, width, height, fill: '#ffffff'})) {
    ground.setAttribute(name, String(value))
  }
  drawing.prepend(ground)
  drawing.setAttribute('viewBox', [x, y, width, height].join(' '))
  drawing.setAttribute('width', String(width))
  drawing.setAttribute('height', String(height))
  drawing.removeAttribute('style')
  // Without HTML labels Mermaid leaves the codes of its own special characters as they are.
  return new XMLSerializer().serializeToString(drawing).replace(/&amp;#(?<code>\d+);/g, (_, code) => `&#${code};`)
}
