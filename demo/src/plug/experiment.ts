import {emptyLedger, type Ledger, type Pull, readLedger, type Verdict, writeLedger} from './ledger.ts'
import {bystander, counter, PLUG_WORKSPACE, plug, setStorageFault} from './plug-keepspace.ts'
import {cutConnection, deleteEverything, flipBit, readStoredCount} from './raw-storage.ts'

const EDIT_EVERY_MS = 200
/** How long storage stays frozen or full. */
const FAULT_MS = 6_000
/** What the picture shows. */
export const SHOWN_MS = 45_000
/** Longer than any of it may take; then it says so. */
const PATIENCE_MS = 30_000

/** What the page shows. */
export type Experiment = Ledger & {
  readonly isReady: boolean
  /** Nothing is taken any more: the page acts dead. */
  readonly isDead: boolean
  readonly trouble: string | undefined
  readonly stored: number | undefined
}

let experiment: Experiment = {
  ...readLedger(),
  isReady: false,
  isDead: false,
  trouble: undefined,
  stored: undefined,
}
const listeners = new Set<() => void>()
let isStarted = false
let timer: ReturnType<typeof setInterval> | undefined

export function getExperiment(): Experiment {
  return experiment
}

/** Runs while somebody looks. */
export function subscribeExperiment(listener: () => void): () => void {
  listeners.add(listener)
  void start()
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
      plug.hide(PLUG_WORKSPACE)
    }
  }
}

/** Begins anew: forgets what was found so far. */
export function forgetVerdicts(): void {
  change({verdicts: [], samples: []})
}

/** Pulls the plug. Resolves when everything is stored again, or the page acts dead. */
export async function pullThePlug(pull: Pull): Promise<void> {
  if (experiment.pending !== undefined || experiment.isDead) {
    return
  }
  const {made, acknowledged} = experiment
  change({pending: {pull, at: Date.now(), made, acknowledged}, trouble: undefined})
  try {
    const words = await acts[pull]()
    if (words !== undefined) {
      await finish(words)
    }
  } catch (error) {
    setStorageFault('none')
    change({pending: undefined, trouble: error instanceof Error ? error.message : String(error)})
  }
}

const acts: Readonly<Record<Pull, () => Promise<string | undefined>>> = {
  kill: async () => {
    actDead()
    return undefined
  },
  freeze: () => withFault('frozen', 'Storage gave no answer. The edits waited in memory and were stored when it did.'),
  fill: () =>
    withFault('full', 'Every write was refused. The edits waited in memory and were stored when there was room.'),
  cut: async () => {
    await cutConnection()
    await untilStored()
    return 'The connection was closed under the app. It opened another one and went on.'
  },
  corrupt: async () => {
    await untilStored()
    await letGo()
    await flipBit()
    await open()
    const damaged = problemOf()
    await letGo()
    await flipBit()
    await open()
    if (damaged === undefined || problemOf() !== undefined) {
      throw new Error('the damaged record was not noticed, or did not come back')
    }
    return 'The damaged part was named and kept byte for byte, the counter beside it untouched. With the bit flipped back it was there again.'
  },
  empty: async () => {
    await deleteEverything()
    await untilStored(keepMine)
    return 'The database was deleted under the app. What it held in memory was stored again.'
  },
}

/** A page cannot end its own process. It can hear nothing of its end: no line of the app runs after this. */
function actDead(): void {
  change({isDead: true})
  clearInterval(timer)
  const deafen = (event: Event) => event.stopImmediatePropagation()
  for (const type of ['pagehide', 'visibilitychange', 'freeze', 'beforeunload']) {
    window.addEventListener(type, deafen, {capture: true})
  }
  window.location.reload()
}

async function withFault(fault: 'frozen' | 'full', words: string): Promise<string> {
  setStorageFault(fault)
  await pause(FAULT_MS)
  setStorageFault('none')
  plug.retryStorage()
  await untilStored()
  return words
}

async function start(): Promise<void> {
  timer ??= setInterval(tick, EDIT_EVERY_MS)
  if (isStarted) {
    plug.activate(PLUG_WORKSPACE)
    return
  }
  isStarted = true
  try {
    await open()
    plug.subscribeStatus(PLUG_WORKSPACE, noteSaved)
    await judgeKill()
    change({isReady: true})
  } catch (error) {
    change({trouble: error instanceof Error ? error.message : String(error)})
  }
}

