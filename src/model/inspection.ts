import type {Json, JsonObject} from './json.ts'

/** One running actor: a chart, or what a chart waits for. */
export type InspectedActor = {
  /** Unique in this page. */
  readonly sessionId: string
  /** Its name: the system id of a chart; for what a chart invoked, that of the chart and what it runs. */
  readonly systemId: string
  /** Session id of the actor that started it. */
  readonly parentId: string | undefined
  /** Session id of the actor that everything of this system began with. */
  readonly rootId: string
  /** Id of its chart; undefined for what is none. */
  readonly chart: string | undefined
}

/** One state of a chart. */
export type ChartState = {
  readonly id: string
  readonly key: string
  readonly parentId: string | undefined
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  /** Where a compound state begins. */
  readonly initialIds: readonly string[]
  /** What runs while it lasts. */
  readonly invokes: readonly string[]
  readonly description: string | undefined
}

/** One transition of a chart. */
export type ChartTransition = {
  /** The same in every copy of the chart. */
  readonly name: string
  readonly sourceId: string
  /** Empty when nothing is left. */
  readonly targetIds: readonly string[]
  readonly event: string
  readonly guard: string | undefined
}

/** A chart as plain data: enough to draw it without its code. */
export type ChartGraph = {
  readonly id: string
  readonly states: readonly ChartState[]
  readonly transitions: readonly ChartTransition[]
  /** The configuration as JSON, functions by name. */
  readonly definition: string
}

/** An event as it is shown: ids, sizes and revisions, unless content was asked for. */
export type InspectedEvent = JsonObject & {readonly type: string}

/** How an actor stands, as it is shown. */
export type InspectedSnapshot = {
  readonly status: string
  /** Of a chart: the state it is in. */
  readonly value: Json | undefined
  /** Ids of all states it is in. */
  readonly states: readonly string[]
  readonly context: Json | undefined
  readonly output: Json | undefined
  readonly error: Json | undefined
}

/**
 * One thing that happened, as plain JSON, in the order it happened.
 *
 * - `chart`: an actor of this chart is met for the first time
 * - `actor`: an actor was made, or was there already when somebody began to listen
 * - `event`: an event reached an actor
 * - `microstep`: a chart took transitions; several may follow from one event
 * - `snapshot`: where the event brought it
 * - `fact`: an event of Keepspace itself, with reasons
 */
export type InspectionEntry = {readonly atMs: number} & (
  | {readonly type: 'chart'; readonly chart: ChartGraph}
  | {readonly type: 'actor'; readonly actor: InspectedActor}
  | {
      readonly type: 'event'
      readonly sessionId: string
      readonly sourceId: string | undefined
      readonly event: InspectedEvent
    }
  | {
      readonly type: 'microstep'
      readonly sessionId: string
      readonly event: InspectedEvent
      readonly transitions: readonly string[]
      readonly snapshot: InspectedSnapshot
    }
  | {
      readonly type: 'snapshot'
      readonly sessionId: string
      readonly event: InspectedEvent
      readonly snapshot: InspectedSnapshot
    }
  | {readonly type: 'fact'; readonly fact: InspectedEvent}
)

/** What one actor of a chart was told, and where that brought it. Plain JSON, fit for a file. */
export type ChartRecording = {
  readonly chart: string
  readonly actor: string
  readonly input: unknown
  /** The state that it began in. */
  readonly initial: string
  readonly steps: readonly {readonly event: Readonly<Record<string, unknown>>; readonly state: string}[]
}
