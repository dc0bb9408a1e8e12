import {parseArgs} from 'node:util'
import {measuredCommit, oneOf, wholeNumber, writeEvidence} from './evidence.js'
import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

const engines = /** @type {const} */ (['leveldb', 'sqlite'])

/**
 * Fills a small disk under a real Chromium `--cycles` times, frees it, saves, kills the browser, and counts what
 * acknowledged work is gone after three launches; every second time the browser is killed on the full disk as well. Needs
 * root on Linux. The last line of its output is one JSON object. Fails when anything is lost, or nobody was told.
 *
 * `--engine leveldb|sqlite`, `--evidence <file>` writes the result with what it was measured on.
 */
async function diskCampaign() {
  const {values} = parseArgs({
    options: {
      cycles: {type: 'string', default: '10'},
      engine: {type: 'string', default: 'leveldb'},
      evidence: {type: 'string'},
    },
  })
  const options = {
    cycles: wholeNumber('cycles', values.cycles),
    engine: oneOf('engine', engines, values.engine),
    announce: (/** @type {string} */ progress) => process.stderr.write(`${progress}\n`),
  }
  await installPackages()
  await installChromium()
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/disks/campaign.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/disks/campaign.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const {result, ...details} = await module.runDiskCampaign(options)
  if (values.evidence !== undefined) {
    const folders = ['src', 'tests/disks', 'tests/kill']
    await writeEvidence(values.evidence, {...result, ...details, ...measuredCommit(folders)})
  }
  for (const line of details.faults) {
    process.stderr.write(`${line}\n`)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = result.lost === 0 && result.told === result.cycles ? 0 : 1
}

await runMain(import.meta.url, diskCampaign)
