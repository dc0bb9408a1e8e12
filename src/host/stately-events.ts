import type {InspectedEvent, InspectedSnapshot, InspectionEntry} from '../model/inspection.ts'
import type {Json} from '../model/json.ts'

/** The format of `@statelyai/inspect` whose events these are. */
const FORMAT = '0.7.2'

type Base = {
  readonly rootId: string
  readonly sessionId: string
  readonly createdAt: string
  readonly id: string
  readonly _version: string
}

type StatelySnapshot = {
  readonly status: string
  readonly value?: Json
  readonly context?: Json
  readonly output?: Json
  readonly error?: Json
}

/** One event as the inspector of Stately reads it. */
export type StatelyEvent =
  | (Base & {
      readonly type: '@xstate.actor'
      readonly name: string
      readonly parentId: string | undefined
      readonly definition: string
      readonly snapshot: StatelySnapshot
    })
  | (Base & {readonly type: '@xstate.event'; readonly event: InspectedEvent; readonly sourceId: string | undefined})
  | (Base & {readonly type: '@xstate.snapshot'; readonly event: InspectedEvent; readonly snapshot: StatelySnapshot})

/**
 * Translates entries for the inspector of Stately, in order. It knows no microsteps: those in between become snapshots
 * of their own, so that no state is missed; the last of each event is the snapshot that follows anyway.
 */
export function createStatelyTranslator(send: (event: StatelyEvent) => void): (entry: InspectionEntry) => void {
  const definitions = new Map<string, string>()
  const roots = new Map<string, string>()
  const passing = new Map<string, StatelyEvent>()
  let count = 0

  const baseOf = (sessionId: string, atMs: number): Base => {
    count += 1
    return {
      rootId: roots.get(sessionId) ?? sessionId,
      sessionId,
      createdAt: String(atMs),
      id: String(count),
      _version: FORMAT,
    }
  }

  return (entry) => {
    switch (entry.type) {
      case 'chart':
        definitions.set(entry.chart.id, entry.chart.definition)
        break
      case 'actor': {
        const {sessionId, systemId, parentId, rootId, chart} = entry.actor
        roots.set(sessionId, rootId)
        const definition = definitions.get(chart ?? '') ?? JSON.stringify({id: systemId})
        const snapshot = {status: 'active'}
        send({type: '@xstate.actor', ...baseOf(sessionId, entry.atMs), name: systemId, parentId, definition, snapshot})
        break
      }
      case 'event': {
        const {sessionId, sourceId, event} = entry
        send({type: '@xstate.event', ...baseOf(sessionId, entry.atMs), sourceId, event})
        break
      }
      case 'microstep': {
        const {sessionId, event} = entry
        const before = passing.get(sessionId)
        if (before !== undefined) {
          send(before)
        }
        passing.set(sessionId, {
          type: '@xstate.snapshot',
          ...baseOf(sessionId, entry.atMs),
          event,
          snapshot: shown(entry.snapshot),
        })
        break
      }
      case 'snapshot': {
        const {sessionId, event, snapshot} = entry
        passing.delete(sessionId)
        send({type: '@xstate.snapshot', ...baseOf(sessionId, entry.atMs), event, snapshot: shown(snapshot)})
        if (snapshot.status !== 'active') {
          roots.delete(sessionId)
        }
      }
    }
  }
}

function shown({status, value, context, output, error}: InspectedSnapshot): StatelySnapshot {
  return {
    status,
    ...(value !== undefined && {value}),
    ...(context !== undefined && {context}),
    ...(output !== undefined && {output}),
    ...(error !== undefined && {error}),
  }
}
