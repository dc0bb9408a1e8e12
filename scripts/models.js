import {parseArgs} from 'node:util'
import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/** @typedef {import('../tests/models/rows.ts').ModelsResult} ModelsResult */

/**
 * Walks paths through every statechart on the running system, and through some of them by hand in the demo in Chromium;
 * prints what they covered; the last line is JSON. `--charts <name,name>` looks at these charts alone, `--node` or
 * `--browser` at one place. `--mutants` takes every transition away from the running charts, one after the other, and
 * counts how many are noticed: in Node, or with `--browser` in the demo.
 */
async function models() {
  const flag = /** @type {const} */ ({type: 'boolean', default: false})
  const name = /** @type {const} */ ({type: 'string'})
  const {values} = parseArgs({options: {mutants: flag, node: flag, browser: flag, charts: name}})
  const only = values.charts?.split(',')
  await installPackages()
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`)
  if (values.mutants) {
    const {runMutants, LEAST_KILLED_SHARE} = await load('tests/models/campaign.ts')
    const result = await (values.browser ? (await loadDemo()).runMutantsInDemo(say, only) : runMutants(say, only))
    say(JSON.stringify(result))
    process.exitCode = result.killed >= result.mutants * LEAST_KILLED_SHARE ? 0 : 1
    return
  }
  const {total} = await load('tests/models/rows.ts')
  const rows = values.browser ? [] : await (await load('tests/models/campaign.ts')).runModels(say, only)
  const byHand = values.node ? [] : await (await loadDemo()).runInDemo(say, only)
  const result = total([...rows, ...byHand])
  say(JSON.stringify(result))
  process.exitCode = isComplete(result) ? 0 : 1
}

/** @param {ModelsResult} result */
function isComplete({charts, states, statesCovered, transitions, transitionsCovered, failures}) {
  return charts > 0 && statesCovered === states && transitionsCovered === transitions && failures === 0
}

async function loadDemo() {
  await installChromium()
  return load('tests/models/demo/campaign.ts')
}

/**
 * @template {keyof Modules} Path
 * @param {Path} path
 * @returns {Promise<Modules[Path]>}
 */
async function load(path) {
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: Modules[Path]}} */
  const {module} = await runnerImport(rootFolder + path, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  return module
}

/**
 * @typedef {{
 *   'tests/models/campaign.ts': typeof import('../tests/models/campaign.ts'),
 *   'tests/models/rows.ts': typeof import('../tests/models/rows.ts'),
 *   'tests/models/demo/campaign.ts': typeof import('../tests/models/demo/campaign.ts'),
 * }} Modules
 */

await runMain(import.meta.url, models)
