import type {MemoryMeasure, MemoryProbe, MemoryReading, MemorySource} from '../../model/memory.ts'
import type {Time} from '../../model/time.ts'
import {ASSUMED_LIMIT_BYTES} from './browser-probes.ts'

/** A source that takes longer than this is passed over. The browser may put a measurement off for long. */
const ANSWER_LIMIT_MS = 20_000

/** What the estimate reckons with, bytes. */
export type MemoryEstimate = {
  /** The app itself. */
  readonly baseBytes: number
  readonly runtimeBytes: number
  readonly componentBytes: number
  readonly limitBytes: number
  /** Reckon with the size of the records in memory instead of `runtimeBytes` and `componentBytes`. */
  readonly usesRecordSizes: boolean
}

const MEGABYTE = 1_048_576

export const defaultMemoryEstimate: MemoryEstimate = {
  baseBytes: 100 * MEGABYTE,
  runtimeBytes: 15 * MEGABYTE,
  componentBytes: 5 * MEGABYTE,
  limitBytes: ASSUMED_LIMIT_BYTES,
  usesRecordSizes: false,
}

/** What is in memory of ours. */
export type Residents = {
  readonly runtimeCount: number
  readonly componentCount: number
  readonly ownBytes: number
}

/**
 * Asks the sources in order; the first that answers counts. Then the estimate, or only the count where even that is not
 * wanted. Never rejects.
 */
export async function readMemory(
  probes: readonly MemoryProbe[],
  options: {readonly time: Time; readonly residents: () => Residents; readonly estimate: MemoryEstimate | undefined},
): Promise<MemoryReading> {
  const {time, residents, estimate} = options
  for (const {source, measure} of probes) {
    const measured = await within(time, measure)
    if (measured !== undefined && measured.limitBytes > 0) {
      return readingOf(source, measured, residents(), time.now())
    }
  }
  const counted = residents()
  return estimate === undefined
    ? readingOf('count', undefined, counted, time.now())
    : readingOf('estimate', estimated(counted, estimate), counted, time.now())
}

function estimated({runtimeCount, componentCount, ownBytes}: Residents, estimate: MemoryEstimate): MemoryMeasure {
  const {baseBytes, runtimeBytes, componentBytes, limitBytes, usesRecordSizes} = estimate
  const ours = usesRecordSizes ? ownBytes : runtimeCount * runtimeBytes + componentCount * componentBytes
  return {usedBytes: baseBytes + ours, limitBytes}
}

function readingOf(
  source: MemorySource,
  measured: MemoryMeasure | undefined,
  residents: Residents,
  atMs: number,
): MemoryReading {
  return {source, usedBytes: measured?.usedBytes, limitBytes: measured?.limitBytes, ...residents, atMs}
}

/** What a source answers, or undefined when it fails or takes too long. */
function within(time: Time, measure: MemoryProbe['measure']): Promise<MemoryMeasure | undefined> {
  return new Promise((resolve) => {
    const timer = time.setTimeout(() => resolve(undefined), ANSWER_LIMIT_MS)
    const finish = (measured: MemoryMeasure | undefined) => {
      time.clearTimeout(timer)
      resolve(measured)
    }
    Promise.resolve()
      .then(measure)
      .then(finish, () => finish(undefined))
  })
}
