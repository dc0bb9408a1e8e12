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

export type CampaignResult = {
  readonly histories: number
  readonly failure: Failure | undefined
  /** In how many histories something was reached. */
  readonly counts: Readonly<Record<string, number>>
  readonly seconds: number
}

export type CampaignOptions = {
  readonly histories: number
  readonly seed: number
  /** Look for a smaller history that breaks the same. @defaultValue true */
  readonly shrinks?: boolean
  /** Stops after that time, whatever was reached. */
  readonly limitMs?: number
}

/** Runs histories drawn from `seed` until one breaks something, and makes that one small. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const disk = await makeFirstDisk()
  const counts = new Map<string, number>()
  const startedAt = performance.now()
  let count = 0
  const property = fc.asyncProperty(histories, async (history) => {
    const {violations, counts: reached} = await runHistory(history, disk)
    count += 1
    for (const what of reached) {
      counts.set(what, (counts.get(what) ?? 0) + 1)
    }
    return violations.length === 0
  })
  const details = await fc.check(property, {
    numRuns: options.histories,
    seed: options.seed,
    endOnFailure: options.shrinks === false,
    ...(options.limitMs !== undefined && {interruptAfterTimeLimit: options.limitMs, markInterruptAsFailure: false}),
  })
  const history = details.counterexample?.[0]
  return {
    histories: details.failed ? details.numRuns : Math.min(count, options.histories),
    failure: history && (await explain(history, {seed: details.seed, path: details.counterexamplePath ?? ''})),
    counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    seconds: (performance.now() - startedAt) / 1_000,
  }
}

/** Runs one history again and says what happened in it. */
export async function replay(history: History): Promise<HistoryResult & {readonly trace: readonly string[]}> {
  const result = await runHistory(history, await makeFirstDisk())
  return {...result, trace: traceOf(result)}
}

/** A number for everything that happened, in order. */
export async function traceHash(history: History): Promise<string> {
  const {trace} = await replay(history)
  return createHash('sha256').update(trace.join('\n')).digest('hex')
}

async function explain(history: History, found: {readonly seed: number; readonly path: string}): Promise<Failure> {
  const {violations, trace} = await replay(history)
  return {...found, history, violations, trace}
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
