import type {WorkspaceId} from '../../src/model/ids.ts'
import type {Selector} from '../../src/model/storage-port.ts'
import type {Witness} from '../../src/model/witness.ts'
import {createFakeWitness, type FakeWitness} from '../../src/testing/fake-witness.ts'
import {type Beginning, type Checker, createChecker} from './checker.ts'
import type {CheckedEvent} from './checker-events.ts'
import {type ChoiceTape, createChoiceTape, TAPE_VALUES} from './choice-tape.ts'
import type {Disaster, History, StorageFault} from './history.ts'
import {landedEvents} from './landed-events.ts'
import {createSimBus} from './sim-bus.ts'
import {createClient, type SimClient, timeOf} from './sim-client.ts'
import {createSimClock, type SimClock} from './sim-clock.ts'
import {createSimDatabase, type EncodedGroup, type SimDatabase} from './sim-database.ts'
import {createSimDisk, type SimDisk} from './sim-disk.ts'
import {createSimLocks, type SimLocks} from './sim-locks.ts'
import {openSimTab, type SimTab} from './sim-tab.ts'
import {believedAt, headFacts, parseStoredKey, registersOf} from './stored-format.ts'

/** Workspaces that exist at the beginning, and one that does not. */
export const storedWorkspaces = ['w0', 'w1', 'w2', 'w3'] as const
export const newWorkspace = 'w4'
export const allWorkspaces: readonly string[] = [...storedWorkspaces, newWorkspace]
/** No more pages than this are open at once. */
export const MOST_TABS = 4
/** What rings, and where it is stored. */
export const alarmPlaces = ['w0/a0', 'w1/a0', 'w1/a1', 'w3/a0'] as const
export const alarmsOf = (workspace: string): readonly string[] =>
  alarmPlaces.flatMap((place) => (place.startsWith(`${workspace}/`) ? place.slice(workspace.length + 1) : []))
/** What the clock on the wall shows at the beginning. */
export const HISTORY_STARTS_AT_MS = 1_700_000_000_000
const USUAL_FAULT_PERCENT = 25
/** UTF-8 bytes that one record may have. */
export const MAX_RECORD_BYTES = 120

/** One browser with its tabs, its disk, and the one who judges. */
export type World = {
  readonly history: History
  readonly faults: ReadonlySet<StorageFault | Disaster>
  readonly clock: SimClock
  readonly tape: ChoiceTape
  readonly disk: SimDisk
  readonly database: SimDatabase
  readonly locks: SimLocks
  readonly witness: FakeWitness
  readonly checker: Checker
  /** Pages that are used. */
  tabs: SimTab[]
  /** Pages that are being closed, or gone. */
  readonly leaving: Set<SimTab>
  /** Promises that are not settled yet, by what they are for. */
  readonly pending: Map<Promise<unknown>, {readonly tab: SimTab; readonly what: string}>
  readonly releaseHolds: (() => void)[]
  /** A new number for every value, so that each is known again. */
  nextValue(): number
  /** A moment on the clock on the wall that nobody else asked for. */
  momentAfter(ms: number): number
  /** The last of them. */
  readonly lastMoment: number
  /** Somebody sets the clock on the wall. */
  setClock(byMs: number): void
  note(event: CheckedEvent): void
  fail(violation: string): void
  reached(what: string): void
  openTab(): SimTab
  kill(tab: SimTab): void
  /** Whether storage lost everything once. */
  wasEmptied: boolean
  /** Storage loses everything, with the second place or without it. */
  wipe(options: {readonly keepsWitness: boolean}): void
  /** From now on so much of the memory of the device is taken, and every page measures it. */
  press(share: number): void
  /** Lets time pass; what every tab shows is judged whenever it changed. */
  advance(ms: number): Promise<void>
  readonly violations: readonly string[]
  readonly events: readonly CheckedEvent[]
  readonly counts: ReadonlySet<string>
}

