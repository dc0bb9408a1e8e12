import {randomBytes} from 'node:crypto'
import {parseArgs} from 'node:util'
import {measuredCommit, oneOf, wholeNumber, writeEvidence} from './evidence.js'
import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

const engines = /** @type {const} */ (['leveldb', 'sqlite'])

/**
 * Edits up to 256 KiB in a real Chromium and leaves the page in that very turn, `--trials` times in each of four ways:
 * closing, another page of the site, another site, reloading. Counts how often the edit is there afterwards. The last
 * line of its output is one JSON object. Fails when anything is lost.
 *
 * `--engine leveldb|sqlite`, `--seed <text>` repeats the random choices, `--evidence <file>` writes the result with what
 * it was measured on.
 */
async function leaveCampaign() {
  const {values} = parseArgs({
    options: {
      trials: {type: 'string', default: '30'},
      engine: {type: 'string', default: 'leveldb'},
      seed: {type: 'string', default: randomBytes(4).toString('hex')},
      evidence: {type: 'string'},
    },
  })
  const options = {
    trials: wholeNumber('trials', values.trials),
    engine: oneOf('engine', engines, values.engine),
    seed: values.seed,
    announce: (/** @type {string} */ progress) => process.stderr.write(`${progress}\n`),
  }
  await installPackages()
  await installChromium()
  process.stdout.write(`seed ${options.seed}\n`)
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/leaving/campaign.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/leaving/campaign.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const {result, ...details} = await module.runLeaveCampaign(options)
  if (values.evidence !== undefined) {
    await writeEvidence(values.evidence, {...result, ...details, ...measuredCommit(['src', 'tests/leaving'])})
  }
  for (const line of details.faults) {
    process.stderr.write(`${line}\n`)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = result.lost === 0 ? 0 : 1
}

await runMain(import.meta.url, leaveCampaign)
