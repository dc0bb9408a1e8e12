import {
  type AnyActorRef,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  fromPromise,
  type InspectionEvent,
} from 'xstate'
import {KeepspaceError, type KeepspaceErrorCode} from '../model/errors.ts'
import type {ChartRecording} from '../model/inspection.ts'

/** Listens to a real run. */
export type ChartRecorder = {
  /** Give this to what runs the charts. */
  readonly inspect: (event: InspectionEvent) => void
  /** One recording for each actor of the chart, in the order they were started. */
  recordings(): readonly ChartRecording[]
}

type Running = {
  readonly actor: string
  initial: string | undefined
  readonly steps: {event: Readonly<Record<string, unknown>>; state: string}[]
}

/**
 * Records what the actors of one chart go through in a real run, to be replayed as a regression test by
 * {@link replayRecording}.
 *
 * @param options.input - what each actor of the chart is started with; it is not among the inspection events
 */
export function recordChart(machine: AnyStateMachine, {input}: {readonly input?: unknown} = {}): ChartRecorder {
  const running = new Map<string, Running>()
  return {
    inspect: (inspection) => {
      if (inspection.type !== '@xstate.snapshot') {
        return
      }
      const snapshot = inspection.snapshot as Partial<AnyMachineSnapshot>
      if (snapshot.machine?.id !== machine.id) {
        return
      }
      const {sessionId, id} = inspection.actorRef as AnyActorRef
      const known: Running = running.get(sessionId) ?? {actor: id, initial: undefined, steps: []}
      running.set(sessionId, known)
      const state = JSON.stringify(snapshot.value)
      if (known.initial === undefined) {
        known.initial = state
      } else {
        known.steps.push({event: toJson(inspection.event), state})
      }
    },
    recordings: () =>
      [...running.values()].map(({actor, initial = '', steps}) => ({
        chart: machine.id,
        actor,
        input,
        initial,
        steps: [...steps],
      })),
  }
}

/**
 * Tells a chart what an actor was told in a recording.
 *
 * @throws Error with the step at which the chart no longer goes where it went
 */
export function replayRecording(machine: AnyStateMachine, {chart, input, initial, steps}: ChartRecording): void {
  if (machine.id !== chart) {
    throw new Error(`The recording is one of the chart ${chart}, not of ${machine.id}`)
  }
  const endless = fromPromise(() => new Promise<never>(() => undefined))
  const actors = Object.fromEntries(Object.keys(machine.implementations.actors).map((name) => [name, endless]))
  const clock = {setTimeout: () => 0, clearTimeout: () => undefined}
  const actor = createActor(machine.provide({actors} as never), {input, clock}).start()
  const assertAt = (expected: string, step: string) => {
    const state = JSON.stringify(actor.getSnapshot().value)
    if (state !== expected) {
      throw new Error(`${step}: the chart ${chart} is in ${state}, and was in ${expected}`)
    }
  }
  try {
    assertAt(initial, 'at first')
    steps.forEach(({event, state}, index) => {
      actor.send(fromJson(event) as never)
      assertAt(state, `after step ${index + 1} (${String(event.type)})`)
    })
  } finally {
    actor.stop()
  }
}

/** Errors lose everything in JSON but their code. */
function toJson(event: object): Readonly<Record<string, unknown>> {
  return JSON.parse(
    JSON.stringify(event, (_, value: unknown) =>
      value instanceof Error ? {errorCode: KeepspaceError.from(value).code} : value,
    ),
  )
}

function fromJson(event: Readonly<Record<string, unknown>>): object {
  const {error} = event as {readonly error?: {readonly errorCode?: KeepspaceErrorCode}}
  return error?.errorCode === undefined ? event : {...event, error: new KeepspaceError(error.errorCode)}
}
