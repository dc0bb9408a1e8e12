import type {AnyStateMachine} from 'xstate'
import type {ChartModel, Perform} from '../../../src/testing/chart-model.ts'

type Performers<System> = Readonly<Record<string, Perform<System, never, never>>>

/** How the steps of a model are made in the demo, and how it is looked at. */
export type ByHand<Machine extends AnyStateMachine, System> = Pick<
  ChartModel<Machine, System>,
  'start' | 'stop' | 'time' | 'settle' | 'states'
> & {
  readonly events: Performers<System>
  readonly done?: Performers<System>
  readonly failed?: Performers<System>
  readonly after?: Performers<System>
}

/** Paths come from it; it starts nothing. */
type Planned<Machine extends AnyStateMachine> = Omit<ChartModel<Machine, never>, 'start'>

/**
 * The same model with other hands: paths, payloads and what each step means stay, while every step is made in the demo.
 * A step that nobody makes there is missing, and the runner refuses a model with such a hole.
 */
export function byHand<Machine extends AnyStateMachine, System>(
  planned: Planned<Machine>,
  hands: ByHand<Machine, System>,
): ChartModel<Machine, System> {
  const {machine, input, place} = planned
  const {start, stop, time, settle, states} = hands
  return {
    machine,
    ...(input !== undefined && {input}),
    ...(place !== undefined && {place}),
    start,
    ...(stop !== undefined && {stop}),
    ...(time !== undefined && {time}),
    ...(settle !== undefined && {settle}),
    states,
    events: replaced(planned.events, hands.events),
    done: replaced(planned.done ?? {}, hands.done ?? {}),
    failed: replaced(planned.failed ?? {}, hands.failed ?? {}),
    after: replaced(planned.after ?? {}, hands.after ?? {}),
  } as ChartModel<Machine, System>
}

/** A deadline whose rest is known needs no hands: the clock moves. */
function replaced(acts: object, hands: object): object {
  const made = Object.entries(acts).flatMap(([name, act]): readonly (readonly [string, unknown])[] => {
    if (typeof act === 'object' && 'remainingMs' in act) {
      return [[name, act]]
    }
    const perform = (hands as Record<string, unknown>)[name]
    return perform === undefined ? [] : [[name, {...(typeof act === 'object' && act), perform}]]
  })
  return Object.fromEntries(made)
}
