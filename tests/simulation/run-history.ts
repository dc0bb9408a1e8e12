import type {CheckedEvent} from './checker-events.ts'
import {expectAnswer, resolveConflict, thaw} from './doings.ts'
import type {History} from './history.ts'
import type {SimTab} from './sim-tab.ts'
import {takeStep} from './steps.ts'
import {parseStoredKey, storedHeadKey, wordsOf} from './stored-format.ts'
import {allWorkspaces, createWorld, type World} from './world.ts'

/** What a history showed. */
export type HistoryResult = {
  readonly violations: readonly string[]
  readonly events: readonly CheckedEvent[]
  /** Everything that was reached, once each. */
  readonly counts: ReadonlySet<string>
}

/** After the faults have ended everything must come to rest within this time. */
const LIVENESS_MS = 600_000
const livenessWaitsMs = [0, 50, 500, 2_000, 6_000, 30_000, 60_000, 120_000, LIVENESS_MS]
/** Whatever pages left behind has landed after that, or never does. */
const LANDING_MS = 30_000
/** How often people choose between two versions before that must have an end. */
const MOST_CHOICES = 6
/** How long it may take until memory holds no more than it may: an eviction that was refused is tried again later. */
const EVICTION_WAIT_MS = 10_000
const MOST_EVICTION_WAITS = 18
/** How long it may take until a page has noticed that a moment has passed, and has said so. */
const RINGING_MS = 32_000

/**
 * Runs one history, on a disk that holds `stored`: chaos first, then calm. The same history gives the same result.
 * Looking at every transition of the charts costs as much again as it finds seldom: it can be left out.
 */
export async function runHistory(
  history: History,
  stored: ReadonlyMap<string, string>,
  {isWatched = true}: {readonly isWatched?: boolean} = {},
): Promise<HistoryResult> {
  const world = createWorld(history, stored, isWatched)
  const stopWatching = watchProcess(world)
  try {
    for (let tabs = 0; tabs < (history.tabs ?? 1); tabs++) {
      world.openTab()
    }
    await world.advance(0)
    for (const step of history.steps) {
      await takeStep(world, step)
      if (world.violations.length > 0) {
        break
      }
    }
    if (world.violations.length === 0) {
      await calmDown(world)
    }
  } catch (error) {
    world.fail(`the simulation stopped: ${error instanceof Error ? error.stack : error}`)
  } finally {
    stopWatching()
    for (const tab of [...world.tabs, ...world.leaving]) {
      world.kill(tab)
    }
  }
  const {violations, events, counts} = world
  return {violations, events, counts}
}

/** What no promise and no listener caught. */
function watchProcess(world: World): () => void {
  const onRejection = (reason: unknown) => world.fail(`unhandled rejection: ${describe(reason)}`)
  const onException = (error: unknown) => world.fail(`uncaught error: ${describe(error)}`)
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onException)
  return () => {
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onException)
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

async function calmDown(world: World): Promise<void> {
  world.tape.end()
  world.database.calm()
  for (const tab of world.tabs.filter(({client}) => client.isFrozen)) {
    thaw(tab)
  }
  for (const release of world.releaseHolds) {
    release()
  }
  if (world.tabs.length === 0) {
    world.openTab()
  }
  world.press(0)
  for (const tab of world.tabs) {
    tab.keepspace.cancelShutdown()
  }
  if (!(await comesToRest(world)) || !(await saveByThemselves(world))) {
    return
  }
  await settleConflicts(world)
  if (world.violations.length === 0) {
    await leaveMemory(world)
  }
  if (world.violations.length === 0) {
    await lookAfresh(world)
  }
  if (world.violations.length === 0) {
    world.note({type: 'ended', waiting: waitingWords(world)})
  }
}

function waitingWords({disk}: World) {
  return [...disk.records].flatMap(([key, text]) => {
    const parsed = parseStoredKey(key)
    return parsed.kind === 'leave' ? [{workspace: parsed.workspace, words: wordsOf(text)}] : []
  })
}

function stopTimers(world: World): void {
  for (const tab of world.tabs) {
    for (const handle of tab.hot()) {
      const timer = handle.component(tab.components.timer, 't0')
      if (timer.getInfo()?.isRunning === true) {
        const seconds = world.nextValue() * 1_000
        tab.accept(handle.id, () => timer.set({isTicking: false, seconds}), [
          {register: 't0.state', value: `${seconds}|false`},
        ])
      }
    }
  }
}

/** Workspaces that were saved only when somebody asked for it save themselves again. */
async function saveByThemselves(world: World): Promise<boolean> {
  const waiting = world.tabs.filter(({keepspace}) => !keepspace.getFlags().liveState)
  for (const tab of waiting) {
    expectAnswer(world, tab, 'flags', tab.keepspace.setFlags({liveState: true}))
  }
  return waiting.length === 0 || comesToRest(world)
}

/** Progress: everything is saved or says why not, and everybody who asked was answered. */
async function comesToRest(world: World): Promise<boolean> {
  let waitedMs = 0
  for (const untilMs of livenessWaitsMs) {
    // Also those whose workspace could not be loaded so far.
    stopTimers(world)
    await world.advance(untilMs - waitedMs)
    waitedMs = untilMs
    if (world.violations.length > 0) {
      return false
    }
    if (restless(world).length === 0) {
      return true
    }
  }
  world.fail(`I8: no rest ${LIVENESS_MS / 60_000} minutes after the last fault: ${restless(world).join(', ')}`)
  return false
}

