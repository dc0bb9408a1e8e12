import {startBrowser} from './browser.ts'
import {currentLoad, type Environment, readEnvironment} from './environment.ts'
import {booting} from './measures/booting.ts'
import {bundleSize} from './measures/bundle-size.ts'
import {hotPath} from './measures/hot-path.ts'
import {mainThread} from './measures/main-thread.ts'
import type {Measure} from './measures/measure.ts'
import {memory} from './measures/memory.ts'
import {restoring} from './measures/restoring.ts'
import {saving} from './measures/saving.ts'
import {steadyEditing} from './measures/steady-editing.ts'
import {telemetry} from './measures/telemetry.ts'
import {servePage} from './page-server.ts'
import {formatTable} from './report.ts'
import type {Row} from './row.ts'
import {type Sizes, sizes} from './sizes.ts'

const measures: readonly Measure[] = [
  hotPath,
  telemetry,
  mainThread,
  saving,
  restoring,
  booting,
  steadyEditing,
  memory,
  bundleSize,
]

/** The result of one run, as it is written to disk. */
export type BenchResult = {
  readonly sizes: Sizes['name']
  readonly environment: Environment
  readonly rows: readonly Row[]
}

export type BenchOptions = {
  readonly sizes: Sizes['name']
  /** Measures whose name contains this. @defaultValue all of them */
  readonly only?: string
  /** Told before each measure begins. */
  readonly announce?: (measure: string) => void
}

/** Measures everything in one run of one browser. Takes minutes. */
export async function runBench({sizes: size, only = '', announce}: BenchOptions): Promise<BenchResult> {
  const environment = readEnvironment()
  await using server = await servePage()
  await using browser = await startBrowser(server.url)
  const rows: Row[] = []
  for (const measure of measures.filter(({name}) => name.includes(only))) {
    announce?.(measure.name)
    rows.push(...(await measure.run(browser, sizes[size])))
  }
  const load = [...environment.load, currentLoad()]
  return {sizes: size, environment: {...environment, chromium: browser.version(), load}, rows}
}

/** A result as one table of text, and a warning where the machine was busy with something else. */
export function formatResult({rows, environment: {load, cores}}: BenchResult): string {
  const isBusy = Math.max(...load) > cores
  const warning = `The machine was busy (load ${load.join(' and ')} on ${cores} cores): do not quote times on the clock.`
  return isBusy ? `${formatTable(rows)}\n\n${warning}` : formatTable(rows)
}
