import {mkdtemp, rm} from 'node:fs/promises'
import {availableParallelism, tmpdir} from 'node:os'
import {join} from 'node:path'
import {bundleSimulation} from './bundle.ts'
import type {BatchResult, Failure} from './campaign.ts'
import type {Ground, Slice} from './evidence.ts'
import {drawHistories} from './history.ts'
import {type PlantedFault, plantedFaults} from './planted-faults.ts'
import {keepRegression, readRegressions} from './regression-files.ts'
import {unreached} from './sometimes.ts'
import {type SimulationWorker, StuckError, shareOut, startWorker} from './workers.ts'

/** In how many histories a planted fault must show. */
const PLANTED_HISTORIES = 1_000

/** Histories that are drawn from one seed. The n-th batch of a campaign draws from `seed + n`, whatever thread runs it. */
const BATCH_HISTORIES = 100
/** A campaign with so many batches that broke something ends: the fault is known. */
const MOST_FAILURES = 4
const PROGRESS_MS = 10_000

export type SimulationOptions = {
  readonly histories: number
  readonly seed: number
  /** Threads. @defaultValue one for each core */
  readonly workers?: number
  /** The campaign ends after that time, with as many histories as it has run. */
  readonly limitMs?: number
  /** Whether planted faults are searched as well. @defaultValue true */
  readonly searchesPlanted?: boolean
  /** Hears how far it is. */
  readonly report?: (line: string) => void
}

/** What a campaign without planted faults found. */
export type CampaignResult = {
  readonly histories: number
  /** Histories that broke something. */
  readonly broken: number
  readonly failures: readonly Failure[]
  readonly counts: Readonly<Record<string, number>>
  readonly seconds: number
}

export type SimulationResult = {
  readonly histories: number
  readonly violations: number
  readonly plantedFound: number
  readonly planted: number
}

export type FoundFault = {readonly name: string; readonly foundAfter: number | undefined}

/** A folder for bundles, removed afterwards. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-simulation-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** Runs new histories on every core until there are enough, the time is over, or too much is broken. */
export async function runCampaign(bundle: string, options: SimulationOptions): Promise<CampaignResult> {
  const {histories, seed, workers = availableParallelism(), limitMs = Number.POSITIVE_INFINITY, report} = options
  const counts: Record<string, number> = {}
  const failures: Failure[] = []
  const startedAt = performance.now()
  let [run, broken, reportedAt] = [0, 0, startedAt]

  await shareOut(bundle, workers, batchesOf(histories, seed), async (worker, batch) => {
    const result = await worker.ask({type: 'batch', options: batch})
    run += result.histories
    broken += result.broken
    for (const [what, count] of Object.entries(result.counts)) {
      counts[what] = (counts[what] ?? 0) + count
    }
    if (result.failure !== undefined) {
      failures.push(result.failure)
    }
    const now = performance.now()
    if (now - reportedAt >= PROGRESS_MS) {
      reportedAt = now
      const perSecond = Math.round((run / (now - startedAt)) * 1_000)
      report?.(`${run} of ${histories} histories, ${perSecond}/s, ${broken} broken`)
    }
    return failures.length < MOST_FAILURES && now - startedAt < limitMs
  })
  const seconds = (performance.now() - startedAt) / 1_000
  const sorted = Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
  return {histories: run, broken, failures, counts: sorted, seconds}
}

function* batchesOf(histories: number, seed: number) {
  for (let first = 0, index = 0; first < histories; first += BATCH_HISTORIES, index++) {
    yield {histories: Math.min(BATCH_HISTORIES, histories - first), seed: seed + index}
  }
}

/**
 * Whether the simulation finds a fault, and after how many histories. A history that breaks something without the fault
 * as well has found something else.
 */
async function findPlanted(folder: string, plain: string, fault: PlantedFault, seed: number): Promise<FoundFault> {
  const bundle = await bundleSimulation(join(folder, fault.name.replaceAll(/\W+/g, '-')), fault)
  const {histories, first} = await searchFault(bundle, seed)
  if (first === undefined) {
    return {name: fault.name, foundAfter: undefined}
  }
  const [withoutFault] = await once(plain, (worker) => worker.ask({type: 'regressions', histories: [first]}))
  return {name: fault.name, foundAfter: withoutFault?.length === 0 ? histories : undefined}
}

