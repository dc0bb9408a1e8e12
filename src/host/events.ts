import type {KeepspaceEvent, KeepspaceEventType} from '../model/events.ts'
import type {Keepspace} from '../model/handles.ts'
import {createEmitter, type Emitter} from '../services/emitter.ts'

/** Where events go in and come out. Costs nothing per event while nobody listens. */
export type Events = {
  emit(event: KeepspaceEvent): void
  readonly on: Keepspace['on']
}

/** Makes the event bus of one Keepspace. */
export function createEvents(): Events {
  const byType = new Map<KeepspaceEventType | '*', Emitter<[KeepspaceEvent]>>()
  const emitterOf = (type: KeepspaceEventType | '*') => {
    const emitter = byType.get(type) ?? createEmitter<[KeepspaceEvent]>()
    byType.set(type, emitter)
    return emitter
  }
  return {
    emit: (event) => {
      byType.get(event.type)?.emit(event)
      byType.get('*')?.emit(event)
    },
    on: (type, listener) => emitterOf(type).add(listener as (event: KeepspaceEvent) => void),
  }
}
