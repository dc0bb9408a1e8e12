import type {KeepspaceEvent} from '../../model/events.ts'
import type {Telemetry, TelemetryEntry, TelemetryName, TelemetryOptions} from '../../model/telemetry.ts'
import {createEmitter} from '../emitter.ts'
import {createRing} from './ring.ts'
import {createSeries, type Gauges} from './series.ts'
import {createSessionCounter} from './session-counts.ts'
import {entryOf, usualTypes} from './telemetry-entries.ts'
import {createWorkspaceCounter} from './workspace-counts.ts'

const CAPACITY = 500
/** How things stand is looked at that often at most, and only when something happens or somebody asks. */
const GAUGE_MS = 1_000

export type TelemetryRecorder = Telemetry & {
  /** Takes an event in. */
  record(event: KeepspaceEvent): void
  /** Counts an event that is not worth an object: one for each edit. */
  count(type: TelemetryName): void
}

/** Makes the telemetry of one Keepspace. It has no timer: what it knows, it learns from events and questions. */
export function createTelemetry(
  options: TelemetryOptions & {readonly now: () => number; readonly gauges: () => Gauges},
): TelemetryRecorder {
  const {now, sampleEvery = 1} = options
  const ring = createRing<TelemetryEntry>(Math.max(1, options.capacity ?? CAPACITY))
  const series = createSeries()
  const workspaces = createWorkspaceCounter()
  const sessions = createSessionCounter()
  const heard = createEmitter<[TelemetryEntry]>()
  const events = new Map<TelemetryName, number>()
  const sinceMs = now()
  let gaugedAtMs = Number.NEGATIVE_INFINITY
  let seen = 0
  const sums = {saves: 0, saveMs: 0, autosaves: 0, autosaveMs: 0, evictions: 0, evictionsSaved: 0}

  const countOf = (type: TelemetryName) => events.get(type) ?? 0
  const count = (type: TelemetryName) => void events.set(type, countOf(type) + 1)

  const keep = (entry: TelemetryEntry) => {
    count(entry.type)
    if (usualTypes.has(entry.type)) {
      seen += 1
      if (seen % sampleEvery !== 0) {
        return
      }
    }
    ring.add(entry)
    heard.emit(entry)
  }

  const gauge = (nowMs: number) => {
    if (Math.abs(nowMs - gaugedAtMs) >= GAUGE_MS) {
      gaugedAtMs = nowMs
      series.gauge(nowMs, options.gauges())
    }
  }

  const sumUp = (event: KeepspaceEvent, nowMs: number) => {
    switch (event.type) {
      case 'save_success': {
        const point = series.at(nowMs)
        point[event.isBackground ? 'backgroundSaves' : 'activeSaves'] += 1
        point.saveMs += event.durationMs
        sums.saves += 1
        sums.saveMs += event.durationMs
        workspaces.saved(event.workspaceId, event.isBackground, event.bytes)
        break
      }
      case 'save_failure':
        series.at(nowMs).failures += 1
        workspaces.failed(event.workspaceId)
        break
      case 'background_autosave_workspace':
        series.at(nowMs).autosaves += 1
        series.at(nowMs).autosaveMs += event.durationMs
        sums.autosaves += 1
        sums.autosaveMs += event.durationMs
        break
      case 'pre_eviction_persist_complete':
        if (event.isSaved) {
          series.at(nowMs).evictions += 1
          sums.evictions += 1
          sums.evictionsSaved += 1
        }
        break
      case 'eviction_refused':
        series.at(nowMs).refusedEvictions += 1
        sums.evictions += 1
        break
      default:
    }
  }

  const counters: Telemetry['counters'] = () => {
    const failures = countOf('save_failure')
    const tried = failures + countOf('save_success')
    return {
      sinceMs,
      events: Object.fromEntries(events),
      ...workspaces.get(),
      saveFailureRate: share(failures, tried),
      evictionSuccessRate: share(sums.evictionsSaved, sums.evictions),
      meanSaveMs: share(sums.saveMs, sums.saves),
      meanAutosaveMs: share(sums.autosaveMs, sums.autosaves),
      sessions: sessions.get(now() - sinceMs),
    }
  }
  const recent: Telemetry['recent'] = (limit = Number.POSITIVE_INFINITY) => ring.newest(limit)
  const course: Telemetry['series'] = () => {
    gaugedAtMs = Number.NEGATIVE_INFINITY
    gauge(now())
    return series.get()
  }

  return {
    counters,
    recent,
    series: course,
    export: () => ({atMs: now(), counters: counters(), recent: recent(), series: course()}),
    subscribe: (listener, {sampleEvery: everyNth = 1} = {}) => {
      let heardCount = 0
      return heard.add((entry) => {
        heardCount += 1
        if (heardCount % everyNth === 0) {
          listener(entry)
        }
      })
    },
    record: (event) => {
      const nowMs = now()
      const entry = entryOf(event, nowMs)
      sumUp(event, nowMs)
      sessions.record(event)
      keep(entry)
      if (event.type === 'save_joined') {
        keep({...entry, type: 'save_skip_in_flight'})
      }
      gauge(nowMs)
    },
    count,
  }
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole
}