/** The first history that breaks something, or never ends. */
async function searchFault(bundle: string, seed: number): Promise<Pick<BatchResult, 'histories' | 'first'>> {
  const options = {histories: PLANTED_HISTORIES, seed, isSearch: true}
  try {
    return await once(bundle, (worker) => worker.ask({type: 'batch', options}))
  } catch (error) {
    if (error instanceof StuckError) {
      return {histories: error.begun, first: drawHistories({seed, histories: error.begun}).at(-1)}
    }
    throw error
  }
}

/** One task on a thread of its own. */
async function once<Result>(bundle: string, run: (worker: SimulationWorker) => Promise<Result>): Promise<Result> {
  const worker = startWorker(bundle)
  try {
    return await run(worker)
  } finally {
    await worker.end()
  }
}

/** Looks for every planted fault, several at once. */
export async function findAllPlanted(
  folder: string,
  {seed, workers = availableParallelism(), report}: Pick<SimulationOptions, 'seed' | 'workers' | 'report'>,
  faults: readonly PlantedFault[] = plantedFaults,
): Promise<readonly FoundFault[]> {
  const plain = await bundleSimulation(join(folder, 'plain'))
  const waiting = [...faults]
  const found: FoundFault[] = []
  const search = async (): Promise<void> => {
    for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
      const result = await findPlanted(folder, plain, fault, seed)
      found.push(result)
      report?.(`${result.foundAfter === undefined ? 'MISSED' : `found after ${result.foundAfter}`}: ${fault.name}`)
    }
  }
  await Promise.all(Array.from({length: workers}, search))
  return faults.flatMap(({name}) => found.filter((result) => result.name === name))
}

/** What stored histories break, by the name of their file. */
export async function brokenRegressions(bundle: string): Promise<readonly string[]> {
  const regressions = [...(await readRegressions())]
  const histories = regressions.map(([, {history}]) => history)
  const violations = await once(bundle, (worker) => worker.ask({type: 'regressions', histories}))
  return regressions.flatMap(([name], index) => (violations[index] ?? []).map((violation) => `${name}: ${violation}`))
}

/** The trace hashes of the first histories of a seed. */
export function traceHashes(bundle: string, seed: number, histories: number): Promise<readonly string[]> {
  return once(bundle, (worker) => worker.ask({type: 'hashes', seed, histories}))
}

/** What a simulation found, to be told and to be added to what others found. */
export type SimulationOutcome = {
  readonly result: SimulationResult
  /** Everything that is wrong. */
  readonly faults: readonly string[]
  readonly slice: Omit<Slice, keyof Ground>
  readonly planted: readonly FoundFault[]
  readonly reached: Readonly<Record<string, number>>
}

/**
 * The whole simulation: regressions, new histories, planted faults.
 *
 * @returns what was counted, and everything that is wrong
 */
export async function simulate(options: SimulationOptions): Promise<SimulationOutcome> {
  const {seed, searchesPlanted = true, report} = options
  return withFolder(async (folder) => {
    const bundle = await bundleSimulation(join(folder, 'plain'))
    const regressions = await brokenRegressions(bundle)
    const campaign = await runCampaign(bundle, options)
    const {histories, broken, counts} = campaign
    const seconds = Math.round(campaign.seconds)
    const perSecond = Math.round(histories / campaign.seconds)
    report?.(`${histories} histories in ${seconds} s, ${perSecond}/s, seed ${seed}`)
    for (const failure of campaign.failures) {
      report?.(await keepRegression(failure))
    }
    const missing = broken > 0 ? [] : unreached(counts, histories)
    const planted = searchesPlanted ? await findAllPlanted(folder, options) : []
    const missed = planted.filter(({foundAfter}) => foundAfter === undefined)
    const result: SimulationResult = {
      histories,
      violations: broken + regressions.length,
      plantedFound: planted.length - missed.length,
      planted: planted.length,
    }
    const campaignFaults = [...regressions, ...campaign.failures.flatMap(({violations}) => violations)]
    const faults = [
      ...campaignFaults,
      ...missing.map((what) => `never or hardly ever reached: ${what}`),
      ...missed.map(({name}) => `a planted fault was not found: ${name}`),
    ]
    const lastSeed = seed + Math.max(1, Math.ceil(histories / BATCH_HISTORIES)) - 1
    return {
      result,
      faults,
      slice: {seed, lastSeed, histories, violations: result.violations, seconds, faults: campaignFaults},
      planted,
      reached: counts,
    }
  })
}
