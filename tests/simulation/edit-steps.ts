import type {WorkspaceHandle} from '../../src/model/handles.ts'
import {type Action, act, expectAnswer, goToEntry, HOUR_MS, look, workspaceOf, write} from './doings.ts'
import type {Step, StepKind} from './history.ts'
import type {SimTab} from './sim-tab.ts'
import {stateValue} from './stored-format.ts'
import {alarmPlaces, allWorkspaces, storedWorkspaces, type World} from './world.ts'

/** What changes content, what runs, and the catalogue. */
export const editSteps = {
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
  startTimer: (world, tab, step) => {
    setTimer(world, tab, step, true)
    if (step.c >= LEFT_RUNNING) {
      const workspace = storedWorkspaces[step.a % 2] ?? 'w0'
      look(world, tab, {...step, a: step.a % 2})
      leaveEntryOf(world, tab, {workspace, stopsWork: step.c % 2 === 0})
    }
  },
  stopTimer: (world, tab, step) => setTimer(world, tab, step, false),
  setAlarm: (world, tab, step) => setAlarm(world, tab, step),
  dismiss: (world, tab, step) => {
    const dismiss = () => {
      const alarms = tab.keepspace.alarms.list()
      const alarm = alarms[step.a % alarms.length]
      if (alarm !== undefined) {
        expectAnswer(world, tab, 'dismiss', tab.keepspace.alarms.dismiss(alarm), () => world.reached('dismissed'))
      }
    }
    dismiss()
    // Also what rings next.
    world.clock.setTimeout(() => tab.client.run(() => act(dismiss, world)), DISMISSED_AFTER_MS)
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
    if (step.c === 6) {
      leaveEntryOf(world, tab, {workspace, stopsWork: false})
    }
  },
  stopWork: (world, tab, step) => {
    const workspace = workspaceOf(tab, step)
    const component = `n${step.b % 2}`
    tab.keepspace.workspace(workspace).component(tab.components.note, component).stopOperation('work')
    world.note({type: 'workStopped', tab: tab.name, workspace, component, atMs: 0})
  },
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
  pin: (world, tab, step) => {
    const isPinned = step.b % 3 !== 0
    catalogueChange(world, tab, step, {register: 'pinned', value: isPinned ? 'pinned' : undefined}, async (id) => {
      world.note({type: 'pinned', tab: tab.name, workspace: id, isPinned})
      await tab.keepspace.catalogue.setWorkspacePinned(id, isPinned)
      world.note({type: 'pinSettled', tab: tab.name, workspace: id, isPinned})
    })
    if (step.c >= 4) {
      const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
      look(world, tab, step)
      leaveEntryOf(world, tab, {workspace, stopsWork: true})
    }
  },
} satisfies Partial<Record<StepKind, Action>>

/** This `c` of an edit is somebody who goes on typing, also while saves are under way or get no answer. */
export const TYPING = 4
const typedAfterMs = [400, 2_500, 5_600]

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

/** From this `c` on a timer goes on while its entry is left. */
export const LEFT_RUNNING = 5
const DISMISSED_AFTER_MS = 3_000
export const LEFT_AFTER_MS = 1_500

/** Somebody is in the entry of a workspace, and soon goes to another one. */
function leaveEntryOf(
  world: World,
  tab: SimTab,
  {workspace, stopsWork}: {readonly workspace: string; readonly stopsWork: boolean},
): void {
  const [own, other] = workspace === 'w3' ? (['second', 'main'] as const) : (['main', 'second'] as const)
  goToEntry(world, tab, {entry: own, stopsWork})
  const leave = () => act(() => goToEntry(world, tab, {entry: other, stopsWork}), world)
  world.clock.setTimeout(() => tab.client.run(leave), LEFT_AFTER_MS)
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
