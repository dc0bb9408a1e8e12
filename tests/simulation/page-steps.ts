import {type Action, acknowledge, act, expectAnswer, HOUR_MS, look, workspaceOf, write} from './doings.ts'
import type {Step, StepKind} from './history.ts'
import type {SimTab} from './sim-tab.ts'
import {allWorkspaces, storedWorkspaces, type World} from './world.ts'

/** How long a tab may take to end when it is asked to. */
const SHUTDOWN_MS = 3_000

/** What happens to a page: it is hidden, looked at again, and ends in one way or the other. */
export const pageSteps = {
  hidePage: (_, tab, step) => tab.page(step.c % 2 === 0 ? 'hidden' : 'visible'),
  focus: (world, tab, step) => {
    tab.page(step.c % 2 === 0 ? 'blurred' : 'focused')
    if (step.c === 0) {
      world.clock.setTimeout(() => tab.client.run(() => tab.page('focused')), FOCUSED_AFTER_MS)
    }
  },
  shutdown,
  endShutdown: (world, tab, step) => {
    const {phase} = tab.keepspace.getShutdown()
    if (step.c % 4 === 3 && (phase === 'late' || phase === 'draining')) {
      expectAnswer(world, tab, 'closing', tab.keepspace.closeAnyway(), () => leave(world, tab))
    } else if (step.c % 4 === 2 && phase === 'late') {
      shutdown(world, tab, step)
    } else {
      tab.keepspace.cancelShutdown()
    }
  },
  leaveTab: (world, tab, step) => {
    if (step.c < LEFT_WORDS) {
      close(world, tab)
      return
    }
    // Somebody has it open in another page as well, types here, and closes this one before that is saved.
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    const other = world.tabs.find((page) => page !== tab && !page.client.isFrozen)
    for (const page of [tab, other ?? world.openTab()]) {
      look(world, page, step)
    }
    const typeAndClose = () => {
      act(() => write(world, tab, workspace, {...step, c: 0}), world)
      close(world, tab)
    }
    world.clock.setTimeout(() => tab.client.run(typeAndClose), CLOSED_AFTER_MS)
  },
  disposeTab,
} satisfies Partial<Record<StepKind, Action>>

/** From this `c` on a page that is left has something to say. */
export const LEFT_WORDS = 5
const CLOSED_AFTER_MS = 500

function close(world: World, tab: SimTab): void {
  tab.page('hidden')
  tab.page('leaving')
  world.kill(tab)
}

const FOCUSED_AFTER_MS = 100
const SET_AFTER_MS = 100

const shutdownsMs = [3_000, 1_000, 200]

/** Asks a page to end, which it does once everything is saved. */
function shutdown(world: World, tab: SimTab, step: Step): void {
  typeLast(world, tab, step)
  const before = world.checker.sequence + 1
  const startedAt = world.clock.elapsed()
  const boundMs = shutdownsMs[step.c % shutdownsMs.length] ?? SHUTDOWN_MS
  const isFirst = tab.keepspace.getShutdown().phase === 'open'
  const {freezes} = tab.client
  expectAnswer(world, tab, 'shutdown', tab.keepspace.shutdown({timeoutMs: boundMs}), (report) => {
    const {status, outcomes, unsaved} = report
    world.reached(`shutdown ${status}`)
    if (status !== 'cancelled' && isFirst) {
      // A page that did not run kept nobody waiting.
      const tookMs = tab.client.freezes > freezes ? 0 : world.clock.elapsed() - startedAt
      world.note({type: 'closed', tab: tab.name, tookMs, boundMs, unsaved})
    }
    for (const outcome of outcomes.filter(({target}) => !unsaved.includes(target))) {
      acknowledge(world, tab, outcome, before)
    }
    if (status === 'closed') {
      leave(world, tab)
    }
  })
}

/** Somebody types until the page ends, or sets the clock back meanwhile. */
function typeLast(world: World, tab: SimTab, step: Step): void {
  if (step.b >= 4) {
    write(world, tab, workspaceOf(tab, step), step)
  }
  if (step.b >= 5 && world.faults.has('clockJump')) {
    world.clock.setTimeout(() => world.setClock(-HOUR_MS), SET_AFTER_MS)
  }
}

/** The page has ended by itself. */
function leave(world: World, tab: SimTab): void {
  world.tabs = world.tabs.filter((other) => other !== tab)
  world.kill(tab)
}

/** Ends a page although something may be late. */
export function disposeTab(world: World, tab: SimTab, step: Step): void {
  typeLast(world, tab, step)
  world.tabs = world.tabs.filter((other) => other !== tab)
  world.leaving.add(tab)
  const before = world.checker.sequence + 1
  const startedAt = world.clock.elapsed()
  expectAnswer(world, tab, 'dispose', tab.keepspace.dispose({timeoutMs: SHUTDOWN_MS}), ({outcomes, unsaved}) => {
    const tookMs = world.clock.elapsed() - startedAt
    world.note({type: 'closed', tab: tab.name, tookMs, boundMs: SHUTDOWN_MS, unsaved})
    for (const outcome of outcomes) {
      if (!unsaved.includes(outcome.target)) {
        acknowledge(world, tab, outcome, before)
      }
    }
    world.kill(tab)
  })
}
