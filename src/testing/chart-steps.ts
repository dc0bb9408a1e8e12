import type {AnyMachineSnapshot, AnyStateMachine, AnyStateNode, EventObject} from 'xstate'
import type {Act, ChartModel, Deadline} from './chart-model.ts'

/** A model whose chart and system may be anything. */
export type AnyModel = Omit<ChartModel<AnyStateMachine, never>, 'events' | 'place' | 'start' | 'input'> & {
  readonly events: Readonly<Record<string, AnyAct>>
  readonly place?: (snapshot: never) => unknown
  readonly input?: unknown
}

type AnyAct = Act<never, never, never>
type AnyDeadline = Deadline<never, never>

/** Something that can happen next, as the chart is told and as the real system does it. */
export type PossibleStep = {
  readonly event: EventObject & {readonly actorId?: string}
  /** Short enough to read in the name of a path, the same for the same act and payload. */
  readonly label: string
  /** The same for the same case of the same act, whatever its payload is at that time. */
  readonly key: string
  readonly act: AnyAct | undefined
  readonly payload: unknown
  readonly isImmediate: boolean
  /** How long a named delay lasts, milliseconds. */
  readonly delayMs: number | undefined
}

/** Everything that can happen in `snapshot` according to chart and model. */
export function possibleSteps(model: AnyModel, snapshot: AnyMachineSnapshot): readonly PossibleStep[] {
  if (snapshot.status !== 'active') {
    return []
  }
  const steps = [
    ...outcomesIn(model, snapshot),
    ...ownEventsIn(model, snapshot),
    ...deadlinesIn(model, snapshot),
  ].filter(({event}) => snapshot.machine.getTransitionData(snapshot as never, event).length > 0)
  const immediate = steps.filter(({isImmediate}) => isImmediate)
  return immediate.length > 0 ? immediate : steps
}

function ownEventsIn(model: AnyModel, snapshot: AnyMachineSnapshot): readonly PossibleStep[] {
  return Object.entries(model.events).flatMap(([type, act]) =>
    payloadsOf(act, snapshot).map((payload, index) => ({
      ...toStep(act, type, payload, {...asObject(payload), type}, snapshot),
      key: `${type} ${index}`,
    })),
  )
}

/** Ends of the actors that run in `snapshot`. */
function outcomesIn(model: AnyModel, snapshot: AnyMachineSnapshot): readonly PossibleStep[] {
  const steps: PossibleStep[] = []
  for (const node of snapshot._nodes as readonly AnyStateNode[]) {
    for (const {id, src} of node.invoke) {
      const name = typeof src === 'string' ? src : id
      for (const [outcome, acts, key] of [
        ['done', model.done, 'output'],
        ['failed', model.failed, 'error'],
      ] as const) {
        const type = `xstate.${outcome === 'done' ? 'done' : 'error'}.actor.${id}`
        if (!node.transitions.has(type)) {
          continue
        }
        const label = `${outcome} ${name}`
        const act = acts?.[name] as AnyAct | undefined
        const payloads = act === undefined ? [undefined] : payloadsOf(act, snapshot)
        steps.push(
          ...payloads.map((payload, index) => ({
            ...toStep(act, label, payload, {type, actorId: id, [key]: payload}, snapshot),
            key: `${label} ${index}`,
          })),
        )
      }
    }
  }
  return steps
}

/** Named delays that run in `snapshot`. */
function deadlinesIn(model: AnyModel, snapshot: AnyMachineSnapshot): readonly PossibleStep[] {
  const types = new Set<string>()
  return (snapshot._nodes as readonly AnyStateNode[])
    .flatMap(({after}) => after)
    .filter(({eventType}) => !types.has(eventType) && types.add(eventType))
    .flatMap(({eventType, delay}) => {
      const name = String(delay)
      const deadline = model.after?.[name] as AnyDeadline | undefined
      if (deadline !== undefined && payloadsOf(deadline, snapshot).length === 0) {
        return []
      }
      const hasRest = typeof deadline === 'object' && 'remainingMs' in deadline
      const step = toStep(
        hasRest ? undefined : (deadline as AnyAct | undefined),
        `after ${name}`,
        undefined,
        {type: eventType},
        snapshot,
      )
      const delayMs = hasRest ? deadline.remainingMs(snapshot as never) : delayMsOf(delay, snapshot)
      return [{...step, delayMs}]
    })
}

function delayMsOf(delay: unknown, snapshot: AnyMachineSnapshot): number {
  const resolved = typeof delay === 'string' ? snapshot.machine.implementations.delays[delay] : delay
  const ms =
    typeof resolved === 'function'
      ? resolved({context: snapshot.context, event: {type: 'xstate.init'}} as never, undefined as never)
      : resolved
  if (typeof ms !== 'number') {
    throw new Error(`The delay ${String(delay)} has no length`)
  }
  return ms
}

function payloadsOf(act: AnyAct | AnyDeadline, snapshot: AnyMachineSnapshot): readonly unknown[] {
  return typeof act === 'function' || act.cases === undefined ? [undefined] : act.cases(snapshot as never)
}

function toStep(
  act: AnyAct | undefined,
  name: string,
  payload: unknown,
  event: PossibleStep['event'],
  snapshot: AnyMachineSnapshot,
): PossibleStep {
  const text = JSON.stringify(payload)
  const isImmediate = typeof act === 'object' ? act.isImmediate : undefined
  return {
    event,
    label: text === undefined || text === '{}' ? name : `${name} ${text}`,
    key: name,
    act,
    payload,
    isImmediate: typeof isImmediate === 'function' ? isImmediate(snapshot as never) : isImmediate === true,
    delayMs: undefined,
  }
}

function asObject(payload: unknown): object {
  return typeof payload === 'object' && payload !== null ? payload : {}
}
