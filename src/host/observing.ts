import type {AnyActor, InspectionEvent, Observer} from 'xstate'
import type {Inspection} from './inspecting.ts'
import {createStatelyTranslator, type StatelyEvent} from './stately-events.ts'

/**
 * Tells an observer, as `@statelyai/inspect` gives one, in XState's own form. It reads what it is told only later and
 * sends it elsewhere, so it gets plain data that was taken at the moment itself and holds no content.
 */
export function tellObserver(inspection: Inspection, observer: Observer<InspectionEvent>): () => void {
  const actors = new Map<string, Shown>()
  const translate = createStatelyTranslator((event) => {
    const told = toInspectionEvent(event, actors)
    if (told !== undefined) {
      observer.next?.(told)
    }
    if (event.type === '@xstate.snapshot' && event.snapshot.status !== 'active') {
      actors.delete(event.sessionId)
    }
  })
  return inspection.listen(translate)
}

/** So much of an actor as is looked at from outside. */
type Shown = {
  readonly id: string
  readonly sessionId: string
  readonly systemId: string
  readonly _parent: Shown | undefined
  readonly logic: {readonly config: object}
  readonly getSnapshot: () => unknown
}

/** @returns undefined for what comes to an actor that has ended */
function toInspectionEvent(event: StatelyEvent, actors: Map<string, Shown>): InspectionEvent | undefined {
  const {rootId, sessionId} = event
  if (event.type === '@xstate.actor') {
    actors.set(sessionId, {
      id: event.name,
      sessionId,
      systemId: event.name,
      _parent: actors.get(event.parentId ?? ''),
      logic: {config: JSON.parse(event.definition) as object},
      getSnapshot: () => event.snapshot,
    })
  }
  const actorRef = actors.get(sessionId) as unknown as AnyActor | undefined
  if (actorRef === undefined) {
    return undefined
  }
  switch (event.type) {
    case '@xstate.actor':
      return {type: '@xstate.actor', rootId, actorRef}
    case '@xstate.event': {
      const sourceRef = actors.get(event.sourceId ?? '') as unknown as AnyActor | undefined
      return {type: '@xstate.event', rootId, actorRef, sourceRef, event: event.event}
    }
    case '@xstate.snapshot':
      return {type: '@xstate.snapshot', rootId, actorRef, event: event.event, snapshot: event.snapshot as never}
  }
}
