import {createHash} from 'node:crypto'
import fc from 'fast-check'
import {makeFirstDisk} from './first-disk.ts'
import {type History, histories} from './history.ts'
import {type HistoryResult, runHistory} from './run-history.ts'

/** A history that broke something. */
export type Failure = {
  readonly seed: number
  /** Where the shrunk history is found again, for fast-check. */
  readonly path: string
  readonly history: History
  readonly violations: readonly string[]
  readonly trace: readonly string[]
}

/** A part of a campaign: everything drawn from one seed. */
export type BatchOptions = {
  readonly histories: number
  readonly seed: number
  /** Stop at the first history that breaks something, and do not look for a smaller one. */
  readonly isSearch?: boolean
}

export type BatchResult = {
  readonly histories: number
  /** How many of them broke something. */
  readonly broken: number
  /** The first of them as it was drawn. */
  readonly first: History | undefined
  /** The same, made small, unless only looked for. */
  readonly failure: Failure | undefined
  /** In how many histories something was reached. */
  readonly counts: Readonly<Record<string, number>>
}

/** Of so many histories one has every transition of its charts looked at. */
const WATCHED_EVERY = 4
/** A smaller history is looked for no longer than that. */
const SHRINK_MS = 60_000

let made: ReturnType<typeof makeFirstDisk> | undefined

/** Made once in each thread: every history begins with the same, and copies it. */
function firstDisk(): ReturnType<typeof makeFirstDisk> {
  made ??= makeFirstDisk()
  return made
}

/** Runs histories drawn from `seed`; `begin` is called before each. */
export async function runBatch(
  {histories: numRuns, seed, isSearch = false}: BatchOptions,
  begin: () => void,
): Promise<BatchResult> {
  // Faults are most of what happens here; where each error was made is not asked.
  Error.stackTraceLimit = 0
  const disk = await firstDisk()
  const counts = new Map<string, number>()
  const broken: number[] = []
  let firstBroken: History | undefined
  let count = 0
  const property = fc.asyncProperty(histories, async (history) => {
    begin()
    const isWatched = count % WATCHED_EVERY === 0
    const {violations, counts: reached} = await runHistory(history, disk, {isWatched})
    if (violations.length > 0) {
      firstBroken ??= history
      broken.push(count)
    }
    count += 1
    for (const what of reached) {
      counts.set(what, (counts.get(what) ?? 0) + 1)
    }
    return !isSearch || broken.length === 0
  })
  await fc.check(property, {numRuns, seed, endOnFailure: true})
  const [first] = broken
  return {
    histories: count,
    broken: broken.length,
    first: firstBroken,
    failure: first === undefined || isSearch ? undefined : await shrink(disk, {numRuns, seed, index: first, begin}),
    counts: Object.fromEntries(counts),
  }
}

/** Makes the history of that number as small as it can be while it breaks something. */
async function shrink(
  disk: ReadonlyMap<string, string>,
  {
    numRuns,
    seed,
    index,
    begin,
  }: {readonly numRuns: number; readonly seed: number; readonly index: number; readonly begin: () => void},
): Promise<Failure | undefined> {
  const property = fc.asyncProperty(histories, async (history) => {
    begin()
    const {violations} = await runHistory(history, disk)
    return violations.length === 0
  })
  const details = await fc.check(property, {
    numRuns,
    seed,
    path: `${index}`,
    interruptAfterTimeLimit: SHRINK_MS,
    markInterruptAsFailure: true,
  })
  const history = details.counterexample?.[0]
  if (history === undefined) {
    return undefined
  }
  const {violations, trace} = await replay(history)
  return {seed, path: details.counterexamplePath ?? `${index}`, history, violations, trace}
}

/** Runs one history again and says what happened in it. */
export async function replay(history: History): Promise<HistoryResult & {readonly trace: readonly string[]}> {
  const result = await runHistory(history, await firstDisk())
  return {...result, trace: traceOf(result)}
}

/** A number for everything that happened, in order. */
export async function traceHash(history: History): Promise<string> {
  const {trace} = await replay(history)
  return createHash('sha256').update(trace.join('\n')).digest('hex')
}

function traceOf({events}: HistoryResult): readonly string[] {
  return events.map((event) => JSON.stringify(event, plain))
}

function plain(_: string, value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(value)
  }
  return value instanceof Set ? [...value] : value
}