function restless(world: World): readonly string[] {
  return [
    ...[...world.pending.values()].map(({tab, what}) => `${tab.name} has no answer to ${what}`),
    ...world.tabs
      .filter((tab) => tab.isPersistent && tab.keepspace.getFlags().liveState)
      .flatMap((tab) => tab.hot().flatMap((handle) => restlessness(tab, handle.getStatus()) ?? [])),
  ]
}

function restlessness(tab: SimTab, status: ReturnType<ReturnType<SimTab['hot']>[number]['getStatus']>) {
  const {id, phase, save, problems} = status
  const isAtRest =
    phase === 'loadFailed' ||
    phase === 'readOnly' ||
    (phase === 'hot' && (save === 'saved' || save === 'conflict' || (save === 'unsaved' && problems.length > 0)))
  return isAtRest ? undefined : `${tab.name} ${id} is ${phase} and ${save}`
}

/** Loads what failed and settles every conflict, one after the other. */
async function settleConflicts(world: World): Promise<void> {
  for (let round = 0; round < MOST_CHOICES; round++) {
    let hasChosen = false
    for (const tab of world.tabs.filter(({isPersistent}) => isPersistent)) {
      for (const handle of tab.hot()) {
        const {phase, save, error} = handle.getStatus()
        if (save === 'conflict') {
          hasChosen = true
          resolveConflict(world, tab, handle, round % 2 === 0 ? 'mine' : 'theirs')
          if (!(await comesToRest(world))) {
            return
          }
        } else if (phase === 'loadFailed' && error?.code !== 'notFound' && error?.code !== 'workspace.trashed') {
          hasChosen = true
          if (error?.code === 'storage.emptied') {
            world.note({type: 'decided'})
            expectAnswer(world, tab, 'acceptEmpty', tab.keepspace.storage.acceptEmpty())
          } else {
            handle.retryLoad()
          }
          if (!(await comesToRest(world))) {
            return
          }
        }
      }
    }
    if (!hasChosen) {
      return
    }
  }
  world.fail(`I8: ${MOST_CHOICES} rounds of choices did not settle every conflict`)
}

/** Nobody looks at anything any more: memory holds no more than it may. */
async function leaveMemory(world: World): Promise<void> {
  // Also those that were still being loaded when the others were stopped.
  stopTimers(world)
  for (const tab of world.tabs) {
    for (const {id} of tab.hot()) {
      tab.keepspace.hide(id)
    }
  }
  for (let waits = 0; waits < MOST_EVICTION_WAITS && overfull(world).length > 0; waits++) {
    await world.advance(EVICTION_WAIT_MS)
  }
  for (const violation of overfull(world)) {
    world.fail(violation)
  }
}

/** Tabs that keep more in memory than they may and could let go. */
function overfull(world: World): readonly string[] {
  return world.tabs
    .filter(({isPersistent}) => isPersistent)
    .flatMap((tab) => {
      const {hot, cap} = tab.keepspace.getSnapshot()
      const leaving = hot.filter((id) => {
        const {phase, save, isPinned, runningCount} = tab.keepspace.getStatus(id)
        return !isPinned && runningCount === 0 && phase === 'hot' && save === 'saved'
      })
      return leaving.length > cap ? [`I12: ${leaving.join(', ')} in memory, the cap is ${cap} [${tab.name}]`] : []
    })
}

/** Every moment that anybody asked for passes: what is on disk rings without being opened. */
async function listenTo(world: World, tab: SimTab): Promise<void> {
  await world.advance(0)
  world.setClock(Math.max(0, world.lastMoment - world.clock.now()))
  await world.advance(RINGING_MS)
  const alarms = tab.keepspace.alarms.list().map(({workspaceId, componentId, deadlineMs}) => ({
    workspace: workspaceId,
    component: componentId,
    deadlineMs,
  }))
  world.note({type: 'listed', tab: tab.name, alarms})
}

/** A new page sees what is stored: everything that was written to since the beginning. */
async function lookAfresh(world: World): Promise<void> {
  for (const tab of world.tabs) {
    world.kill(tab)
  }
  await world.advance(LANDING_MS)
  const tab = world.openTab()
  await listenTo(world, tab)
  tab.keepspace.setCap(allWorkspaces.length)
  const written = new Set(
    world.events.flatMap((event) => (event.type === 'landed' || event.type === 'lastWords' ? event.workspace : [])),
  )
  const known = [...written].filter((id) => world.disk.records.has(storedHeadKey(id)))
  for (const id of known) {
    expectAnswer(world, tab, 'load', tab.keepspace.whenReady(id))
  }
  await comesToRest(world)
  const missing = [...world.witness.revisions.keys()].filter((id) => !world.disk.records.has(storedHeadKey(id)))
  const {emptied} = tab.keepspace.getSnapshot().storage.restore
  world.note({type: 'reported', tab: tab.name, missing, reported: emptied})
  for (const id of known) {
    const {phase, error} = tab.keepspace.getStatus(id)
    // What lies in the trash is not opened for editing.
    if (phase !== 'hot' && error?.code !== 'workspace.trashed') {
      world.fail(`I3: a new page finds ${id} ${phase} (${error?.code})`)
    }
  }
}
