import {existsSync} from 'node:fs'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {runChecks} from './check.js'
import {installChromium, installPackages} from './install.js'
import {run, runMain, toolScript} from './processes.js'

/** @typedef {{passed: number, failed: number, note?: string}} Outcome */
/** @typedef {{name: string, limitMs: number, needsChromium?: boolean}} Suite */

const minuteMs = 60_000

/** @type {readonly Suite[]} */
const vitestSuites = [
  {name: 'node', limitMs: 5 * minuteMs},
  {name: 'server', limitMs: 6 * minuteMs},
  {name: 'proof', limitMs: 10 * minuteMs, needsChromium: true},
  {name: 'timing', limitMs: 4 * minuteMs, needsChromium: true},
  {name: 'react-19', limitMs: 2 * minuteMs},
  {name: 'react-18', limitMs: 2 * minuteMs},
  {name: 'chromium', limitMs: 4 * minuteMs, needsChromium: true},
  {name: 'demo', limitMs: 9 * minuteMs, needsChromium: true},
]

/** Installs what is missing, builds, and runs every suite, also after one has failed. */
async function test() {
  await installPackages()
  const missingChromium = await installChromium().then(
    () => undefined,
    (/** @type {Error} */ error) => error.message,
  )

  const results = [await timed('check', runChecks)]
  for (const suite of vitestSuites) {
    results.push(
      await timed(suite.name, async () =>
        suite.needsChromium && missingChromium ? {passed: 0, failed: 1, note: missingChromium} : runVitest(suite),
      ),
    )
  }
  report(results)
}

/**
 * @param {Suite} suite
 * @returns {Promise<Outcome>}
 */
async function runVitest({name, limitMs}) {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-test-'))
  const resultFile = join(folder, 'result.json')
  const args = [
    'run',
    '--project',
    name,
    '--reporter',
    'default',
    '--reporter',
    'json',
    `--outputFile.json=${resultFile}`,
  ]
  const {exitCode, isTimedOut} = await run(process.execPath, [toolScript('vitest'), ...args], {limitMs})
  const counts = existsSync(resultFile) ? countTests(JSON.parse(await readFile(resultFile, 'utf8'))) : undefined
  await rm(folder, {recursive: true, force: true})
  return judge({...counts, exitCode, isTimedOut})
}

/** @param {{numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number}} result */
function countTests({numPassedTests, numFailedTests, numPendingTests, numTodoTests}) {
  return {passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests}
}

/**
 * A suite that crashed, ran no test or skipped one has failed, whatever it counted.
 *
 * @param {{passed?: number, failed?: number, skipped?: number, exitCode: number, isTimedOut: boolean}} run
 * @returns {Outcome}
 */
function judge({passed = 0, failed = 0, skipped = 0, exitCode, isTimedOut}) {
  if (isTimedOut) {
    return {passed, failed: failed + 1, note: 'time limit'}
  }
  if (passed + failed === 0) {
    return {passed, failed: 1, note: 'ran no test'}
  }
  if (skipped > 0) {
    return {passed, failed: failed + skipped, note: `${skipped} skipped`}
  }
  return exitCode !== 0 && failed === 0 ? {passed, failed: 1, note: `exit code ${exitCode}`} : {passed, failed}
}

/**
 * @param {string} name
 * @param {() => Promise<Outcome>} runSuite
 */
async function timed(name, runSuite) {
  process.stdout.write(`\n━━ ${name} ━━\n`)
  const startedAt = performance.now()
  const outcome = await runSuite()
  const seconds = (performance.now() - startedAt) / 1000
  process.stdout.write(`${name} took ${seconds.toFixed(1)} s\n`)
  return {name, seconds, ...outcome}
}

/** @param {readonly (Outcome & {name: string, seconds: number})[]} results */
function report(results) {
  process.stdout.write('\nsuite      result  passed  failed  seconds\n')
  for (const {name, passed, failed, seconds, note} of results) {
    const cells = [
      name.padEnd(9),
      (failed === 0 ? 'ok' : 'FAILED').padEnd(6),
      String(passed).padStart(6),
      String(failed).padStart(6),
      seconds.toFixed(1).padStart(7),
      note ?? '',
    ]
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`)
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 ? 0 : 1
}

await runMain(import.meta.url, test)
