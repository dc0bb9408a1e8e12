import {existsSync, readFileSync} from 'node:fs'
import {findChromium, missingChromium} from './chromium.js'
import {rootFolder, run, runOrFail} from './processes.js'

const installLimitMs = 10 * 60_000

/** @typedef {Record<string, {version?: string, optional?: boolean}>} Packages */

/**
 * Installs the npm packages of all workspaces exactly as locked, unless they are there.
 * @throws Error with a sentence when npm fails
 */
export async function installPackages() {
  if (hasLockedPackages()) {
    return
  }
  process.stdout.write('Installing packages (npm ci) …\n')
  const [command, ...args] = npmCommand()
  await runOrFail('The packages could not be installed; npm says why above.', command, [...args, 'ci'], {
    limitMs: installLimitMs,
  })
}

/**
 * Makes sure that there is a Chromium for browser tests. Installs it where that needs no password: as root on Debian
 * and its relatives.
 * @throws Error with a sentence that says what to install
 */
export async function installChromium() {
  if (findChromium() !== undefined) {
    return
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stdout.write('Installing Chromium (apt-get) …\n')
    const environment = {DEBIAN_FRONTEND: 'noninteractive'}
    await run('apt-get', ['update', '-q'], {limitMs: installLimitMs, environment})
    await run('apt-get', ['install', '-y', '-q', '-o', 'DPkg::Lock::Timeout=120', 'chromium'], {
      limitMs: installLimitMs,
      environment,
    })
  }
  if (findChromium() === undefined) {
    throw new Error(missingChromium)
  }
}

/**
 * npm as a command that works on every platform: the npm that started us, or the one in the path.
 * @returns {[string, ...string[]]}
 */
export function npmCommand() {
  const startedBy = process.env.npm_execpath
  if (startedBy?.endsWith('.js')) {
    return [process.execPath, startedBy]
  }
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

function hasLockedPackages() {
  const locked = readPackages('package-lock.json')
  const installed = readPackages('node_modules/.package-lock.json')
  return Object.entries(locked).every(
    // Optional packages are those of other platforms. The empty path is this repository.
    ([path, {version, optional}]) => path === '' || optional || installed[path]?.version === version,
  )
}

/**
 * @param {string} path
 * @returns {Packages}
 */
function readPackages(path) {
  if (!existsSync(rootFolder + path)) {
    return {}
  }
  return JSON.parse(readFileSync(rootFolder + path, 'utf8')).packages
}
