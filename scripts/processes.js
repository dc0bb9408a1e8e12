import {spawn} from 'node:child_process'
import {realpathSync} from 'node:fs'
import {fileURLToPath, pathToFileURL} from 'node:url'

/** Folder of the repository. */
export const rootFolder = fileURLToPath(new URL('..', import.meta.url))

/** Logs are read as text: colours only on a terminal. */
const plainOutput = process.stdout.isTTY ? {} : {NO_COLOR: '1', FORCE_COLOR: undefined}

/** Process groups that are running now, ended with this process. */
const running = new Set()

for (const [signal, exitCode] of Object.entries({SIGINT: 130, SIGTERM: 143, SIGHUP: 129})) {
  process.once(signal, () => {
    for (const child of running) {
      endGroup(child)
    }
    process.exit(exitCode)
  })
}

/**
 * Runs a command to its end, without standard input. A command that exceeds its limit is ended together with
 * everything it started.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, limitMs?: number, environment?: Record<string, string>}} [options] - no limit when omitted
 * @returns {Promise<{exitCode: number, isTimedOut: boolean}>} `exitCode` 127 when the command could not be started
 */
export function run(command, args, {cwd = rootFolder, limitMs, environment = {}} = {}) {
  return new Promise((resolve) => {
    let isTimedOut = false
    const child = spawn(command, args, {
      cwd,
      env: {...process.env, ...plainOutput, ...environment},
      stdio: ['ignore', 'inherit', 'inherit'],
      // A group of its own, so that a limit reaches browsers and workers too.
      detached: process.platform !== 'win32',
    })
    running.add(child)
    const timer = limitMs && setTimeout(onLimit, limitMs)

    function onLimit() {
      isTimedOut = true
      endGroup(child)
    }
    function finish(/** @type {number} */ exitCode) {
      clearTimeout(timer)
      endGroup(child)
      running.delete(child)
      resolve({exitCode, isTimedOut})
    }
    child.once('error', () => finish(127))
    child.once('exit', (code) => finish(code ?? 1))
  })
}

/**
 * Runs a command that must succeed.
 *
 * @param {string} sentence - what the failure means to the person who reads it
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 * @throws Error with `sentence`
 */
export async function runOrFail(sentence, command, args, options) {
  const {exitCode, isTimedOut} = await run(command, args, options)
  if (exitCode !== 0) {
    throw new Error(
      `${sentence} (${[command, ...args].join(' ')}: ${isTimedOut ? 'time limit' : `exit code ${exitCode}`})`,
    )
  }
}

/**
 * Runs the `main` of a script when the script itself was started, not when it is imported. A failure is printed as one
 * sentence and sets the exit code.
 *
 * @param {string} scriptUrl - `import.meta.url` of the script
 * @param {() => Promise<void>} main
 */
export async function runMain(scriptUrl, main) {
  const started = process.argv[1]
  if (started === undefined || pathToFileURL(realpathSync(started)).href !== scriptUrl) {
    return
  }
  try {
    await main()
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

/**
 * Path of a tool's own script, which Node runs on every platform alike.
 * @param {'biome' | 'knip' | 'publint' | 'tsc' | 'vitest'} tool
 */
export function toolScript(tool) {
  const scripts = {
    biome: '@biomejs/biome/bin/biome',
    knip: 'knip/bin/knip.js',
    publint: 'publint/src/cli.js',
    tsc: 'typescript/bin/tsc',
    vitest: 'vitest/vitest.mjs',
  }
  return `${rootFolder}node_modules/${scripts[tool]}`
}

/** @param {import('node:child_process').ChildProcess} child */
function endGroup(child) {
  if (child.pid === undefined) {
    return
  }
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
  } catch {
    // Everything in it has ended already.
  }
}
