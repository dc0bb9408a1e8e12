import type {AnyActorRef, AnyStateNode, InspectionEvent} from 'xstate'
import {CLAIM_WAIT_MS} from '../../src/host/alarms.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import type {KeepspaceEvent} from '../../src/model/events.ts'
import type {Keepspace, WorkspaceHandle} from '../../src/model/handles.ts'
import type {PageEvent} from '../../src/model/page-lifecycle.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import type {TabBus} from '../../src/model/tab-bus.ts'
import type {TabLocks} from '../../src/model/tab-locks.ts'
import type {Time} from '../../src/model/time.ts'
import type {Witness} from '../../src/model/witness.ts'
import {stateName, transitionName} from './chart-parts.ts'
import type {AcceptMode, CheckedEvent, ClaimedLevel} from './checker-events.ts'
import type {SimClient} from './sim-client.ts'
import type {SimClock} from './sim-clock.ts'
import {type AlarmState, createSimComponents, type SimComponents, TIMER_THROTTLE_MS} from './sim-components.ts'
import {stateValue} from './stored-format.ts'

/** Changes of it are stored late on purpose. */
const TIMER_REGISTER = 't0.state'

/** What a tab is made of and whom it tells. */
export type SimTabContext = {
  readonly client: SimClient
  readonly clock: SimClock
  readonly time: Time
  readonly storage: StorageTarget
  readonly bus: TabBus
  readonly locks: TabLocks | undefined
  readonly witness: Witness | undefined
  readonly workspaces: readonly string[]
  readonly isDevelopment: boolean
  readonly cap: number
  readonly maxRecordBytes: number
  /** How much of the memory of the device is taken; undefined when nobody measures it. */
  readonly memoryShare?: () => number
  /** Every transition of every chart is looked at. */
  readonly isWatched: boolean
  /** From 0 up to 1. */
  random(): number
  note(event: CheckedEvent): void
  /** Something that must never happen. */
  fail(violation: string): void
  reached(what: string): void
}

/** The life of one page: a Keepspace of its own, its timers, and what it shows. */
export type SimTab = {
  readonly name: string
  readonly keepspace: Keepspace
  readonly components: SimComponents
  readonly client: SimClient
  /** Whether its storage is the shared one. */
  readonly isPersistent: boolean
  page(event: PageEvent): void
  /** Calls `edit` and notes what it set, unless it was refused. */
  accept(
    workspace: string,
    edit: (handle: WorkspaceHandle) => void,
    sets: readonly AcceptedValue[],
    mode?: AcceptMode,
  ): void
  /** Tells the checker what the tab shows of every workspace whose status changed since the last time. */
  observe(): void
  /** The status of every workspace that is in memory. */
  hot(): readonly WorkspaceHandle[]
}

export type AcceptedValue = {
  readonly register: string
  readonly value: string | undefined
  readonly isStorable?: boolean
}