/** Opens the workspace, makes it when it is not there, and lets the counter go on where it is stored. */
async function open(): Promise<void> {
  const workspace = plug.open(PLUG_WORKSPACE, {create: {title: 'Pull the plug'}})
  plug.activate(PLUG_WORKSPACE)
  await plug.whenReady(PLUG_WORKSPACE)
  workspace.add(counter, {id: 'counter', ifAbsent: true})
  workspace.add(bystander, {id: 'bystander', ifAbsent: true})
}

/** After a kill: is everything there that was acknowledged? */
async function judgeKill(): Promise<void> {
  const found = stateOf()?.made ?? 0
  const {pending} = experiment
  if (pending === undefined) {
    // Another tab or another visit may have gone further than this ledger knows.
    const made = Math.max(found, 0)
    change({made, acknowledged: Math.min(experiment.acknowledged, made)})
    return
  }
  const words =
    pending.pull === 'kill'
      ? 'The page was gone without a word. It opened from what was stored.'
      : 'The page was left in the middle of it. It opened from what was stored.'
  addVerdict({...pending, found, backMs: Date.now() - pending.at, words})
  change({pending: undefined, made: found, acknowledged: Math.min(experiment.acknowledged, found)})
}

async function finish(words: string): Promise<void> {
  const {pending} = experiment
  const stored = await readStoredCount()
  if (pending !== undefined) {
    addVerdict({...pending, found: stored ?? 0, backMs: Date.now() - pending.at, words})
  }
  change({pending: undefined, stored})
}

function addVerdict(verdict: Verdict): void {
  change({verdicts: [...experiment.verdicts, verdict]})
}

function tick(): void {
  const state = stateOf()
  const isQuiet = experiment.pending?.pull === 'corrupt'
  if (experiment.isReady && !isQuiet && state !== undefined && plug.getShutdown().phase === 'open') {
    const made = state.made + 1
    plug
      .workspace(PLUG_WORKSPACE)
      .component(counter, 'counter')
      .set({made, text: `edit ${made}`})
    change({made})
  }
  const at = Date.now()
  const {made, acknowledged} = experiment
  const samples = [...experiment.samples.filter((sample) => sample.at > at - SHOWN_MS), {at, made, acknowledged}]
  change({samples})
}

/** Saved means: every edit made so far is. */
function noteSaved(): void {
  const {save, level} = plug.getStatus(PLUG_WORKSPACE)
  const state = stateOf()
  if (save === 'saved' && level !== 'unsaved' && state !== undefined) {
    change({acknowledged: Math.max(state.made, 0)})
  }
}

/** Resolves when every edit made until now is stored, and storage says so itself. */
async function untilStored(meanwhile?: () => Promise<void>): Promise<void> {
  const target = stateOf()?.made ?? 0
  for (const endsAt = Date.now() + PATIENCE_MS; Date.now() < endsAt; await pause(100)) {
    const stored = await readStoredCount()
    if (stored !== undefined && stored >= target) {
      return
    }
    await meanwhile?.()
  }
  throw new Error('It was not stored again in time.')
}

/** Where the app asks which version to keep, a person would keep the one on screen. */
async function keepMine(): Promise<void> {
  if (plug.getStatus(PLUG_WORKSPACE).save === 'conflict') {
    await plug
      .workspace(PLUG_WORKSPACE)
      .resolveConflict('mine')
      .catch(() => undefined)
  }
}

async function letGo(): Promise<void> {
  const {status} = await plug.unload(PLUG_WORKSPACE)
  if (status === 'refused') {
    throw new Error('the workspace did not leave memory')
  }
}

function stateOf() {
  return plug.workspace(PLUG_WORKSPACE).component(counter, 'counter').getState()
}

function problemOf() {
  return plug.workspace(PLUG_WORKSPACE).component(bystander, 'bystander').getInfo()?.problem
}

function change(next: Partial<Experiment>): void {
  experiment = {...experiment, ...next}
  const {made, acknowledged, pending, verdicts, samples} = experiment
  writeLedger({...emptyLedger, made, acknowledged, pending, verdicts, samples})
  for (const listener of listeners) {
    listener()
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