/** Makes a browser whose disk holds `stored`. */
export function createWorld(history: History, stored: ReadonlyMap<string, string>, isWatched: boolean): World {
  const clock = createSimClock(HISTORY_STARTS_AT_MS)
  const tape = createChoiceTape(history.tape)
  const faults = new Set(history.faults)
  const moments = new Set<number>()
  const disk = createSimDisk(stored)
  const checker = createChecker(beginningOf(stored), MAX_RECORD_BYTES)
  const events: CheckedEvent[] = []
  const counts = new Set<string>()
  const failures: string[] = []
  let lives = 0
  let memoryShare = 0
  let values = 0

  const note = (event: CheckedEvent) => {
    events.push(event)
    checker.note(event)
  }
  const locks = createSimLocks()
  const witness = createFakeWitness()
  for (const id of storedWorkspaces) {
    witness.note(id as WorkspaceId, 1)
  }
  const reached = (what: string) => void counts.add(what)
  const emptied = () => note({type: 'emptied', remembered: [...witness.revisions.keys()]})
  const database = createSimDatabase({
    disk,
    clock,
    tape,
    engine: history.engine,
    faults,
    faultPercent: history.faultPercent ?? USUAL_FAULT_PERCENT,
    listener: createListener({note, reached, emptied, elapsed: clock.elapsed}),
  })
  const bus = createSimBus(clock, tape)

  const world: World = {
    history,
    faults,
    clock,
    tape,
    disk,
    database,
    locks,
    witness,
    checker,
    tabs: [],
    leaving: new Set(),
    pending: new Map(),
    releaseHolds: [],
    wasEmptied: false,
    nextValue: () => {
      values += 1
      return values
    },
    momentAfter: (ms) => {
      let moment = clock.now() + ms
      while (moments.has(moment)) {
        moment += 1
      }
      moments.add(moment)
      return moment
    },
    get lastMoment() {
      return Math.max(HISTORY_STARTS_AT_MS, ...moments)
    },
    setClock: (byMs) => {
      const fromMs = clock.now()
      clock.jump(byMs)
      note({type: 'clockSet', fromMs, toMs: clock.now()})
    },
    note,
    fail: (violation) => void failures.push(violation),
    reached,
    openTab: () => {
      lives += 1
      const client = createClient(`tab${lives}`)
      const time = timeOf(clock, client)
      const tab = openSimTab({
        client,
        clock,
        time,
        storage: database.target(client, time),
        bus: bus(client),
        locks: history.hasLocks ? locks.of(client) : undefined,
        witness: seenBy(client, witness),
        workspaces: allWorkspaces,
        isDevelopment: history.isDevelopment,
        cap: history.cap,
        maxRecordBytes: MAX_RECORD_BYTES,
        isWatched,
        ...(faults.has('pressure') && {memoryShare: () => memoryShare}),
        random: () => tape.pick(TAPE_VALUES) / TAPE_VALUES,
        note,
        fail: world.fail,
        reached,
      })
      world.tabs.push(tab)
      return tab
    },
    kill: (tab) => {
      tab.client.kill()
      database.kill(tab.client)
      locks.end(tab.client)
      world.tabs = world.tabs.filter((other) => other !== tab)
      world.leaving.delete(tab)
      for (const [promise, {tab: owner}] of world.pending) {
        if (owner === tab) {
          world.pending.delete(promise)
        }
      }
    },
    wipe: ({keepsWitness}) => {
      if (!keepsWitness) {
        witness.empty()
      }
      disk.empty()
      world.wasEmptied = true
      emptied()
      database.closeConnections()
    },
    press: (share) => {
      memoryShare = share
      note({type: 'pressed', share, atMs: clock.elapsed()})
      const isOpen = ({keepspace}: SimTab) => keepspace.getShutdown().phase === 'open'
      for (const tab of faults.has('pressure') ? world.tabs.filter(isOpen) : []) {
        tab.keepspace.measureMemory()
      }
    },
    advance: (ms) =>
      clock.advance(ms, () => {
        for (const tab of world.tabs) {
          tab.observe()
        }
      }),
    get violations() {
      return [...checker.violations, ...failures]
    },
    events,
    counts,
  }
  return world
}

