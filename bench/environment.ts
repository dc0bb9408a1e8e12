import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {availableParallelism, cpus, loadavg} from 'node:os'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = ['xstate', 'localforage', 'crc-32', 'nanoid', 'valibot', 'vite', 'playwright'] as const

/** What was measured, with what, and on what. */
export type Environment = {
  readonly commit: string
  /** When that commit was made. */
  readonly committedAt: string
  /** Whether files differed from that commit. */
  readonly hasLocalChanges: boolean
  readonly chromium: string
  readonly node: string
  readonly packages: Readonly<Record<string, string>>
  readonly processor: string
  readonly cores: number
  /** Load of the last minute, before and after. Times on the clock mean little where it exceeds the cores. */
  readonly load: readonly number[]
}

/** Reads it before the bundle is made, so that the commit is the one that is measured. */
export function readEnvironment(): Omit<Environment, 'chromium'> {
  return {
    commit: git('log', '-1', '--format=%H'),
    committedAt: git('log', '-1', '--format=%cI'),
    hasLocalChanges: git('status', '--porcelain', '--', 'src', 'bench') !== '',
    node: process.version,
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    load: [currentLoad()],
  }
}

/** How many processes wanted a core during the last minute. */
export function currentLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1))
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8')).version
}

function git(...args: readonly string[]): string {
  try {
    return execFileSync('git', args, {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim()
  } catch {
    return 'unknown'
  }
}
