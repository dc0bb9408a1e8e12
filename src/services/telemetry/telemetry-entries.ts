import type {KeepspaceEvent} from '../../model/events.ts'
import type {TelemetryEntry, TelemetryName} from '../../model/telemetry.ts'

type Facts = Partial<Record<keyof TelemetryEntry | 'error' | 'isSaved' | 'status', unknown>>

/** The facts of an event that may leave the device: a closed list, so that no event can bring content along. */
export function entryOf(event: KeepspaceEvent, atMs: number): TelemetryEntry {
  const facts: Facts = event
  const code = (facts.error as {code?: TelemetryEntry['code']} | undefined)?.code
  return {
    type: event.type,
    atMs,
    workspaceId: facts.workspaceId as TelemetryEntry['workspaceId'],
    componentId: facts.componentId as TelemetryEntry['componentId'],
    entryId: facts.entryId as TelemetryEntry['entryId'],
    reason: facts.reason as TelemetryEntry['reason'],
    isBackground: facts.isBackground as TelemetryEntry['isBackground'],
    durationMs: facts.durationMs as TelemetryEntry['durationMs'],
    bytes: facts.bytes as TelemetryEntry['bytes'],
    code,
  }
}

/** Events of a save that goes as it should: many, and all alike. */
export const usualTypes: ReadonlySet<TelemetryName> = new Set([
  'save_schedule',
  'save_joined',
  'save_skip_in_flight',
  'save_attempt',
  'save_success',
  'save_skip_unchanged',
  'save_skip_cooldown',
  'component_state_throttled_persist',
  'component_state_immediate_persist',
  'write_completed',
  'session_polled',
])
