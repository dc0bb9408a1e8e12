import {rm} from 'node:fs/promises'
import {rootFolder, runMain, runOrFail, toolScript} from './processes.js'

/**
 * Compiles the library and the session server into their `dist`, without leftovers of an earlier build.
 * @throws Error when TypeScript refuses the source
 */
export async function build() {
  await rm(`${rootFolder}dist`, {recursive: true, force: true})
  await runOrFail('The library does not compile.', process.execPath, [toolScript('tsc'), '-p', 'tsconfig.build.json'])
  await rm(`${rootFolder}server/dist`, {recursive: true, force: true})
  await runOrFail('The server does not compile.', process.execPath, [toolScript('tsc'), '-p', 'server/tsconfig.json'])
}

await runMain(import.meta.url, build)
