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
export function viewAfter(view: InspectionView, entries: readonly InspectionEntry[]): InspectionView {
  const fold: Fold = {charts: new Map(view.charts), actors: new Map(view.actors), touched: new Map()}
  for (const entry of entries) {
    apply(entry, fold)
  }
  return {charts: fold.charts, actors: fold.actors}
}

type Fold = {
  readonly charts: Map<string, ChartGraph>
  readonly actors: Map<string, ActorView>
  /** Views made by this fold, which it may change: one copy for each actor, not one for each entry. */
  readonly touched: Map<string, ChangingView>
}

type ChangingView = {-readonly [Key in keyof ActorView]: ActorView[Key]} & {lastTransitions: string[]}

function apply(entry: InspectionEntry, {charts, actors, touched}: Fold): void {
  if (entry.type === 'chart') {
    charts.set(entry.chart.id, entry.chart)
  } else if (entry.type === 'actor') {
    const {actor, atMs} = entry
    const view = {actor, snapshot: undefined, lastEvent: undefined, lastTransitions: [], atMs}
    touched.set(actor.sessionId, view)
    actors.set(actor.sessionId, view)
  } else if (entry.type !== 'fact') {
    const {sessionId, atMs} = entry
    const before = actors.get(sessionId)
    if (before === undefined) {
      return
    }
    const view = touched.get(sessionId) ?? {...before, lastTransitions: [...before.lastTransitions]}
    touched.set(sessionId, view)
    actors.set(sessionId, view)
    view.atMs = atMs
    view.lastEvent = entry.event.type
    if (entry.type === 'event') {
      view.lastTransitions = []
    } else {
      view.snapshot = entry.snapshot
    }
    if (entry.type === 'microstep') {
      view.lastTransitions.push(...entry.transitions)
    }
    if (entry.type === 'snapshot' && entry.snapshot.status !== 'active') {
      removeWithChildren(view, actors)
    }
  }
}

/** What an actor started ends with it, and is not told of again. */
function removeWithChildren({actor}: ActorView, actors: Map<string, ActorView>): void {
  actors.delete(actor.sessionId)
  const children = actor.chart === undefined ? [] : [...actors.values()]
  for (const child of children.filter((one) => one.actor.parentId === actor.sessionId)) {
    removeWithChildren(child, actors)
  }
}
