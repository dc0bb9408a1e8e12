import {execFileSync} from 'node:child_process'
import {mkdir, writeFile} from 'node:fs/promises'
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
 * `--minutes <limit>` ends the histories early, `--evidence <file>` writes the result with what it was measured on.
 */
async function simulate() {
  const {values} = parseArgs({
    options: {
      histories: {type: 'string', default: '10000'},
      seed: {type: 'string', default: '1'},
      workers: {type: 'string'},
      minutes: {type: 'string'},
      evidence: {type: 'string'},
    },
  })
  const options = {
    histories: positive('histories', values.histories),
    seed: positive('seed', values.seed),
    ...(values.workers !== undefined && {workers: positive('workers', values.workers)}),
    ...(values.minutes !== undefined && {limitMs: positive('minutes', values.minutes) * 60_000}),
    report: (/** @type {string} */ line) => process.stderr.write(`${line}\n`),
  }
  await installPackages()
  // Otherwise Vite decides for `development` when it loads the command, and keeps to it when it bundles.
  process.env.NODE_ENV = 'production'
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/simulation/command.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/simulation/command.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
  })
  const {result, faults, evidence} = await module.simulate(options)
  for (const fault of faults) {
    process.stderr.write(`FAULT ${fault}\n`)
  }
  if (values.evidence !== undefined) {
    await mkdir(dirname(values.evidence), {recursive: true})
    const facts = {...evidence, node: process.version, ...commit()}
    await writeFile(values.evidence, `${JSON.stringify(facts, undefined, 2)}\n`)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = faults.length === 0 && result.violations === 0 ? 0 : 1
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
