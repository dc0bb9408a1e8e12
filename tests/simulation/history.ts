import fc from 'fast-check'
import {TAPE_VALUES} from './choice-tape.ts'

/** Ways in which storage misbehaves. Each history switches some of them on. */
export const storageFaults = [
  'slow',
  'lateAnswer',
  'hangs',
  'hangsAndLands',
  'refuses',
  'loses',
  'losesAnswer',
  'readFails',
  'readHangs',
] as const
export type StorageFault = (typeof storageFaults)[number]

/** Steps of a history that are faults themselves; left out unless the history has them on. */
export const disasters = [
  'kill',
  'browserKill',
  'osCrash',
  'fillDisk',
  'damage',
  'newerApp',
  'openFails',
  'freeze',
  'steal',
  'clockJump',
  'wipe',
  'pressure',
] as const
export type Disaster = (typeof disasters)[number]

/** What keeps the records: only LevelDB empties everything after a write that was cut off. */
export const engines = ['sqlite', 'leveldb'] as const
export type Engine = (typeof engines)[number]

/** One step. The meaning of `a`, `b` and `c` depends on `kind`; all are small and shrink to 0. */
export type Step = {
  readonly kind: StepKind
  readonly tab: number
  readonly a: number
  readonly b: number
  readonly c: number
}

/** Every kind of step with how often it is drawn. */
export const stepWeights = {
  edit: 26,
  revert: 4,
  wait: 22,
  open: 5,
  activate: 7,
  hide: 3,
  switchTo: 4,
  add: 3,
  addIfAbsent: 2,
  remove: 3,
  undelete: 2,
  move: 4,
  persist: 6,
  unload: 4,
  flush: 1,
  startTimer: 4,
  stopTimer: 1,
  rename: 3,
  trash: 1,
  restore: 1,
  setCap: 2,
  resolve: 5,
  retryStorage: 1,
  retryLoad: 1,
  hold: 1,
  hidePage: 2,
  focus: 1,
  shutdown: 2,
  endShutdown: 1,
  switchFlags: 1,
  openTab: 3,
  leaveTab: 2,
  disposeTab: 2,
  setAlarm: 6,
  dismiss: 2,
  startWork: 2,
  stopWork: 1,
  switchEntry: 5,
  pin: 3,
  kill: 3,
  browserKill: 1,
  osCrash: 2,
  fillDisk: 2,
  damage: 1,
  newerApp: 1,
  freeze: 2,
  steal: 2,
  clockJump: 1,
  wipe: 2,
  pressure: 3,
  freeMemory: 1,
} as const
export type StepKind = keyof typeof stepWeights

/** Everything that happens once, as data: runs the same way every time. */
export type History = {
  /** A development build refuses values at once, a production build sets them aside. */
  readonly isDevelopment: boolean
  readonly engine: Engine
  /** Without Web Locks storage alone decides who was first. */
  readonly hasLocks: boolean
  /** How many workspaces a tab keeps in memory at first. */
  readonly cap: number
  readonly faults: readonly (StorageFault | Disaster)[]
  readonly steps: readonly Step[]
  readonly tape: readonly number[]
}

const kinds = (Object.entries(stepWeights) as [StepKind, number][]).map(([kind, weight]) => ({
  weight,
  arbitrary: fc.constant(kind),
}))

const small = fc.integer({min: 0, max: 7})

/** Draws histories; shrinks to fewer steps, fewer faults and kinder choices. */
export const histories: fc.Arbitrary<History> = fc.noBias(
  fc.record({
    isDevelopment: fc.boolean(),
    engine: fc.constantFrom(...engines),
    hasLocks: fc.boolean(),
    cap: fc.integer({min: 1, max: 3}),
    faults: fc.subarray([...storageFaults, ...disasters]),
    steps: fc.array(
      fc.record({kind: fc.oneof(...kinds), tab: fc.integer({min: 0, max: 3}), a: small, b: small, c: small}),
      {
        maxLength: 24,
        size: 'max',
      },
    ),
    tape: fc.array(fc.integer({min: 0, max: TAPE_VALUES - 1}), {maxLength: 120, size: 'max'}),
  }),
)

/** The histories that a campaign with this seed begins with. */
export function drawHistories(options: {readonly seed: number; readonly histories: number}): readonly History[] {
  return fc.sample(histories, {seed: options.seed, numRuns: options.histories})
}
