import type {WorkAtRisk} from '../model/status.ts'
import type {Gauges} from '../services/telemetry/series.ts'
import {runtimeBytes} from './census.ts'
import type {Runtime} from './runtime.ts'

/** What would be lost if memory were lost now. */
export function workAtRisk(runtimes: readonly Runtime[]): WorkAtRisk {
  const unsaved = runtimes.flatMap(({actor, wallTimeOf}) => {
    const context = actor?.getSnapshot().context
    return context !== undefined && context.acceptedVersion > context.durableVersion ? [{...context, wallTimeOf}] : []
  })
  const times = unsaved.flatMap(({dirtySinceMs, wallTimeOf}) => wallTimeOf(dirtySinceMs) ?? [])
  return {
    workspaces: unsaved.length,
    edits: unsaved.reduce((sum, {acceptedVersion, durableVersion}) => sum + acceptedVersion - durableVersion, 0),
    since: times.length === 0 ? undefined : Math.min(...times),
  }
}

/** How memory stands now, for telemetry. */
export function gaugesOf(runtimes: readonly Runtime[]): Gauges {
  return {
    editsAtRisk: workAtRisk(runtimes).edits,
    runtimes: runtimes.length,
    memoryBytes: runtimes.reduce((sum, runtime) => sum + runtimeBytes(runtime), 0),
  }
}
