import type {InspectedEvent} from '../model/inspection.ts'
import {actorsOf, type Recording} from './recording.ts'

/** One event on its way from one actor to another. */
export type Message = {
  /** Number of the entry in its recording. */
  readonly index: number
  readonly atMs: number
  /** System id; undefined for events from outside of the charts. */
  readonly from: string | undefined
  readonly to: string
  readonly event: InspectedEvent
}

export type MessageFilter = {
  /** Names of actors or of events that hold this text. */
  readonly search?: string
  /** Only what goes to or comes from this actor or what it started. */
  readonly actor?: string
}

/** Messages that pass the filter up to entry number `count`, oldest first, at most the newest `limit`. */
export function messagesOf(
  recording: Recording,
  {search = '', actor, limit, count}: MessageFilter & {readonly limit: number; readonly count: number},
): readonly Message[] {
  const names = new Map(actorsOf(recording).map(({sessionId, systemId}) => [sessionId, systemId]))
  const words = search.trim().toLowerCase()
  const found: Message[] = []
  for (let index = Math.min(count, recording.entries.length) - 1; index >= 0 && found.length < limit; index -= 1) {
    const entry = recording.entries[index]
    if (entry?.type !== 'event') {
      continue
    }
    const from = entry.sourceId === undefined ? undefined : names.get(entry.sourceId)
    const to = names.get(entry.sessionId) ?? entry.sessionId
    const isOfActor = actor === undefined || isWithin(from, actor) || isWithin(to, actor)
    if (isOfActor && `${from ?? ''} ${to} ${entry.event.type}`.toLowerCase().includes(words)) {
      found.push({index, atMs: entry.atMs, from, to, event: entry.event})
    }
  }
  return found.reverse()
}

function isWithin(name: string | undefined, actor: string): boolean {
  return name === actor || name?.startsWith(`${actor}.`) === true
}
