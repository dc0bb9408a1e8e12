import type {AcceptMode} from './checker-events.ts'
import {componentOf} from './checker-events.ts'

export type Registers = ReadonlyMap<string, string | undefined>

/** An edit that a tab took. */
export type Accept = {
  readonly tab: string
  readonly register: string
  readonly value: string | undefined
  readonly sequence: number
  /** How many commits of the workspace there were when it was made, and how many the tab had to know of. */
  readonly index: number
  readonly knownIndex: number
  readonly mode: AcceptMode
  readonly isStorable: boolean
  hasLanded: boolean
  isDropped: boolean
}

type Commit = {
  readonly transaction: number
  /** When it landed. */
  readonly sequence: number
  readonly tab: string
  readonly state: Registers
  readonly revision: number
  readonly fence: number
  readonly kept: readonly string[]
  /** Storage lost everything here. */
  readonly isLoss: boolean
}

/** Everything that ever was durable of one workspace, in order, and everything that was asked for. */
export type Ledger = {
  readonly commits: Commit[]
  /** Commits up to this one are on the platter. */
  syncedIndex: number
  /** Commits up to this one were called flushed. */
  flushedIndex: number
  readonly keptApart: {readonly transaction: number; readonly value: string}[]
  readonly damaged: Set<string>
  /** Values that this version of the app may read, not replace, by register. */
  readonly sealed: Map<string, string | undefined>
  readonly accepts: Accept[]
  /** The commit at which it was lost although a second place knows of it, until somebody who held it writes it again. */
  lostAt: number | undefined
  readonly tabs: Map<string, TabView>
}

type Read = {readonly sequence: number; readonly index: number; readonly isWhole: boolean}

type TabView = {
  readonly reads: Read[]
  /** Answers that are still on their way. */
  readonly reading: Map<number, Omit<Read, 'sequence'>>
  /** What the tab shows is at least as new as this commit. */
  oldestIndex: number
  /** When it came into memory last, as a number of the event: what was asked for before is applied since. */
  loadedAt: number | undefined
  /** The commit of which it has a copy in memory, or may have one. */
  holdsIndex: number | undefined
  inFlight: number
  /** A person went to another entry. */
  isLeft: boolean
}

/** Begins with what is stored at first. */
export function createLedger(state: Registers, revision: number): Ledger {
  return {
    commits: [{transaction: 0, sequence: 0, tab: '', state, revision, fence: 0, kept: [], isLoss: false}],
    syncedIndex: 0,
    flushedIndex: 0,
    keptApart: [],
    damaged: new Set(),
    sealed: new Map(),
    accepts: [],
    lostAt: undefined,
    tabs: new Map(),
  }
}

export function tabOf(ledger: Ledger, tab: string): TabView {
  const view = ledger.tabs.get(tab) ?? {
    reads: [],
    reading: new Map(),
    oldestIndex: 0,
    loadedAt: undefined,
    holdsIndex: undefined,
    inFlight: 0,
    isLeft: false,
  }
  ledger.tabs.set(tab, view)
  return view
}

export const lastIndex = ({commits}: Ledger): number => commits.length - 1

export const stateAt = ({commits}: Ledger, index: number): Registers => commits[index]?.state ?? new Map()

/** The commit that gave `register` the value it has now; 0 for the beginning. */
export function lastChange(ledger: Ledger, register: string): number {
  const value = stateAt(ledger, lastIndex(ledger)).get(register)
  for (let index = lastIndex(ledger); index > 0; index--) {
    if (stateAt(ledger, index - 1).get(register) !== value) {
      return index
    }
  }
  return 0
}

/** The newest edit of each register that a tab took, before `sequence`. */
export function newestAccepts(ledger: Ledger, tab: string, before = Number.POSITIVE_INFINITY): readonly Accept[] {
  const newest = new Map<string, Accept>()
  for (const accept of ledger.accepts) {
    const isPromised = !accept.isDropped && accept.mode !== 'ifAbsent' && accept.mode !== 'unpromised'
    if (accept.tab === tab && accept.sequence < before && isPromised) {
      newest.set(accept.register, accept)
    }
  }
  return [...newest.values()]
}

/** Whether a value was durable at some time from `fromIndex` on, up to `toIndex`. */
export function wasStored(
  ledger: Ledger,
  register: string,
  values: ReadonlySet<string | undefined>,
  fromIndex: number,
  toIndex = lastIndex(ledger),
): boolean {
  for (let index = fromIndex; index <= toIndex; index++) {
    if (values.has(stateAt(ledger, index).get(register))) {
      return true
    }
  }
  return false
}

/**
 * Whether an edit only took back what its tab had changed, and another tab made something else of it meanwhile; or
 * nobody made it, since it only says that a moment has passed, and another tab set a new one.
 */
export function isOvertaken(ledger: Ledger, {tab, register, value, knownIndex}: Accept): boolean {
  const isReverted = stateAt(ledger, knownIndex).get(register) === value
  const stored = stateAt(ledger, lastIndex(ledger)).get(register)
  const isReset = isRing(value) && momentOf(stored) !== undefined && momentOf(stored) !== momentOf(value)
  return (isReverted || isReset) && ledger.commits[lastChange(ledger, register)]?.tab !== tab
}

const isRing = (value: string | undefined): boolean => value?.match(/^alarm\|\d+\|rang$/) != null

/** The moment that a value names, of something that rings. */
const momentOf = (value: string | undefined): string | undefined => value?.match(/^alarm\|(\d+)\|/)?.[1]

/** Whether a value lost against another one, and was put aside for that. */
export function isKept(ledger: Ledger, register: string, value: string | undefined): boolean {
  const name = keptName(register, value)
  return ledger.commits.some(({kept}) => kept.includes(name)) || ledger.keptApart.some((kept) => kept.value === name)
}

export const keptName = (register: string, value: string | undefined): string => `${register}=${value}`

/** Whether a tab deleted the component of a register, or storage says so: what it held is not shown any more. */
export function isDeleted(ledger: Ledger, accepts: readonly Accept[], register: string): boolean {
  const component = componentOf(register)
  if (component === undefined || register === `${component}.deleted`) {
    return false
  }
  const deletion = accepts.find((accept) => accept.register === `${component}.deleted`)
  return deletion?.value === 'deleted' || stateAt(ledger, lastIndex(ledger)).get(`${component}.deleted`) === 'deleted'
}

/** Components that exist in a state. */
export function componentsIn(state: Registers): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [register, value] of state) {
    const component = componentOf(register)
    if (component !== undefined && value !== undefined && state.get(`${component}.deleted`) === undefined) {
      found.add(component)
    }
  }
  return found
}
