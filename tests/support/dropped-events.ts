import type {InspectionEvent} from 'xstate'

/** Collects the types of events that changed nothing because no transition took them. */
export function watchDropped() {
  const dropped: string[] = []
  const inspect = (inspection: InspectionEvent) => {
    const isDropped = inspection.type === '@xstate.microstep' && inspection._transitions.length === 0
    if (isDropped && inspection.event.type !== 'xstate.stop') {
      dropped.push(inspection.event.type)
    }
  }
  return {dropped, inspect}
}
