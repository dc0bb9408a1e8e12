import type {ChartGraph, InspectedActor, InspectedSnapshot, InspectionEntry} from '../model/inspection.ts'

/** How one actor stands at one moment. */
export type ActorView = {
  readonly actor: InspectedActor
  readonly snapshot: InspectedSnapshot | undefined
  /** Type of the event that came last. */
  readonly lastEvent: string | undefined
  /** Names of the transitions that were taken for it. */
  readonly lastTransitions: readonly string[]
  /** When it was told or changed last, milliseconds since 1970. */
  readonly atMs: number
}

/** How everything stands at one moment. Actors are in the order they were made; those that ended are gone. */
export type InspectionView = {
  readonly charts: ReadonlyMap<string, ChartGraph>
  readonly actors: ReadonlyMap<string, ActorView>
}

export const emptyView: InspectionView = {charts: new Map(), actors: new Map()}

/** The view after some more happened. */
export function viewAfter(view: InspectionView, entries: Iterable<InspectionEntry>): InspectionView {
  const charts = new Map(view.charts)
  const actors = new Map(view.actors)
  for (const entry of entries) {
    apply(entry, charts, actors)
  }
  return {charts, actors}
}

function apply(entry: InspectionEntry, charts: Map<string, ChartGraph>, actors: Map<string, ActorView>): void {
  if (entry.type === 'chart') {
    charts.set(entry.chart.id, entry.chart)
    return
  }
  if (entry.type === 'actor') {
    const {actor, atMs} = entry
    actors.set(actor.sessionId, {actor, snapshot: undefined, lastEvent: undefined, lastTransitions: [], atMs})
    return
  }
  const before = entry.type === 'fact' ? undefined : actors.get(entry.sessionId)
  if (before === undefined || entry.type === 'fact') {
    return
  }
  const {sessionId, atMs} = entry
  const lastEvent = entry.event.type
  switch (entry.type) {
    case 'event':
      actors.set(sessionId, {...before, atMs, lastEvent, lastTransitions: []})
      break
    case 'microstep':
      actors.set(sessionId, {
        ...before,
        atMs,
        lastEvent,
        snapshot: entry.snapshot,
        lastTransitions: [...before.lastTransitions, ...entry.transitions],
      })
      break
    case 'snapshot':
      if (entry.snapshot.status === 'active') {
        actors.set(sessionId, {...before, atMs, lastEvent, snapshot: entry.snapshot})
      } else {
        removeWithChildren(sessionId, actors)
      }
  }
}

/** What an actor started ends with it, and is not told of again. */
function removeWithChildren(sessionId: string, actors: Map<string, ActorView>): void {
  actors.delete(sessionId)
  for (const [childId, {actor}] of actors) {
    if (actor.parentId === sessionId) {
      removeWithChildren(childId, actors)
    }
  }
}
