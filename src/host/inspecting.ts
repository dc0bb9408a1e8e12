import type {AnyActor, AnyActorRef, AnyMachineSnapshot, AnyStateMachine, InspectionEvent} from 'xstate'
import {graphOf} from '../machines/chart-graph.ts'
import {nameOfTransition} from '../machines/chart-places.ts'
import type {InspectedActor, InspectedEvent, InspectedSnapshot, InspectionEntry} from '../model/inspection.ts'
import type {Json} from '../model/json.ts'
import {type ProjectionOptions, project} from '../model/projection.ts'
import {callHost} from '../services/host-calls.ts'

export type InspectionListener = (entry: InspectionEntry) => void

/** The charts of one Keepspace, for those who look on. */
export type Inspection = {
  /** Shows an actor and everything below it. To be called before it is started. */
  watch(root: AnyActor): void
  /**
   * Tells how everything is, then everything that happens, at once and in order. What the listener throws is thrown to
   * the host on its own turn: who looks on cannot break what is looked at.
   *
   * @returns ends it
   */
  listen(listener: InspectionListener, options?: ProjectionOptions): () => void
}

/** While nobody listens, XState is asked for nothing. */
export function createInspection({now}: {readonly now: () => number}): Inspection {
  const roots = new Set<AnyActor>()
  const taps = new Set<{add(root: AnyActor): void}>()

  return {
    watch: (root) => {
      for (const ended of [...roots].filter((one) => one.getSnapshot().status !== 'active')) {
        roots.delete(ended)
      }
      roots.add(root)
      for (const tap of taps) {
        tap.add(root)
      }
    },
    listen: (listener, options = {}) => {
      const tell: Tell = (make) => callHost(() => listener({atMs: now(), ...make()} as InspectionEntry))
      const reader = createReader(tell, options)
      const subscriptions = new Set<{unsubscribe(): void}>()
      const tap = {
        add: (root: AnyActor) => {
          reader.walk(root)
          subscriptions.add(root.system.inspect({next: reader.read}))
        },
      }
      taps.add(tap)
      for (const root of roots) {
        tap.add(root)
      }
      return () => {
        taps.delete(tap)
        for (const subscription of subscriptions) {
          subscription.unsubscribe()
        }
      }
    },
  }
}

type WithoutTime<Entry> = Entry extends InspectionEntry ? Omit<Entry, 'atMs'> : never
type Tell = (make: () => WithoutTime<InspectionEntry>) => void

/** Turns what XState tells into entries, within the same call: later the actors have gone on. */
function createReader(tell: Tell, options: ProjectionOptions) {
  const knownCharts = new Set<string>()

  const introduce = (actor: AnyActor) => {
    const machine = machineOf(actor)
    if (machine !== undefined && !knownCharts.has(machine.id)) {
      knownCharts.add(machine.id)
      tell(() => ({type: 'chart', chart: graphOf(machine)}))
    }
    tell(() => ({type: 'actor', actor: actorOf(actor)}))
  }
  const eventOf = (event: unknown) => project(event, options) as InspectedEvent

  const read = (inspection: InspectionEvent) => {
    const {sessionId} = inspection.actorRef
    switch (inspection.type) {
      case '@xstate.actor':
        introduce(inspection.actorRef as AnyActor)
        break
      case '@xstate.event':
        tell(() => ({
          type: 'event',
          sessionId,
          sourceId: inspection.sourceRef?.sessionId,
          event: eventOf(inspection.event),
        }))
        break
      case '@xstate.microstep':
        tell(() => ({
          type: 'microstep',
          sessionId,
          event: eventOf(inspection.event),
          transitions: inspection._transitions.map(nameOfTransition),
          snapshot: snapshotOf(inspection.snapshot, options),
        }))
        break
      case '@xstate.snapshot':
        tell(() => ({
          type: 'snapshot',
          sessionId,
          event: eventOf(inspection.event),
          snapshot: snapshotOf(inspection.snapshot, options),
        }))
    }
  }

  /** What was there before anybody listened. */
  const walk = (actor: AnyActor) => {
    const snapshot = actor.getSnapshot()
    introduce(actor)
    tell(() => ({
      type: 'snapshot',
      sessionId: actor.sessionId,
      event: {type: 'inspection.began'},
      snapshot: snapshotOf(snapshot, options),
    }))
    const children = (snapshot as {readonly children?: Readonly<Record<string, AnyActorRef>>}).children ?? {}
    for (const child of Object.values(children)) {
      walk(child as AnyActor)
    }
  }
  return {read, walk}
}

function machineOf({logic}: AnyActor): AnyStateMachine | undefined {
  return logic !== undefined && 'root' in logic && 'config' in logic ? (logic as AnyStateMachine) : undefined
}

function actorOf(actor: AnyActor): InspectedActor {
  const parent = actor._parent as AnyActor | undefined
  return {
    sessionId: actor.sessionId,
    systemId: systemIdOf(actor),
    parentId: parent?.sessionId,
    rootId: rootOf(actor).sessionId,
    chart: machineOf(actor)?.id,
  }
}

/** XState tells of an actor before it has noted its system id, and what a chart invokes by itself has none. */
function systemIdOf(actor: AnyActor): string {
  const own = (actor.options as {readonly systemId?: string}).systemId
  if (own !== undefined || actor._parent === undefined) {
    return own ?? actor.id
  }
  const name = typeof actor.src === 'string' ? actor.src : actor.id
  return `${systemIdOf(actor._parent as AnyActor)}.${name}`
}

function rootOf(actor: AnyActor): AnyActor {
  return actor._parent === undefined ? actor : rootOf(actor._parent as AnyActor)
}

function snapshotOf(snapshot: unknown, options: ProjectionOptions): InspectedSnapshot {
  const {status, value, context, output, error, _nodes} = snapshot as Partial<AnyMachineSnapshot>
  return {
    status: status ?? 'active',
    value: value === undefined ? undefined : (value as Json),
    states: _nodes?.map(({id}) => id) ?? [],
    context: context === undefined ? undefined : project(context, options),
    output: output === undefined ? undefined : project({output}, options),
    error: error === undefined ? undefined : project(error, options),
  }
}
