import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceHandle} from '../../src/model/handles.ts'
import type {SaveOutcome} from '../../src/model/save.ts'
import {type Disaster, disasters, type Step, type StepKind} from './history.ts'
import {createClient} from './sim-client.ts'
import {INVALID} from './sim-components.ts'
import type {SimTab} from './sim-tab.ts'
import {damagedState, stateValue, storedHeadKey, storedStateKey, writtenByNewerApp} from './stored-format.ts'
import {alarmPlaces, allWorkspaces, MAX_RECORD_BYTES, newWorkspace, storedWorkspaces, type World} from './world.ts'

const MOST_TABS = 4
/** How long a tab may take to end when it is asked to. */
const SHUTDOWN_MS = 3_000
const waitsMs = [1, 5, 40, 310, 1_000, 3_000, 11_000, 31_000]

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
      thaw(tab)
      await world.advance(world.tape.pick(2))
    }
    act(() => actions[step.kind as keyof typeof actions](world, tab, step), world)
  }
  await world.advance(0)
}

/** What a page says instead of doing what cannot be done: it is shutting down, or there is nothing to work on. */
const refusals: ReadonlySet<string> = new Set(['closing', 'disposed', 'component.missing'])

function act(action: () => void, world: World): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof KeepspaceError && refusals.has(error.code))) {
      throw error
    }
    world.reached(`step refused: ${error.code}`)
  }
}

/** What somebody asked for has an answer later, good or bad; not having one for ever is a fault. */
export function expectAnswer<Value>(
  world: World,
  tab: SimTab,
  what: string,
  promise: Promise<Value>,
  onAnswer: (value: Value) => void = () => undefined,
): void {
  const done: Promise<unknown> = promise
    .then(
      (value) => onAnswer(value),
      () => world.reached(`${what} rejected`),
    )
    .finally(() => world.pending.delete(done))
  world.pending.set(done, {tab, what})
}

function isSwitchedOff({faults}: World, kind: StepKind): boolean {
  const disaster = disasters.find((candidate) => candidate === kind)
  return disaster !== undefined && !faults.has(disaster)
}

type Action = (world: World, tab: SimTab, step: Step) => void