/** Opens a page. It lives until its client does not. */
export function openSimTab(context: SimTabContext): SimTab {
  const {client} = context
  const tab = client.name
  const note = (event: CheckedEvent) => {
    if (client.isAlive) {
      context.note(event)
    }
  }
  const lastTicks = new Map<string, number>()
  const changed = new Set<string>()
  const placeOf = ({home}: {readonly home: string}) => {
    const [workspace = '', component = ''] = home.split('/')
    return {workspace, component}
  }
  /** What a passed moment would change, while somebody asks: only what is set in the same breath is an edit. */
  let elapsing: AlarmState | undefined
  const followed = new Set<string>()
  const followAlarm = ({home}: AlarmState) => {
    const {workspace, component} = placeOf({home})
    if (!followed.has(home)) {
      followed.add(home)
      const handle = keepspace.workspace(workspace).component(components.alarm, component)
      handle.subscribe(() => {
        if (elapsing?.home === home && isPersistent()) {
          noteAccepted(workspace, {register: `${component}.state`, value: stateValue(elapsing)}, 'sure')
          elapsing = undefined
        }
      })
    }
  }
  const components = createSimComponents({
    ticked: (state) => {
      const {workspace, component} = placeOf(state)
      note({type: 'ticked', tab, workspace, seconds: state.seconds, atMs: context.clock.elapsed()})
      lastTicks.set(state.home, context.clock.elapsed())
      noteAccepted(workspace, {register: `${component}.state`, value: stateValue(state)}, 'sure')
    },
    elapsed: (state) => {
      followAlarm(state)
      elapsing = state
      queueMicrotask(() => {
        elapsing = undefined
      })
    },
    remaining: (state, wallMs, remainingMs) => {
      const {deadlineMs, durationMs} = state
      note({type: 'remaining', tab, ...placeOf(state), deadlineMs, durationMs, wallMs, remainingMs})
    },
  })
  const page = createPage()

  const noteAccepted = (workspace: string, {register, value, isStorable = true}: AcceptedValue, mode: AcceptMode) =>
    note({type: 'accepted', tab, workspace, register, value, mode, isStorable})

  const keepspace = createKeepspace({
    namespace: 'simulation',
    components: [components.note, components.timer, components.alarm],
    storage: context.storage,
    time: context.time,
    ids: countingIds(tab),
    random: context.random,
    lifecycle: page.lifecycle,
    bus: context.bus,
    ...(context.locks && {locks: context.locks}),
    ...(context.witness && {witness: context.witness}),
    askToKeep: async () => undefined,
    ...memoryOf(context.memoryShare, context.time),
    cap: context.cap,
    isDevelopment: context.isDevelopment,
    maxRecordBytes: context.maxRecordBytes,
    ...(context.isWatched && {
      inspect: (event: InspectionEvent) =>
        watchCharts(event, context, () => keepspace.getSnapshot().storage.phase === 'closed'),
    }),
  })
  keepspace.on('*', (event) => {
    if (event.type === 'workspace_loaded') {
      note({
        type: 'entered',
        tab,
        workspace: event.workspaceId,
        atMs: context.clock.elapsed(),
        ...residentsOf(keepspace, event.workspaceId),
      })
    }
    if (event.type === 'alarm_fired') {
      const {workspaceId: workspace, componentId: component} = event
      for (const alarm of keepspace.alarms.list()) {
        if (alarm.workspaceId === workspace && alarm.componentId === component) {
          const {deadlineMs, firedAt} = alarm
          const isUnanswered = context.time.now() - firedAt >= CLAIM_WAIT_MS
          note({type: 'rang', tab, workspace, component, deadlineMs, wallMs: firedAt, isUnanswered})
        }
      }
    }
    noteEvent(event, {...context, note})
  })
  for (const workspace of context.workspaces) {
    keepspace.subscribeStatus(workspace, () => changed.add(workspace))
  }

  const isPersistent = () => keepspace.getSnapshot().storage.isPersistent
  const view = (workspace: string) => {
    const handle = keepspace.workspace(workspace)
    const status = handle.getStatus()
    const isShown = status.phase === 'hot' || status.phase === 'evicting'
    context.reached(`status ${status.phase} ${status.save}`)
    if (isShown && isPersistent()) {
      note({
        type: 'viewed',
        tab,
        workspace,
        claim: claimOf(status.save === 'saved' && status.level !== 'onServer' ? status.level : 'unsaved'),
        ...shownBy(handle, components, (component) => {
          const tickedAt = lastTicks.get(`${workspace}/${component}`)
          return tickedAt !== undefined && context.clock.elapsed() - tickedAt <= TIMER_THROTTLE_MS
        }),
      })
    }
  }

  return {
    name: tab,
    keepspace,
    components,
    client,
    get isPersistent() {
      return isPersistent()
    },
    page: page.tell,
    accept: (workspace, edit, sets, mode) => {
      const handle = keepspace.workspace(workspace)
      const {phase} = handle.getStatus()
      note({type: 'wanted', tab, workspace})
      try {
        edit(handle)
      } catch {
        context.reached('edit refused')
        return
      }
      const isLoaded = phase === 'hot' || phase === 'evicting'
      for (const set of sets) {
        noteAccepted(workspace, set, isPersistent() ? (mode ?? (isLoaded ? 'sure' : 'pending')) : 'unpromised')
        if (set.register === TIMER_REGISTER) {
          lastTicks.set(`${workspace}/${TIMER_REGISTER.split('.')[0]}`, context.clock.elapsed())
        }
      }
      changed.add(workspace)
    },
    observe: () => {
      for (const workspace of changed) {
        view(workspace)
      }
      changed.clear()
    },
    hot: () => keepspace.getSnapshot().hot.map((id) => keepspace.workspace(id)),
  }
}

/** What a view sees of a workspace, and what it knows to be not saved. */
function shownBy(handle: WorkspaceHandle, components: SimComponents, mayLag: (component: string) => boolean) {
  const shown = new Map<string, string>()
  const excluded = new Set<string>()
  for (const {id, type, layout, status, problem} of handle.getComponents()) {
    const definition = type === 'timer' ? components.timer : type === 'alarm' ? components.alarm : components.note
    const state = status === 'placeholder' ? undefined : handle.component<string, object>(definition, id).getState()
    shown.set(`${id}.layout`, String(layout.x))
    if (state !== undefined) {
      shown.set(`${id}.state`, stateValue(state as Record<string, unknown>))
    }
    if (problem !== undefined) {
      excluded.add(id)
    }
    if (mayLag(id)) {
      excluded.add(`${id}.state`)
    }
  }
  return {shown, excluded}
}

