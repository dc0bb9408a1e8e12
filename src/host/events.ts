import type {KeepspaceEvent, KeepspaceEventType} from '../model/events.ts'
import type {Keepspace} from '../model/handles.ts'
import type {ComponentId, WorkspaceId} from '../model/ids.ts'
import {createEmitter, type Emitter} from '../services/emitter.ts'
import type {TelemetryRecorder} from '../services/telemetry/telemetry.ts'

/** Where events go in and come out. Costs nothing per event while nobody listens. */
export type Events = {
  emit(event: KeepspaceEvent): void
  readonly on: Keepspace['on']
  /** Says that one of those many events came that belong to a single edit. Makes nothing unless somebody listens. */
  note(type: EditEvent['type'], workspaceId: WorkspaceId, componentId: ComponentId): void
}

/** Events of which one belongs to each edit, or nearly so. */
type EditEvent = {
  readonly type: 'component_state_throttled_persist' | 'component_state_immediate_persist'
  readonly workspaceId: WorkspaceId
  readonly componentId: ComponentId
}

/** Makes the event bus of one Keepspace. Telemetry hears every event, unless it is switched off. */
export function createEvents(telemetry: Pick<TelemetryRecorder, 'record' | 'count'> | undefined): Events {
  const byType = new Map<KeepspaceEventType | '*', Emitter<[KeepspaceEvent]>>()
  const emitterOf = (type: KeepspaceEventType | '*') => {
    const emitter = byType.get(type) ?? createEmitter<[KeepspaceEvent]>()
    byType.set(type, emitter)
    return emitter
  }
  const tell = (event: KeepspaceEvent) => {
    byType.get(event.type)?.emit(event)
    byType.get('*')?.emit(event)
  }
  return {
    emit: (event) => {
      telemetry?.record(event)
      tell(event)
    },
    note: (type, workspaceId, componentId) => {
      telemetry?.count(type)
      if ((byType.get(type)?.size ?? 0) + (byType.get('*')?.size ?? 0) > 0) {
        tell({type, workspaceId, componentId})
      }
    },
    on: (type, listener) => emitterOf(type).add(listener as (event: KeepspaceEvent) => void),
  }
}
