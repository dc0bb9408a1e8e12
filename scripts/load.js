import {existsSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {build} from './build.js'
import {installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/**
 * Measures how many updates the server takes, against the same rows written straight to its database.
 * `--seconds` says for how long. The last line of its output is one JSON object.
 */
async function load() {
  const {values} = parseArgs({options: {seconds: {type: 'string', default: '20'}}})
  const seconds = Number(values.seconds)
  if (!(seconds > 0)) {
    throw new Error(`--seconds must be more than 0, got ${values.seconds}`)
  }
  await installPackages()
  if (!existsSync(`${rootFolder}server/dist/main.js`)) {
    await build()
  }
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../bench/server/load.ts')}} */
  const {module} = await runnerImport(`${rootFolder}bench/server/load.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  process.stdout.write(`${JSON.stringify(await module.measureLoad(seconds))}\n`)
}

await runMain(import.meta.url, load)
