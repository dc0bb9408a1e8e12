import {randomBytes} from 'node:crypto'
import {parseArgs} from 'node:util'
import {measuredCommit, oneOf, wholeNumber, writeEvidence} from './evidence.js'
import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

const engines = /** @type {const} */ (['leveldb', 'sqlite'])
const claimMoments = /** @type {const} */ (['committed', 'attempted', 'edited'])

/**
 * Kills a real Chromium `--kills` times under load on one profile, and counts what acknowledged work is lost. The last
 * line of its output is one JSON object. Fails when anything is lost, or when storage was emptied and nobody was told.
 *
 * `--engine leveldb|sqlite`, `--seed <text>` repeats the random choices, `--evidence <file>` writes the result with what
 * it was measured on, `--start-kills 0.5` makes half of the kills come while the page still starts, `--claim-at attempted|edited` lets the page claim saves too early, to see that this is found out,
 * `--without-heal` leaves the storage as the killed browser left it.
 */
async function killCampaign() {
  const {values} = parseArgs({
    options: {
      kills: {type: 'string', default: '100'},
      engine: {type: 'string', default: 'leveldb'},
      seed: {type: 'string', default: randomBytes(4).toString('hex')},
      evidence: {type: 'string'},
      'start-kills': {type: 'string', default: '0.125'},
      'claim-at': {type: 'string', default: 'committed'},
      'without-heal': {type: 'boolean', default: false},
    },
  })
  const options = {
    kills: wholeNumber('kills', values.kills),
    engine: oneOf('engine', engines, values.engine),
    claimAt: oneOf('claim-at', claimMoments, values['claim-at']),
    heals: !values['without-heal'],
    seed: values.seed,
    startKillShare: share(values['start-kills']),
    announce: (/** @type {string} */ progress) => process.stderr.write(`${progress}\n`),
  }
  await installPackages()
  await installChromium()
  process.stdout.write(`seed ${options.seed}\n`)
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/kill/campaign.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/kill/campaign.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const {result, ...details} = await module.runCampaign(options)
  if (values.evidence !== undefined) {
    await writeEvidence(values.evidence, {
      ...result,
      ...details,
      claimAt: options.claimAt,
      heals: options.heals,
      ...measuredCommit(['src', 'tests/kill']),
    })
  }
  for (const line of [...details.faults, ...details.troubles]) {
    process.stderr.write(`${line}\n`)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = result.lost === 0 && result.wipes === result.wipesReported ? 0 : 1
}

/** @param {string} text */
function share(text) {
  const value = Number(text)
  if (!(value >= 0 && value < 1)) {
    throw new Error(`--start-kills must be from 0 to less than 1, got ${text}`)
  }
  return value
}

await runMain(import.meta.url, killCampaign)