/** How long it takes to measure memory. */
const MEASURING_MS = 40

/** What a page measures. */
function memoryOf(share: (() => number) | undefined, time: Time) {
  const measure = async () => {
    await new Promise<void>((resolve) => void time.setTimeout(resolve, MEASURING_MS))
    return share && {usedBytes: share() * 1_000, limitBytes: 1_000}
  }
  return share === undefined
    ? {}
    : {flags: {memoryAwareEviction: true}, memoryProbes: [{source: 'heap' as const, measure}]}
}

/** Who is in memory: how many may be, how many are there that nobody keeps on purpose, and whether storage works. */
function residentsOf(keepspace: Keepspace, entering: string) {
  const {hot, cap, storage} = keepspace.getSnapshot()
  const settled = hot.filter((id) => {
    const {phase, save, isPinned} = keepspace.getStatus(id)
    return phase === 'hot' && save === 'saved' && !isPinned
  })
  const isHeld = (id: string) => ['hot', 'evicting'].includes(keepspace.getStatus(id).phase)
  const held = hot.filter((id) => id !== entering && isHeld(id))
  return {cap, settled, inMemory: held.length, isStorageWell: storage.phase === 'ready' && storage.isPersistent}
}

/** What a level of safety promises; undefined for none. */
function claimOf(level: 'unsaved' | 'onDevice' | 'flushed'): ClaimedLevel | undefined {
  return level === 'unsaved' ? undefined : level
}

function noteEvent(event: KeepspaceEvent, context: SimTabContext): void {
  const tab = context.client.name
  context.reached(event.type)
  switch (event.type) {
    case 'workspace_loaded':
      context.note({type: 'loaded', tab, workspace: event.workspaceId})
      break
    case 'edit_dropped':
      context.note({type: 'dropped', tab, workspace: event.workspaceId})
      break
    case 'workspace_opened':
      context.note({type: 'wanted', tab, workspace: event.workspaceId})
      break
    case 'workspace_runtime_evicted':
      if (event.reason === 'evict') {
        context.note({type: 'evicted', tab, workspace: event.workspaceId, atMs: context.clock.elapsed()})
      }
      context.note({type: 'released', tab, workspace: event.workspaceId})
      break
    case 'actor_failed':
      context.fail(`a chart ended by a fault: ${event.error.code} ${event.error.detail} [${tab}]`)
      break
    default:
      break
  }
}

function watchCharts(event: InspectionEvent, context: SimTabContext, isClosed: () => boolean): void {
  if (event.type === '@xstate.event' && hasEnded(event.actorRef) && !isClosed()) {
    context.fail(`${event.event.type} was sent to a chart that has ended [${context.client.name}]`)
  }
  if (event.type !== '@xstate.microstep' || event.event.type === 'xstate.stop') {
    return
  }
  if (event._transitions.length === 0) {
    context.fail(`a chart dropped ${event.event.type} [${context.client.name}]`)
  }
  for (const {source, eventType, target} of event._transitions) {
    context.reached(transitionName(source.id, eventType))
    for (const state of target ?? []) {
      reachState(state, context)
    }
  }
}

/** XState tells in a development build only. */
function hasEnded(actor: Pick<AnyActorRef, 'getSnapshot'> | object): boolean {
  const snapshot: {readonly status: string} | undefined = 'getSnapshot' in actor ? actor.getSnapshot() : undefined
  return snapshot !== undefined && snapshot.status !== 'active'
}

/** A state and those that are entered with it. */
function reachState(state: AnyStateNode, context: SimTabContext): void {
  context.reached(stateName(state.id))
  if (state.type === 'compound') {
    for (const initial of state.initial.target) {
      reachState(initial, context)
    }
  }
}

function createPage() {
  const listeners = new Set<(event: PageEvent) => void>()
  return {
    lifecycle: {
      subscribe: (listener: (event: PageEvent) => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    tell: (event: PageEvent) => {
      for (const listener of [...listeners]) {
        listener(event)
      }
    },
  }
}

function countingIds(prefix: string) {
  let count = 0
  return {
    next: () => {
      count += 1
      return `${prefix}-${count}`
    },
  }
}
