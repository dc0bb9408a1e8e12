import type {AnyStateMachine, EventFromLogic, InputFrom, InspectionEvent, SnapshotFrom} from 'xstate'

/** Does something to the real system. `before` and `after` are what the chart says about the step. */
export type Perform<System, Payload, Snapshot> = (
  system: System,
  payload: Payload,
  step: {readonly before: Snapshot; readonly after: Snapshot},
) => void | Promise<void>

/** One way to move on: what the chart is told, and what that means for the real system. A function alone has no payload. */
export type Act<System, Payload, Snapshot> =
  | Perform<System, Payload, Snapshot>
  | {
      /**
       * The payloads worth telling apart in this place; none when it cannot happen there.
       *
       * @defaultValue one, without anything in it
       */
      readonly cases?: (snapshot: Snapshot) => readonly Payload[]
      /**
       * It happens at once, as the answer of a service that does not wait, so that nothing else can happen before it. It
       * is performed before the step that leads to it, to arrange for it, and nothing is checked in between.
       */
      readonly isImmediate?: boolean | ((snapshot: Snapshot) => boolean)
      readonly perform: Perform<System, Payload, Snapshot>
    }

/** Looks at the real system as a person would, and throws when it is not what the chart says. */
export type Check<System, Snapshot> = (system: System, snapshot: Snapshot) => void | Promise<void>

/**
 * What happens until a named delay is over. With `remainingMs` the clock moves as by default, but by what is left of the
 * delay, where something else has let time pass since it began.
 */
export type Deadline<System, Snapshot> =
  | Act<System, undefined, Snapshot>
  | {
      readonly cases?: (snapshot: Snapshot) => readonly undefined[]
      readonly remainingMs: (snapshot: Snapshot) => number
    }

type PayloadOf<Event> = Omit<Event, 'type'>

/**
 * A chart beside the real system that it describes. Paths come from the chart; every step of them is performed on the
 * real system, and what that shows is compared with what the chart says.
 */
export type ChartModel<Machine extends AnyStateMachine, System> = {
  readonly machine: Machine
  readonly input?: InputFrom<Machine>
  /**
   * What tells two situations with the same states apart, as JSON. Everything that a guard or a delay looks at belongs
   * here, numbers that only grow do not: they would make the number of paths infinite.
   *
   * @defaultValue the whole context
   */
  readonly place?: (snapshot: SnapshotFrom<Machine>) => unknown
  /**
   * Starts the real system anew, for one path. A system that runs this chart hands `inspect` on to it, so that the
   * report can say which places it really went through.
   */
  readonly start: (context: {readonly inspect: (event: InspectionEvent) => void}) => System | Promise<System>
  readonly stop?: (system: System) => void | Promise<void>
  /** The clock of the real system. Named delays of the chart move it. */
  readonly time?: (system: System) => {advanceAsync(ms: number): Promise<void>}
  /** Waits until the real system has come to rest. @defaultValue one turn of the event loop */
  readonly settle?: (system: System) => Promise<void>
  /** One act for each event that the chart takes from outside. */
  readonly events: {
    readonly [Event in EventFromLogic<Machine> as Event['type']]: Act<System, PayloadOf<Event>, SnapshotFrom<Machine>>
  }
  /** By the name of an invoked actor: the fake behind it succeeds with the output given. */
  readonly done?: Readonly<Record<string, Act<System, unknown, SnapshotFrom<Machine>>>>
  /** By the name of an invoked actor: the fake behind it fails with the error given. */
  readonly failed?: Readonly<Record<string, Act<System, unknown, SnapshotFrom<Machine>>>>
  /** By the name of a delay: what happens until it is over. @defaultValue the clock moves, and it is not over early */
  readonly after?: Readonly<Record<string, Deadline<System, SnapshotFrom<Machine>>>>
  /** By state, as a path with dots. A state is also checked by what is said about the states around it. */
  readonly states: Readonly<Record<string, Check<System, SnapshotFrom<Machine>>>>
}
