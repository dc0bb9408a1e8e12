import {readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {rootFolder, runMain, runOrFail, toolScript} from './processes.js'

/**
 * Compiles the library and the session server into their `dist`, without leftovers of an earlier build.
 * @throws Error when TypeScript refuses the source
 */
export async function build() {
  await rm(`${rootFolder}dist`, {recursive: true, force: true})
  await runOrFail('The library does not compile.', process.execPath, [toolScript('tsc'), '-p', 'tsconfig.build.json'])
  await stripDescriptions(`${rootFolder}dist/machines/`)
  await rm(`${rootFolder}server/dist`, {recursive: true, force: true})
  await runOrFail('The server does not compile.', process.execPath, [toolScript('tsc'), '-p', 'server/tsconfig.json'])
}

/**
 * Descriptions of states are for diagrams and for people who read the source; an app would only carry them around.
 *
 * @param {string} folder
 */
async function stripDescriptions(folder) {
  for (const name of await readdir(folder, {recursive: true})) {
    if (name.endsWith('.machine.js')) {
      const text = await readFile(folder + name, 'utf8')
      await writeFile(folder + name, withoutDescriptions(text))
    }
  }
}

/**
 * @param {string} text - of a chart
 * @returns {string} the chart as it is published
 */
export function withoutDescriptions(text) {
  return text.replace(/\bdescription:\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`),?\s*/g, '')
}

await runMain(import.meta.url, build)
