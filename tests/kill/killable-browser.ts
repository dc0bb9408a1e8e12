import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {chromiumArguments, chromiumPath} from '../../scripts/chromium.js'

/** How Chromium keeps IndexedDB on disk. */
export type Engine = 'leveldb' | 'sqlite'

/** A running browser. */
export type KillableBrowser = {
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Ends the browser and everything it started, in the middle of whatever it does. Resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts Chromium on a profile, in a process group of its own. */
export function startBrowser(options: {
  readonly url: string
  readonly profile: string
  readonly engine: Engine
}): KillableBrowser {
  const {url, profile, engine} = options
  const feature = `--${engine === 'sqlite' ? 'enable' : 'disable'}-features=IdbSqliteBackingStore`
  const args = [...chromiumArguments, '--headless=new', '--no-default-browser-check', feature]
  const child = spawn(chromiumPath(), [...args, `--user-data-dir=${profile}`, url], {detached: true, stdio: 'ignore'})
  const ended = once(child, 'exit').then(() => undefined)
  const killGroup = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL')
    }
  }
  process.once('exit', killGroup)
  return {
    ended,
    kill: async () => {
      killGroup()
      await ended
      process.off('exit', killGroup)
    },
  }
}

/** The engine that a profile was really written with. */
export function engineOf(profile: string): Engine | undefined {
  const folder = join(profile, 'Default', 'IndexedDB')
  const names = existsSync(folder) ? readdirSync(folder, {recursive: true, encoding: 'utf8'}) : []
  if (names.some((name) => name.endsWith('.leveldb'))) {
    return 'leveldb'
  }
  return names.length > 0 ? 'sqlite' : undefined
}

/** Name and version of the browser. */
export function browserVersion(): string {
  return execFileSync(chromiumPath(), ['--version'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim()
}