function createListener({
  note,
  reached,
  emptied,
  elapsed,
}: {
  readonly note: (event: CheckedEvent) => void
  readonly reached: (what: string) => void
  readonly emptied: () => void
  readonly elapsed: () => number
}) {
  let readings = 0
  // A load that replays last words writes beside the writer; compare-and-set is what keeps the two apart.
  const workspacesOf = (groups: readonly Pick<EncodedGroup, 'expect' | 'deletes'>[]) =>
    groups.flatMap(({expect, deletes}) => {
      const key = parseStoredKey(expect.key)
      const isReplay = deletes.some((deleted) => parseStoredKey(deleted).kind === 'leave')
      return key.kind === 'head' && !isReplay ? key.workspace : []
    })
  const refuseClaims = (client: SimClient, keys: readonly string[]) => {
    for (const key of keys.map(parseStoredKey)) {
      if (key.kind === 'alarm') {
        const {workspace, component} = key
        note({type: 'claimRefused', tab: client.name, workspace, component})
      }
    }
  }
  return {
    called: (client: SimClient, groups: Parameters<typeof workspacesOf>[0]) =>
      note({type: 'called', tab: client.name, workspaces: workspacesOf(groups)}),
    answered: (client: SimClient, groups: Parameters<typeof workspacesOf>[0], error: string | undefined) => {
      reached(`commit ${error ?? 'answered'}`)
      if (error !== undefined) {
        refuseClaims(
          client,
          groups.map(({expect}) => expect.key),
        )
      }
      note({type: 'answered', tab: client.name, workspaces: workspacesOf(groups), hasFailed: error !== undefined})
    },
    landed: (client: SimClient, transaction: number, isStrict: boolean, groups: Parameters<typeof landedEvents>[3]) => {
      for (const event of landedEvents(client.name, transaction, isStrict, groups)) {
        reached(event.type)
        note(event)
      }
      for (const {key, text} of groups.flat()) {
        if (text !== undefined && parseStoredKey(key).kind === 'clock') {
          note({type: 'clockBelieved', transaction, wallMs: believedAt(text), atMs: elapsed()})
        }
      }
    },
    read: (client: SimClient, selectors: readonly Selector[]) => {
      readings += 1
      const reading = readings
      const tab = client.name
      for (const selector of selectors) {
        const key = parseStoredKey('key' in selector ? selector.key : selector.prefix)
        const isWhole = key.kind === 'component'
        if (isWhole || key.kind === 'head') {
          for (const workspace of key.workspace === '' ? allWorkspaces : [key.workspace]) {
            note({type: 'read', tab, reading, workspace, isWhole})
          }
        }
      }
      return () => note({type: 'delivered', tab, reading})
    },
    readFailed: (client: SimClient, selectors: readonly Selector[]) =>
      refuseClaims(
        client,
        selectors.flatMap((selector) => ('key' in selector ? selector.key : [])),
      ),
    emptied,
    reached,
  }
}

/** A page that is gone remembers nothing more. */
function seenBy(client: SimClient, witness: FakeWitness): Witness {
  return {
    read: witness.read,
    note: (id, revision) => client.isAlive && witness.note(id, revision),
    settle: (id, revision) => client.isAlive && witness.settle(id, revision),
    clear: () => client.isAlive && witness.clear(),
  }
}

function beginningOf(stored: ReadonlyMap<string, string>): Beginning {
  const beginning = new Map(
    allWorkspaces.map((id) => [id, {state: new Map<string, string | undefined>(), revision: 0}]),
  )
  for (const [key, text] of stored) {
    const parsed = parseStoredKey(key)
    const found = 'workspace' in parsed ? beginning.get(parsed.workspace) : undefined
    if (found === undefined) {
      continue
    }
    for (const [register, value] of registersOf(parsed, text)) {
      if (value !== undefined) {
        found.state.set(register, value)
      }
    }
    if (parsed.kind === 'head') {
      found.revision = headFacts(text).revision
    }
  }
  return beginning
}
