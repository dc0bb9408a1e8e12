import type {TelemetryPoint, TelemetrySeries} from '../../model/telemetry.ts'

/** How much time one point covers at first. */
const FIRST_STEP_MS = 5_000
/** More points than this are never kept: half an hour at first, then an hour in coarser steps, and so on. */
const MOST_POINTS = 360

/** How things stand. */
export type Gauges = Pick<TelemetryPoint, 'editsAtRisk' | 'runtimes' | 'memoryBytes'>

type Point = {-readonly [Field in keyof TelemetryPoint]: TelemetryPoint[Field]}

/** The course of things in a bounded number of points. */
export type Series = {
  /** The point of this moment, to count in. */
  at(nowMs: number): Point
  gauge(nowMs: number, gauges: Gauges): void
  get(): TelemetrySeries
}

/** Makes an empty series. */
export function createSeries(): Series {
  let stepMs = FIRST_STEP_MS
  let points: Point[] = []

  const at = (nowMs: number): Point => {
    const atMs = Math.floor(nowMs / stepMs) * stepMs
    const last = points.at(-1)
    // A clock that was set back counts into what is newest.
    if (last !== undefined && last.atMs >= atMs) {
      return last
    }
    if (points.length === MOST_POINTS) {
      stepMs *= 2
      points = inHalf(points, stepMs)
      return at(nowMs)
    }
    const point = {...emptyPoint, ...(last && {runtimes: last.runtimes, memoryBytes: last.memoryBytes}), atMs}
    points.push(point)
    return point
  }

  return {
    at,
    gauge: (nowMs, {editsAtRisk, runtimes, memoryBytes}) => {
      const point = at(nowMs)
      point.editsAtRisk = Math.max(point.editsAtRisk, editsAtRisk)
      point.runtimes = runtimes
      point.memoryBytes = memoryBytes
    },
    get: () => ({stepMs, points: points.map((point) => ({...point}))}),
  }
}

const emptyPoint: TelemetryPoint = {
  atMs: 0,
  activeSaves: 0,
  backgroundSaves: 0,
  failures: 0,
  saveMs: 0,
  autosaves: 0,
  autosaveMs: 0,
  evictions: 0,
  refusedEvictions: 0,
  editsAtRisk: 0,
  runtimes: 0,
  memoryBytes: 0,
}

/** Neighbours that fall into one step become one point: counts add up, of risks the highest stays, the rest is as it was last. */
function inHalf(points: readonly Point[], stepMs: number): Point[] {
  const merged: Point[] = []
  for (const point of points) {
    const atMs = Math.floor(point.atMs / stepMs) * stepMs
    const last = merged.at(-1)
    if (last?.atMs === atMs) {
      mergeInto(last, point)
    } else {
      merged.push({...point, atMs})
    }
  }
  return merged
}

function mergeInto(target: Point, point: Point): void {
  target.activeSaves += point.activeSaves
  target.backgroundSaves += point.backgroundSaves
  target.failures += point.failures
  target.saveMs += point.saveMs
  target.autosaves += point.autosaves
  target.autosaveMs += point.autosaveMs
  target.evictions += point.evictions
  target.refusedEvictions += point.refusedEvictions
  target.editsAtRisk = Math.max(target.editsAtRisk, point.editsAtRisk)
  target.runtimes = point.runtimes
  target.memoryBytes = point.memoryBytes
}