const actions: Record<Exclude<StepKind, 'wait' | 'openTab'>, Action> = {
  edit: (world, tab, step) => {
    const workspace = workspaceOf(tab, step)
    write(world, tab, workspace, step)
    for (const laterMs of step.c === TYPING ? typedAfterMs : []) {
      const type = () => act(() => write(world, tab, workspace, step), world)
      world.clock.setTimeout(() => tab.client.run(type), laterMs)
    }
  },
  revert: (world, tab, step) => {
    const workspace = workspaceOf(tab, step)
    const component = `n${step.b % 2}`
    const texts = world.events.flatMap((event) =>
      event.type === 'accepted' &&
      event.workspace === workspace &&
      event.register === `${component}.state` &&
      event.isStorable &&
      event.value !== undefined
        ? event.value
        : [],
    )
    const text = texts.at(-1 - (step.c % 4)) ?? `${workspace}.${component} at first`
    const set = {register: `${component}.state`, value: text}
    tab.accept(workspace, (handle) => handle.component(tab.components.note, component).set({text}), [set])
  },
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
  add: (world, tab, step) => {
    const component = `n${step.b % 5}`
    const value = world.nextValue()
    const text = `added${value}`
    const options = {id: component, state: {text}, layout: {x: value}}
    tab.accept(workspaceOf(tab, step), (handle) => handle.add(tab.components.note, options), [
      {register: `${component}.state`, value: text},
      {register: `${component}.layout`, value: String(value)},
      {register: `${component}.deleted`, value: undefined},
    ])
  },
  addIfAbsent,
  remove: (_, tab, step) => {
    const component = `n${step.b % 5}`
    const set = {register: `${component}.deleted`, value: 'deleted'}
    tab.accept(workspaceOf(tab, step), (handle) => handle.remove(component), [set])
  },
  undelete: (_, tab, step) => {
    const component = `n${step.b % 5}`
    const set = {register: `${component}.deleted`, value: undefined}
    tab.accept(workspaceOf(tab, step), (handle) => handle.undelete(component), [set])
  },
  move: (world, tab, step) => {
    const component = `n${step.b % 3}`
    const x = world.nextValue()
    const set = {register: `${component}.layout`, value: String(x)}
    tab.accept(workspaceOf(tab, step), (handle) => handle.setLayout(component, {x}), [set])
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
  startTimer: (world, tab, step) => setTimer(world, tab, step, true),
  stopTimer: (world, tab, step) => setTimer(world, tab, step, false),
  rename: (world, tab, step) => {
    const title = `title${world.nextValue()}`
    catalogueChange(world, tab, step, {register: 'title', value: title}, (id) =>
      tab.keepspace.catalogue.renameWorkspace(id, title),
    )
  },
  trash: (world, tab, step) =>
    catalogueChange(world, tab, step, {register: 'trashed', value: 'trashed'}, (id) =>
      tab.keepspace.catalogue.deleteWorkspace(id),
    ),
  restore: (world, tab, step) =>
    catalogueChange(world, tab, step, {register: 'trashed', value: undefined}, (id) =>
      tab.keepspace.catalogue.restoreWorkspace(id),
    ),
  setAlarm: (world, tab, step) => setAlarm(world, tab, step),
  dismiss: (world, tab, step) => {
    const alarms = tab.keepspace.alarms.list()
    const alarm = alarms[step.a % alarms.length]
    if (alarm !== undefined) {
      expectAnswer(world, tab, 'dismiss', tab.keepspace.alarms.dismiss(alarm), () => world.reached('dismissed'))
    }
  },
  startWork: (world, tab, step) => {
    const workspace = workspaceOf(tab, step)
    const component = `n${step.b % 2}`
    const resume = (['restart', 'remaining', 'deadline'] as const)[step.c % 3] ?? 'restart'
    const onStop = () =>
      world.note({type: 'workStopped', tab: tab.name, workspace, component, atMs: world.clock.elapsed()})
    tab.keepspace.workspace(workspace).component(tab.components.note, component).startOperation({
      name: 'work',
      resume,
      onStop,
    })
    world.note({type: 'working', tab: tab.name, workspace, component, needsConsent: resume === 'restart'})
  },
  stopWork: (world, tab, step) => {
    const workspace = workspaceOf(tab, step)
    const component = `n${step.b % 2}`
    tab.keepspace.workspace(workspace).component(tab.components.note, component).stopOperation('work')
    world.note({type: 'workStopped', tab: tab.name, workspace, component, atMs: 0})
  },
  switchEntry: (world, tab, step) => {
    const since = world.checker.sequence
    const stopsWork = step.c !== ASKING
    const switching = tab.keepspace.activateEntry(step.a % 2 === 0 ? 'main' : 'second', {stopsWork})
    expectAnswer(world, tab, 'switch', switching, (result) => {
      world.reached(`switch ${result.status}`)
      if (result.status === 'switched') {
        const inMemory = new Set(tab.hot().map(({id}) => id))
        const gone = result.released.filter((id) => !inMemory.has(id))
        world.note({type: 'left', tab: tab.name, workspaces: gone, since})
      }
    })
  },
  pin: (world, tab, step) => {
    const isPinned = step.b % 3 !== 0
    catalogueChange(world, tab, step, {register: 'pinned', value: isPinned ? 'pinned' : undefined}, async (id) => {
      world.note({type: 'pinned', tab: tab.name, workspace: id, isPinned})
      await tab.keepspace.catalogue.setWorkspacePinned(id, isPinned)
      world.note({type: 'pinSettled', tab: tab.name, workspace: id, isPinned})
    })
  },
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
    const handle = tab.hot().find((candidate) => candidate.getStatus().phase === 'loadFailed')
    step.c === 7 ? handle?.openReadOnly() : handle?.retryLoad()
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
  hidePage: (_, tab, step) => tab.page(step.c % 2 === 0 ? 'hidden' : 'visible'),
  focus: (_, tab, step) => tab.page(step.c % 2 === 0 ? 'blurred' : 'focused'),
  shutdown,
  endShutdown: (world, tab, step) => {
    if (step.c % 4 === 3 && tab.keepspace.getShutdown().phase === 'late') {
      expectAnswer(world, tab, 'closing', tab.keepspace.closeAnyway(), () => leave(world, tab))
    } else {
      tab.keepspace.cancelShutdown()
    }
  },
  switchFlags: (world, tab, step) => {
    const isOn = step.b % 2 === 0
    const flags = step.c < 4 ? {smartEviction: isOn} : {liveState: isOn}
    expectAnswer(world, tab, 'flags', Promise.resolve(tab.keepspace.setFlags(flags)))
  },
  leaveTab: (world, tab) => {
    tab.page('hidden')
    tab.page('leaving')
    world.kill(tab)
  },
  disposeTab,
  kill: (world, tab) => world.kill(tab),
  browserKill: (world) => killAll(world),
  osCrash: (world) => {
    killAll(world)
    const lost = world.disk.crash(world.tape.pick(world.disk.unsyncedCount + 1))
    world.reached(lost.length > 0 ? 'crash lost something' : 'crash lost nothing')
    world.note({type: 'crashed', lost})
  },
  fillDisk: (world, _, step) => {
    world.database.quotaBytes = step.c % 3 === 2 ? undefined : world.disk.usedBytes + step.a * 30
  },
  damage: (world, _, step) => {
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    const component = `n${step.b % 2}`
    const key = storedStateKey(workspace, component)
    const text = world.disk.records.get(key)
    if (text !== undefined) {
      world.disk.damage(key, damagedState(text))
      world.note({type: 'damaged', workspace, register: `${component}.state`})
    }
  },
  newerApp,
  freeze: (world, tab) => {
    world.note({type: 'slept', tab: tab.name})
    tab.page('hidden')
    tab.page('frozen')
    tab.client.freeze()
  },
  steal: (world, _, step) => {
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    world.locks.steal(`keepspace/simulation/local/${workspace}`)
  },
  clockJump: (world, _, step) => world.setClock(clockJumpsMs[step.c] ?? 0),
  wipe: (world, tab, step) => {
    world.wipe({keepsWitness: step.c < 6})
    // Somebody misses a workspace, and makes one of the same name.
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    const remake = () => act(() => make(tab, workspace, `made${world.nextValue()}`, 'main'), world)
    if (step.b % 2 === 1) {
      world.clock.setTimeout(() => tab.client.run(remake), REMADE_AFTER_MS)
    }
  },
  pressure: (world, _, step) => world.press(memoryShares[step.c] ?? 0),
  freeMemory: (_, tab, step) => {
    const strength = (['suggested', 'proactive', 'urgent'] as const)[step.c % 3]
    tab.keepspace.freeMemory(strength === undefined ? {} : {strength})
  },
}

/** Parts of the memory of the device that are taken: every level of pressure. */
const memoryShares = [0.2, 0.55, 0.7, 0.78, 0.78, 0.9, 0.9, 0.97]

/** This `c` of an edit is somebody who goes on typing, also while saves are under way or get no answer. */
const TYPING = 4
const typedAfterMs = [400, 2_500, 5_600]
const REMADE_AFTER_MS = 400

/** This `c` of a switch asks whether work may be stopped before it stops any. */
const ASKING = 7

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Both ways; also past every retention. */
const clockJumpsMs = [1_000, 60_000, -60_000, HOUR_MS, -HOUR_MS, 31 * DAY_MS, -DAY_MS, 200 * DAY_MS]

function make(tab: SimTab, workspace: string, title: string, entryId: string): void {
  const create = () => tab.keepspace.open(workspace, {create: {title, entryId}})
  tab.accept(workspace, create, [{register: 'title', value: title}], 'catalogue')
}

function write(world: World, tab: SimTab, workspace: string, step: Step): void {
  const component = `n${step.b % 3}`
  const {text, isStorable} = textOf(world.nextValue(), step.c)
  const set = {register: `${component}.state`, value: text, isStorable}
  tab.accept(workspace, (handle) => handle.component(tab.components.note, component).set({text}), [set])
}

function look(world: World, tab: SimTab, step: Step): void {
  const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
  world.note({type: 'wanted', tab: tab.name, workspace})
  tab.keepspace.activate(workspace)
}

/** The page runs again and is looked at. */
export function thaw(tab: SimTab): void {
  tab.client.thaw()
  tab.page('resumed')
  tab.page('visible')
}

function addIfAbsent(world: World, tab: SimTab, step: Step): void {
  const workspace = workspaceOf(tab, step)
  const component = `n${step.b % 5}`
  const value = world.nextValue()
  const text = `default${value}`
  const sets = [
    {register: `${component}.state`, value: text},
    {register: `${component}.layout`, value: String(value)},
  ]
  const options = {id: component, state: {text}, layout: {x: value}, ifAbsent: true}
  const exists = (handle: WorkspaceHandle) => handle.getComponents().some(({id}) => id === component)
  const handle = tab.keepspace.workspace(workspace)
  if (handle.getStatus().phase !== 'hot') {
    tab.accept(workspace, () => handle.add(tab.components.note, options), sets, 'ifAbsent')
    return
  }
  if (exists(handle)) {
    handle.add(tab.components.note, options)
    return
  }
  tab.accept(workspace, () => {
    handle.add(tab.components.note, options)
    if (!exists(handle)) {
      throw new Error('deleted before: stays so')
    }
  }, [...sets, {register: `${component}.deleted`, value: undefined}])
}

function setTimer(world: World, tab: SimTab, step: Step, isTicking: boolean): void {
  const workspace = storedWorkspaces[step.a % 2] ?? 'w0'
  const state = {home: `${workspace}/t0`, seconds: world.nextValue() * 1_000, isTicking}
  tab.accept(workspace, (handle) => handle.component(tab.components.timer, 't0').set(state), [
    {register: 't0.state', value: stateValue(state)},
  ])
}

const alarmsAfterMs = [300, 1_000, 2_500, 6_000, 15_000, 40_000, 70_000, HOUR_MS]
/** This `c` of an alarm stops it. */
const STOPPED = 7

/** Somebody wants to hear something at a moment of its own. */
function setAlarm(world: World, tab: SimTab, step: Step): void {
  const home = alarmPlaces[step.a % alarmPlaces.length] ?? 'w0/a0'
  const [workspace = '', component = ''] = home.split('/')
  const durationMs = alarmsAfterMs[step.b] ?? HOUR_MS
  const phase = step.c === STOPPED ? 'off' : 'on'
  const state = {home, deadlineMs: world.momentAfter(durationMs), durationMs, phase} as const
  tab.accept(workspace, (handle) => handle.component(tab.components.alarm, component).set(state), [
    {register: `${component}.state`, value: stateValue(state)},
  ])
}

function catalogueChange(
  world: World,
  tab: SimTab,
  step: Step,
  set: {readonly register: string; readonly value: string | undefined},
  change: (workspace: string & WorkspaceHandle['id']) => Promise<void>,
): void {
  const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
  let promise: Promise<void> | undefined
  tab.accept(
    workspace,
    (handle) => {
      promise = change(handle.id)
    },
    [set],
    'catalogue',
  )
  if (promise !== undefined) {
    expectAnswer(world, tab, `change of ${set.register}`, promise)
  }
}

const shutdownsMs = [3_000, 1_000, 200]

/** Asks a page to end, which it does once everything is saved. */
function shutdown(world: World, tab: SimTab, step: Step): void {
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

/** The page has ended by itself. */
function leave(world: World, tab: SimTab): void {
  world.tabs = world.tabs.filter((other) => other !== tab)
  world.kill(tab)
}

function disposeTab(world: World, tab: SimTab): void {
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

function killAll(world: World): void {
  world.database.endLaunch()
  for (const tab of [...world.tabs, ...world.leaving]) {
    world.kill(tab)
  }
}

function newerApp(world: World, _: SimTab, step: Step): void {
  const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
  const component = `n${step.b % 2}`
  const [headKey, stateKey] = [storedHeadKey(workspace), storedStateKey(workspace, component)]
  const [head, state] = [world.disk.records.get(headKey), world.disk.records.get(stateKey)]
  if (head === undefined || state === undefined) {
    return
  }
  const value = world.nextValue()
  const text = `newer${value}`
  const isEditable = step.c % 2 === 1
  const written = writtenByNewerApp(head, state, {text, isEditable, commitId: `newer-${value}`})
  const register = `${component}.state`
  const tab = 'newerApp'
  world.note({type: 'accepted', tab, workspace, register, value: text, mode: 'catalogue', isStorable: true})
  const hasWritten = world.database.intrude(createClient(tab), [
    {key: headKey, text: written.head},
    {key: stateKey, text: written.state},
  ])
  if (hasWritten && !isEditable) {
    world.note({type: 'sealed', workspace, register})
  }
}

/** A person chooses. */
export function resolveConflict(world: World, tab: SimTab, handle: WorkspaceHandle, choice: 'mine' | 'theirs'): void {
  world.reached(`resolve ${choice}`)
  expectAnswer(world, tab, 'resolve', Promise.resolve(handle.resolveConflict(choice)))
}

function acknowledge(world: World, tab: SimTab, outcome: SaveOutcome, before: number): void {
  world.reached(`outcome ${outcome.status}`)
  if ((outcome.status === 'saved' || outcome.status === 'unchanged') && tab.isPersistent) {
    world.note({
      type: 'acknowledged',
      tab: tab.name,
      workspace: outcome.target,
      before,
      claim: outcome.durability === 'strict' ? 'flushed' : 'onDevice',
      excluded: new Set(outcome.problems.map(({componentId}) => componentId)),
    })
  }
}

/** Mostly what a person sees, else anything. */
function workspaceOf(tab: SimTab, step: Step): string {
  const visible = visibleOf(tab)
  const seen = step.a < 6 ? visible[step.a % visible.length] : undefined
  return seen?.id ?? allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
}

function visibleOf(tab: SimTab): readonly WorkspaceHandle[] {
  return tab.hot().filter((handle) => handle.getStatus().isVisible)
}

/** UTF-8 bytes of a note around its text. */
const NOTE_FRAME_BYTES = '{"text":""}'.length

/** A text that is known again, of a size around the limit. */
function textOf(value: number, size: number): {readonly text: string; readonly isStorable: boolean} {
  const text = `v${value}.`
  const room = MAX_RECORD_BYTES - NOTE_FRAME_BYTES - text.length
  switch (size) {
    case 5:
      return {text: text + 'x'.repeat(room), isStorable: true}
    case 6:
      return {text: text + 'é'.repeat(room), isStorable: false}
    case 7:
      return {text: INVALID + text, isStorable: false}
    default:
      return {text, isStorable: true}
  }
}
