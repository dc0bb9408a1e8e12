import type {WorkspaceHandle} from '../../src/model/handles.ts'
import {disasterSteps, lastingMs} from './disaster-steps.ts'
import {
  type Action,
  acknowledge,
  act,
  expectAnswer,
  goToEntry,
  look,
  make,
  resolveConflict,
  thaw,
  visibleOf,
  workspaceOf,
} from './doings.ts'
import {editSteps} from './edit-steps.ts'
import {type Disaster, disasters, type Step, type StepKind} from './history.ts'
import {pageSteps} from './page-steps.ts'
import {allWorkspaces, MOST_TABS, newWorkspace, storedWorkspaces, type World} from './world.ts'

const waitsMs = [1, 5, 40, 310, 1_000, 3_000, 11_000, 31_000]
/** This `c` of a step comes to a page that runs again without having been told that. */
const UNANNOUNCED = 7

/** Makes one step. What it starts goes on while time passes. */
export async function takeStep(world: World, step: Step): Promise<void> {
  if (isSwitchedOff(world, step.kind)) {
    return
  }
  world.reached(`step ${step.kind}`)
  if (step.kind === 'wait') {
    await world.advance(waitsMs[step.a] ?? 0)
    return
  }
  if (step.kind === 'openTab' || world.tabs.length === 0) {
    if (world.tabs.length < MOST_TABS) {
      world.openTab()
    }
  }
  const tab = world.tabs[step.tab % world.tabs.length]
  if (tab !== undefined && step.kind !== 'openTab') {
    if (tab.client.isFrozen && !world.faults.has(step.kind as Disaster)) {
      thaw(tab, step.c !== UNANNOUNCED)
      await world.advance(world.tape.pick(2))
    }
    act(() => actions[step.kind as keyof typeof actions](world, tab, step), world)
  }
  await world.advance(lastingMs(step))
}

function isSwitchedOff({faults}: World, kind: StepKind): boolean {
  const disaster = disasters.find((candidate) => candidate === kind)
  return disaster !== undefined && !faults.has(disaster)
}

const actions: Record<Exclude<StepKind, 'wait' | 'openTab'>, Action> = {
  ...editSteps,
  ...pageSteps,
  ...disasterSteps,
  open: (world, tab, step) => {
    const isNew = step.b >= 5 || (world.wasEmptied && step.b > 1)
    if (!isNew) {
      const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
      world.note({type: 'wanted', tab: tab.name, workspace})
      tab.keepspace.open(workspace)
      return
    }
    const title = `made${world.nextValue()}`
    const entryId = step.b === 7 ? 'fresh' : 'main'
    // Most of them are stored already, unless storage lost them.
    const workspace = step.b <= 5 ? (allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0') : newWorkspace
    make(tab, workspace, title, entryId)
  },
  activate: (world, tab, step) => look(world, tab, step),
  hide: (_, tab, step) => {
    const visible = visibleOf(tab)
    const handle = visible[step.a % visible.length]
    if (handle !== undefined) {
      tab.keepspace.hide(handle.id)
    }
  },
  switchTo: (world, tab, step) => {
    const {current} = tab.keepspace.getSnapshot()
    look(world, tab, step)
    if (current !== undefined && current !== tab.keepspace.getSnapshot().current) {
      tab.keepspace.hide(current)
    }
  },
  persist: (world, tab, step) => {
    const workspace = workspaceOf(tab, step)
    const before = world.checker.sequence + 1
    const reason = step.c % 2 === 0 ? 'explicit' : 'app:simulation'
    expectAnswer(world, tab, 'persist', tab.keepspace.persist(workspace, reason), (outcome) =>
      acknowledge(world, tab, outcome, before),
    )
  },
  unload: (world, tab, step) =>
    expectAnswer(world, tab, 'unload', tab.keepspace.unload(workspaceOf(tab, step)), ({status}) =>
      world.reached(`unload ${status}`),
    ),
  flush: (world, tab) => {
    const before = world.checker.sequence + 1
    expectAnswer(world, tab, 'flush', tab.keepspace.flush(), ({outcomes}) => {
      for (const outcome of outcomes) {
        acknowledge(world, tab, outcome, before)
      }
    })
  },
  switchEntry: (world, tab, step) =>
    goToEntry(world, tab, {entry: step.a % 2 === 0 ? 'main' : 'second', stopsWork: step.c !== ASKING}),
  setCap: (world, tab, step) => {
    const cap = 1 + (step.a % 3)
    world.note({type: 'capped', tab: tab.name, cap})
    tab.keepspace.setCap(cap)
  },
  resolve: (world, tab, step) => {
    const handle = tab.hot().find((candidate) => candidate.getStatus().save === 'conflict')
    if (handle !== undefined) {
      resolveConflict(world, tab, handle, step.c % 2 === 0 ? 'mine' : 'theirs')
    }
  },
  retryStorage: (_, tab) => tab.keepspace.retryStorage(),
  retryLoad: (_, tab, step) => {
    const isUnloaded = ({getStatus}: WorkspaceHandle) => ['loadFailed', 'readOnly'].includes(getStatus().phase)
    const handle = tab.hot().find(isUnloaded)
    step.c >= 5 ? handle?.openReadOnly() : handle?.retryLoad()
  },
  hold: (world, tab, step) => {
    const release = tab.keepspace.workspace(workspaceOf(tab, step)).holdCapture('typing')
    const heldMs = [50, 600, 4_000][step.c % 4]
    if (heldMs === undefined) {
      world.releaseHolds.push(release)
    } else {
      world.clock.setTimeout(release, heldMs)
    }
  },
  switchFlags: (world, tab, step) => {
    const isOn = step.b % 2 === 0
    if (step.c % 3 === 2 && !isOn) {
      world.note({type: 'unwatched', tab: tab.name})
    }
    const flags = [{smartEviction: isOn}, {liveState: step.b === 0}, {memoryAwareEviction: isOn}][step.c % 3] ?? {}
    expectAnswer(world, tab, 'flags', Promise.resolve(tab.keepspace.setFlags(flags)))
  },
  freeMemory: (_, tab, step) => {
    const strength = (['suggested', 'proactive', 'urgent'] as const)[step.c % 3]
    tab.keepspace.freeMemory(strength === undefined ? {} : {strength})
  },
}

/** This `c` of a switch asks whether work may be stopped before it stops any. */
const ASKING = 7
