import {existsSync} from 'node:fs'
import {build} from './build.js'
import {installPackages} from './install.js'
import {rootFolder, run, runMain, toolScript} from './processes.js'

const checkLimitMs = 3 * 60_000

const colors = process.stdout.isTTY ? '--colors=force' : '--colors=off'

/** @typedef {{name: string, tool: Parameters<typeof toolScript>[0], args: readonly string[]}} Check */

/** @type {readonly Check[]} */
const checks = [
  {name: 'types', tool: 'tsc', args: ['-p', 'tsconfig.json']},
  {name: 'types of the demo', tool: 'tsc', args: ['-p', 'demo/tsconfig.json', '--noEmit']},
  {name: 'format, lint, import directions and cycles', tool: 'biome', args: ['ci', '--error-on-warnings', colors, '.']},
  {name: 'unused code', tool: 'knip', args: []},
  {name: 'published package', tool: 'publint', args: ['--strict']},
]

/**
 * Builds the library and checks the source without running it. Goes on after a failure.
 * @returns {Promise<{passed: number, failed: number, note: string}>} `note` names what failed
 */
export async function runChecks() {
  const failed = []
  const possible = checks.filter(isPossible)
  if (!(await isBuilt())) {
    failed.push('build')
  }
  for (const {name, tool, args} of possible) {
    process.stdout.write(`\n— ${name} (${tool} ${args.join(' ')})\n`)
    const {exitCode, isTimedOut} = await run(process.execPath, [toolScript(tool), ...args], {limitMs: checkLimitMs})
    if (exitCode !== 0) {
      process.stdout.write(`${name}: ${isTimedOut ? 'time limit' : 'failed'}\n`)
      failed.push(name)
    }
  }
  return {passed: 1 + possible.length - failed.length, failed: failed.length, note: failed.join(', ')}
}

await runMain(import.meta.url, async () => {
  await installPackages()
  const {passed, failed} = await runChecks()
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 ? 0 : 1
})

async function isBuilt() {
  try {
    await build()
    return true
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : error}\n`)
    return false
  }
}

/** @param {Check} check */
function isPossible({name}) {
  return name !== 'types of the demo' || existsSync(`${rootFolder}demo/tsconfig.json`)
}
