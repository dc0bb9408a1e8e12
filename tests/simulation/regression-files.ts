import {createHash} from 'node:crypto'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import type {Failure} from './campaign.ts'
import type {History} from './history.ts'

const regressionFolder = new URL('./regressions/', import.meta.url)

/** A history that once broke something. Runs first, for ever. */
export type Regression = {readonly violation: string; readonly history: History}

/** Every history that once broke something, by the name of its file. */
export async function readRegressions(): Promise<ReadonlyMap<string, Regression>> {
  const names = (await readdir(regressionFolder)).filter((name) => name.endsWith('.json')).sort()
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, regressionFolder), 'utf8')))
  return new Map(names.map((name, index) => [name, JSON.parse(texts[index] ?? '') as Regression]))
}

/** Keeps a failing history as a regression, and says what happened in it. */
export async function keepRegression({seed, path, history, violations, trace}: Failure): Promise<string> {
  const regression: Regression = {violation: violations[0] ?? '', history}
  const name = `${createHash('sha256').update(JSON.stringify(history)).digest('hex').slice(0, 12)}.json`
  await writeFile(new URL(name, regressionFolder), `${JSON.stringify(regression, undefined, 2)}\n`)
  return [...trace, ...violations, `seed ${seed}, path ${path}, kept as ${name}`, JSON.stringify(history)].join('\n')
}
