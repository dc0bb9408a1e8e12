import type {InspectionEvent} from 'xstate'

/** Collects the types of events that changed nothing because no transition took them. */
export function watchDropped() {
  const dropped: string[] = []
  const inspect = (inspection: InspectionEvent) => {
    if (inspection.type === '@xstate.microstep' && inspection._transitions.length === 0) {
      dropped.push(inspection.event.type)
    }
  }
  return {dropped, inspect}
}
