import {parseArgs} from 'node:util'
import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

const MINUTE_MS = 60_000

/**
 * Sends a real Chromium through `--workspaces` workspaces of which `--cap` fit in memory, for `--minutes` after each was
 * seen once. The last line of its output is one JSON object. Fails when memory held more than it may, when a workspace
 * was not as it should be, or when more than 1 MB stayed in memory. `--seed <number>` repeats the random choices.
 */
async function soak() {
  const {values} = parseArgs({
    options: {
      workspaces: {type: 'string', default: '1000'},
      cap: {type: 'string', default: '8'},
      minutes: {type: 'string', default: '1'},
      seed: {type: 'string', default: '42'},
    },
  })
  await installPackages()
  await installChromium()
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/soak/soak.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/soak/soak.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const {switches, peakRuntimes, allowedRuntimes, mismatches, heapAfter10Mb, heapAfterAllMb} = await module.runSoak({
    workspaces: positive('workspaces', values.workspaces),
    cap: positive('cap', values.cap),
    wander: {ms: positive('minutes', values.minutes) * MINUTE_MS},
    seed: positive('seed', values.seed),
    announce: (progress) => process.stderr.write(`${progress}\n`),
  })
  const result = {peakRuntimes, allowedRuntimes, heapAfter10Mb, heapAfterAllMb, switches, mismatches}
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = mismatches === 0 && peakRuntimes <= allowedRuntimes && heapAfterAllMb - heapAfter10Mb <= 1 ? 0 : 1
}

/**
 * @param {string} option
 * @param {string} text
 */
function positive(option, text) {
  const value = Number(text)
  if (!(value > 0)) {
    throw new Error(`--${option} must be a number above 0, got ${text}`)
  }
  return value
}

await runMain(import.meta.url, soak)
