import type {StatelyEvent} from '../host/stately-events.ts'

/** What a receiver that comes late has to be told: every actor that is there, and the newest of what happened. */
export type Backlog = {
  add(event: StatelyEvent): void
  all(): readonly StatelyEvent[]
}

/** Of what is older than the newest `capacity` events it keeps only who is there and how they stand. */
export function createBacklog(capacity: number): Backlog {
  const recent: StatelyEvent[] = []
  const actors = new Map<string, StatelyEvent>()
  const standings = new Map<string, StatelyEvent>()

  const retire = (event: StatelyEvent) => {
    const {sessionId} = event
    if (event.type === '@xstate.actor') {
      actors.set(sessionId, event)
    } else if (event.type === '@xstate.snapshot') {
      if (event.snapshot.status === 'active') {
        standings.set(sessionId, event)
      } else {
        actors.delete(sessionId)
        standings.delete(sessionId)
      }
    }
  }
  return {
    add: (event) => {
      recent.push(event)
      const oldest = recent.length > capacity ? recent.shift() : undefined
      if (oldest !== undefined) {
        retire(oldest)
      }
    },
    all: () => [...actors.values(), ...standings.values(), ...recent],
  }
}
