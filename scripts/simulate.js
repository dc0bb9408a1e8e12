import {execFileSync} from 'node:child_process'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {parseArgs} from 'node:util'
import {installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/**
 * Runs histories of tabs, faults and crashes through the product's own code in simulated time, and proves with planted
 * faults that it would find one. The last line is the result as JSON. Fails when anything was broken, a planted fault
 * was missed, or something was hardly ever reached.
 *
 * `--histories <count>`, `--seed <number>` repeats the random choices, `--workers <count>` threads (one for each core),
 * `--minutes <limit>` ends the histories early.
 *
 * `--evidence <file>` adds the result, with the commit it was measured on, to what the file says already: a large campaign
 * is run in slices. Without `--seed` the next slice begins where the last one ended; a seed that was run before is
 * refused. `--skip-planted` leaves the planted faults out.
 */
async function simulate() {
  const {values} = parseArgs({
    options: {
      histories: {type: 'string', default: '10000'},
      seed: {type: 'string'},
      workers: {type: 'string'},
      minutes: {type: 'string'},
      evidence: {type: 'string'},
      'skip-planted': {type: 'boolean', default: false},
    },
  })
  await installPackages()
  // Otherwise Vite decides for `development` when it loads the command, and keeps to it when it bundles.
  process.env.NODE_ENV = 'production'
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  const importing = {
    root: rootFolder,
    configFile: /** @type {const} */ (false),
    logLevel: /** @type {const} */ ('warn'),
  }
  /** @type {{module: typeof import('../tests/simulation/command.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/simulation/command.ts`, importing)
  /** @type {{module: typeof import('../tests/simulation/evidence.ts')}} */
  const {module: evidence} = await runnerImport(`${rootFolder}tests/simulation/evidence.ts`, importing)
  const before = await readEvidence(values.evidence)
  const options = {
    histories: positive('histories', values.histories),
    seed: values.seed === undefined ? (evidence.nextSeed(before) ?? 1) : positive('seed', values.seed),
    ...(values.workers !== undefined && {workers: positive('workers', values.workers)}),
    ...(values.minutes !== undefined && {limitMs: positive('minutes', values.minutes) * 60_000}),
    searchesPlanted: !values['skip-planted'],
    report: (/** @type {string} */ line) => process.stderr.write(`${line}\n`),
  }
  evidence.assertNew(before, {seed: options.seed, lastSeed: options.seed})
  const ground = {node: process.version, ...commit()}
  const {result, faults, slice, planted, reached} = await module.simulate(options)
  for (const fault of faults) {
    process.stderr.write(`FAULT ${fault}\n`)
  }
  if (values.evidence !== undefined) {
    await mkdir(dirname(values.evidence), {recursive: true})
    const sum = evidence.addSlice(before, {...slice, ...ground}, reached)
    const search = {seed: options.seed, ...ground, faults: planted}
    const facts = values['skip-planted'] ? sum : {...sum, planted: search}
    await writeFile(values.evidence, `${JSON.stringify(facts, undefined, 2)}\n`)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = faults.length === 0 && result.violations === 0 ? 0 : 1
}

/**
 * What slices found before.
 *
 * @param {string | undefined} file
 * @returns {Promise<import('../tests/simulation/evidence.ts').Evidence | undefined>}
 */
async function readEvidence(file) {
  try {
    const found = file === undefined ? undefined : JSON.parse(await readFile(file, 'utf8'))
    return found?.slices === undefined ? undefined : found
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined
    }
    throw error
  }
}

function commit() {
  const git = (/** @type {readonly string[]} */ args) =>
    execFileSync('git', args, {cwd: rootFolder, encoding: 'utf8'}).trim()
  return {
    commit: git(['log', '-1', '--format=%H']),
    hasLocalChanges: git(['status', '--porcelain', '--', 'src', 'tests/simulation']) !== '',
  }
}

/**
 * @param {string} option
 * @param {string} text
 */
function positive(option, text) {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`--${option} must be a whole number from 1, got ${text}`)
  }
  return value
}

await runMain(import.meta.url, simulate)
