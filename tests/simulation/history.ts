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
  'outage',
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
  switchFlags: 2,
  openTab: 3,
  leaveTab: 3,
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
  newerApp: 2,
  freeze: 2,
  steal: 2,
  clockJump: 3,
  wipe: 2,
  pressure: 3,
  outage: 2,
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
  /** How many tabs are open at first. @defaultValue 1 */
  readonly tabs?: number
  /** In how many of 100 calls storage misbehaves. @defaultValue 25 */
  readonly faultPercent?: number
  readonly faults: readonly (StorageFault | Disaster)[]
  readonly steps: readonly Step[]
  readonly tape: readonly number[]
}

const kinds = (Object.entries(stepWeights) as [StepKind, number][]).map(([kind, weight]) => ({
  weight,
  arbitrary: fc.constant(kind),
}))

const small = fc.integer({min: 0, max: 7})
/** A page takes about 20 choices to open: a short tape would leave no fault for what happens in it. */
const LONGEST_TAPE = 480
/** A history repeats up to so many kinds of steps, in up to half of its steps. */
const MOST_FAVOURITES = 4
/** Everything of a history that keeps to one place happens there, but for this part of it. */
const ELSEWHERE = 2

type Drawn = Omit<History, 'steps'> & {
  readonly steps: readonly (Step & {readonly slot: number})[]
  readonly favourites: readonly StepKind[]
  /** The `a` of most steps: those who work on the same thing disturb each other. */
  readonly place: number | undefined
}

/**
 * Draws histories; shrinks to fewer steps, fewer faults and kinder choices. Each has a character of its own: which
 * faults there are and how often, what it does again and again, and whether everything happens in one place. What
 * happens only when many rare things meet would hardly ever happen if all were alike.
 */
export const histories: fc.Arbitrary<History> = fc
  .noBias(
    fc.record<Drawn>({
      isDevelopment: fc.boolean(),
      engine: fc.constantFrom(...engines),
      hasLocks: fc.boolean(),
      cap: fc.integer({min: 1, max: 3}),
      tabs: fc.integer({min: 1, max: 3}),
      faultPercent: fc.constantFrom(25, 8, 60),
      faults: fc.subarray([...storageFaults, ...disasters]),
      favourites: fc.subarray(Object.keys(stepWeights) as StepKind[], {maxLength: MOST_FAVOURITES}),
      place: fc.option(small, {nil: undefined}),
      steps: fc.array(
        fc.record({
          kind: fc.oneof(...kinds),
          slot: small,
          tab: fc.integer({min: 0, max: 3}),
          a: small,
          b: small,
          c: small,
        }),
        {
          maxLength: 24,
          size: 'max',
        },
      ),
      tape: fc.array(fc.integer({min: 0, max: TAPE_VALUES - 1}), {maxLength: LONGEST_TAPE, size: 'max'}),
    }),
  )
  .map(historyOf)

function historyOf({steps, favourites, place, ...rest}: Drawn): History {
  const faults: ReadonlySet<string> = new Set(rest.faults)
  const possible = favourites.filter((kind) => !disasters.some((disaster) => disaster === kind) || faults.has(kind))
  return {
    ...rest,
    steps: steps.map(({slot, kind, tab, a, b, c}) => {
      const isElsewhere = place === undefined || (a + b + slot) % 8 < ELSEWHERE
      return {kind: possible[slot] ?? kind, tab, a: isElsewhere ? a : place, b, c}
    }),
  }
}

/** The histories that a campaign with this seed begins with. */
export function drawHistories(options: {readonly seed: number; readonly histories: number}): readonly History[] {
  return fc.sample(histories, {seed: options.seed, numRuns: options.histories})
}
