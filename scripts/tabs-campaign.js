import {execFileSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {parseArgs} from 'node:util'
import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/**
 * Two tabs of a real Chromium count in one workspace until `--updates` updates are acknowledged, and what is stored then
 * is compared with that. The last line of its output is one JSON object. Fails when an update is lost.
 *
 * `--seed <text>` repeats the random choices, `--evidence <file>` writes the result with what it was measured on,
 * `--blind` lets storage take every write unseen, to see that lost updates are found out.
 */
async function tabsCampaign() {
  const {values} = parseArgs({
    options: {
      updates: {type: 'string', default: '10000'},
      seed: {type: 'string', default: randomBytes(4).toString('hex')},
      evidence: {type: 'string'},
      blind: {type: 'boolean', default: false},
    },
  })
  const options = {
    updates: wholeNumber(values.updates),
    seed: values.seed,
    isBlind: values.blind,
    announce: (/** @type {string} */ progress) => process.stderr.write(`${progress}\n`),
  }
  await installPackages()
  await installChromium()
  process.stdout.write(`seed ${options.seed}\n`)
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/tabs/campaign.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/tabs/campaign.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const {result, ...details} = await module.runTabsCampaign(options)
  if (values.evidence !== undefined) {
    const evidence = {...result, ...details, trouble: details.trouble.length, ...commit()}
    await mkdir(dirname(values.evidence), {recursive: true})
    await writeFile(values.evidence, `${JSON.stringify(evidence, undefined, 2)}\n`)
  }
  for (const line of new Set(details.trouble)) {
    process.stderr.write(`${line}\n`)
  }
  process.stdout.write(`${JSON.stringify({...result, durationMs: details.durationMs})}\n`)
  process.exitCode = result.lost === 0 && result.acknowledged >= result.updates ? 0 : 1
}

/** @param {string} text */
function wholeNumber(text) {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`--updates must be a whole number from 1, got ${text}`)
  }
  return value
}

function commit() {
  const git = (/** @type {readonly string[]} */ args) =>
    execFileSync('git', args, {cwd: rootFolder, encoding: 'utf8'}).trim()
  return {
    commit: git(['log', '-1', '--format=%H']),
    hasLocalChanges: git(['status', '--porcelain', '--', 'src', 'tests/tabs', 'tests/kill']) !== '',
  }
}

await runMain(import.meta.url, tabsCampaign)
