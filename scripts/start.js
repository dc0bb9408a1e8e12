import {build} from './build.js'
import {installPackages, npmCommand} from './install.js'
import {runMain, runOrFail} from './processes.js'

/** Installs what is missing, builds the library and serves the demo until it is stopped. */
async function start() {
  await installPackages()
  await build()
  const [command, ...args] = npmCommand()
  await runOrFail('The demo could not be served.', command, [...args, 'run', 'dev', '-w', 'demo'])
}

await runMain(import.meta.url, start)
