import {existsSync} from 'node:fs'
import {readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {startRenderer} from './render.ts'
import {stampOf} from './stamp.ts'
import {diagramTexts, expectedFiles, generatedTexts, pictureOf} from './texts.ts'

/**
 * Writes every diagram into `folder` and removes what no chart is behind any more. Pictures that were drawn from the
 * same text are kept, unless `redrawAll`.
 *
 * @returns names of the files that changed
 */
export async function generate(folder: string, redrawAll: boolean): Promise<readonly string[]> {
  const changed: string[] = []
  for (const [name, text] of generatedTexts()) {
    if ((await textOf(folder + name)) !== text) {
      await writeFile(folder + name, text)
      changed.push(name)
    }
  }
  changed.push(...(await drawStale(folder, redrawAll)))
  for (const name of await orphansIn(folder)) {
    await rm(folder + name)
    changed.push(name)
  }
  return changed
}

async function drawStale(folder: string, redrawAll: boolean): Promise<readonly string[]> {
  const stale: [string, string][] = []
  for (const [name, text] of diagramTexts()) {
    const picture = await textOf(folder + pictureOf(name))
    if (redrawAll || !picture?.startsWith(stampOf(name, text))) {
      stale.push([name, text])
    }
  }
  if (stale.length === 0) {
    return []
  }
  const renderer = await startRenderer()
  try {
    for (const [name, text] of stale) {
      await writeFile(folder + pictureOf(name), await renderer.render(name, text))
    }
  } finally {
    await renderer.close()
  }
  return stale.map(([name]) => pictureOf(name))
}

async function orphansIn(folder: string): Promise<readonly string[]> {
  const expected = new Set(expectedFiles())
  const entries = await readdir(folder, {withFileTypes: true})
  return entries.filter((entry) => entry.isFile() && !expected.has(entry.name)).map(({name}) => name)
}

async function textOf(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, 'utf8') : undefined
}
