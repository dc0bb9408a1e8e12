import {execFileSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {parseArgs} from 'node:util'
import {build} from './build.js'
import {installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/**
 * Kills a real server `--kills` times in the middle of writes, and counts what it had answered and lost. The last line of
 * its output is one JSON object. `--seed <text>` repeats the random choices, `--evidence <file>` writes the result with
 * what it was measured on.
 */
async function serverKillCampaign() {
  const {values} = parseArgs({
    options: {
      kills: {type: 'string', default: '100'},
      seed: {type: 'string', default: randomBytes(4).toString('hex')},
      evidence: {type: 'string'},
    },
  })
  const kills = Number(values.kills)
  if (!Number.isSafeInteger(kills) || kills < 1) {
    throw new Error(`--kills must be a whole number from 1, got ${values.kills}`)
  }
  await installPackages()
  await build()
  process.stdout.write(`seed ${values.seed}\n`)
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/server/kill/campaign.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/server/kill/campaign.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const announce = (/** @type {string} */ progress) => process.stderr.write(`${progress}\n`)
  const result = await module.runServerCampaign({kills, seed: values.seed, announce})
  if (values.evidence !== undefined) {
    await mkdir(dirname(values.evidence), {recursive: true})
    const evidence = {...result, seed: values.seed, node: process.version, database: 'sqlite', commit: commit()}
    await writeFile(values.evidence, `${JSON.stringify(evidence, undefined, 2)}\n`)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = result.lost + result.torn + result.doubled === 0 ? 0 : 1
}

function commit() {
  return execFileSync('git', ['log', '-1', '--format=%H'], {cwd: rootFolder, encoding: 'utf8'}).trim()
}

await runMain(import.meta.url, serverKillCampaign)
