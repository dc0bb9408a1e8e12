import {parseArgs} from 'node:util'
import {installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/**
 * Walks paths through every statechart on the running system and prints what they covered; the last line is JSON.
 * `--mutants` takes every transition away from the running charts, one after the other, and counts how many are
 * noticed. `--chart <name>` looks at one chart alone.
 */
async function models() {
  const {values} = parseArgs({options: {mutants: {type: 'boolean'}, chart: {type: 'string'}}})
  await installPackages()
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/models/campaign.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/models/campaign.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`)
  if (values.mutants) {
    const result = await module.runMutants(say, values.chart)
    say(JSON.stringify(result))
    process.exitCode = result.killed >= result.mutants * module.LEAST_KILLED_SHARE ? 0 : 1
    return
  }
  const result = await module.runModels(say, values.chart)
  say(JSON.stringify(result))
  const isCovered = result.statesCovered === result.states && result.transitionsCovered === result.transitions
  process.exitCode = isCovered && result.failures === 0 ? 0 : 1
}

await runMain(import.meta.url, models)
