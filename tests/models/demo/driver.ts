import {
  type AnyComponentDefinition,
  type CommitGroup,
  createKeepspace as create,
  type Keepspace,
  KeepspaceError,
  type KeepspaceEvent,
  type KeepspaceOptions,
  type StorageTarget,
} from 'keepspace'
import {type AnsweredStorage, answeredStorage, createFakeLocks, createSimulatedTime} from 'keepspace/testing'
import type {AnyActorRef, AnyStateMachine, InspectionEvent} from 'xstate'
import {nameOfTransition, statesOf, transitionsOf, watchPlaces} from '../../../src/machines/chart-places.ts'
import {watchDropped} from '../../support/dropped-events.ts'
import {createMemo} from '../memo.ts'
import {type StoredValue, storedValues} from './stored-values.ts'
import {waitsFor} from './waits-for.ts'

// The demo is built with this module in place of the package, where it makes its Keepspace: the same product on a clock
// that stands still, over storage whose chosen calls wait, and with an object for its driver. Everything else is real.
export * from 'keepspace'

/** What the page is told before it starts. */
export type Order = {
  readonly chart: string
  /** What is stored before. */
  readonly records: readonly StoredValue[]
  /** The transition that every chart of this name is to lack. */
  readonly missing?: string | undefined
  /** Whether time goes by itself and storage answers at once: the tab of somebody else. */
  readonly isFree?: boolean
}

/** Where a person's hands do not reach: time, storage, and what charts hear from inside. */
export type Driver = ReturnType<typeof createDriver>

declare global {
  interface Window {
    readonly order?: Order
    driver?: Driver
  }
}

const MEMO = 'memo'
const MOST_BYTES = 2_000

export function createKeepspace(options: KeepspaceOptions): Keepspace {
  const {order} = window
  if (order === undefined || options.namespace !== 'demo') {
    return create(options)
  }
  const time = createSimulatedTime(Date.now())
  const storage = answeredStorage(
    withRecords(options.storage, order.records),
    (method, args) => !order.isFree && waitsFor(order.chart, method, args, {isReady: window.driver?.isReady === true}),
  )
  const watcher = watchDropped()
  const places = watchPlaces(order.chart)
  const actors = new Map<string, AnyActorRef>()
  const hook: Hook = {onInspect: () => undefined}
  const keepspace = create({
    ...options,
    storage: storage.target,
    maxRecordBytes: MOST_BYTES,
    isDevelopment: false,
    // Tabs that cannot hear each other: what another one did is first seen when a commit is refused.
    bus: {post: () => undefined, subscribe: () => () => undefined, close: () => undefined},
    locks: createFakeLocks()(),
    random: () => 1,
    ...(!order.isFree && {time}),
    // Time goes on while the app is asked; it answers when the driver does.
    ...(order.chart === 'eviction' && {evictionReadinessMs: 60_000}),
    inspect: (event: InspectionEvent) => {
      if (event.type === '@xstate.actor') {
        const actor = event.actorRef as AnyActorRef
        actors.set(actor.id, actor)
        removeFrom(actor, order.missing)
      }
      places.inspect(event)
      watcher.inspect(event)
      hook.onInspect(event)
    },
  })
  const {components} = options
  window.driver = createDriver({keepspace, components, time, storage, actors, hook, places, dropped: watcher.dropped})
  return keepspace
}

type Hook = {onInspect: (event: InspectionEvent) => void}

type Parts = {
  readonly keepspace: Keepspace
  readonly components: readonly AnyComponentDefinition[]
  readonly time: ReturnType<typeof createSimulatedTime>
  readonly storage: AnsweredStorage
  readonly actors: ReadonlyMap<string, AnyActorRef>
  readonly hook: Hook
  readonly places: ReturnType<typeof watchPlaces>
  readonly dropped: readonly string[]
}

function createDriver({keepspace, components, time, storage, actors, hook, places, dropped}: Parts) {
  const events: KeepspaceEvent[] = []
  const waits: {resolve(): void; reject(error: Error): void}[] = []
  const memo = createMemo()
  let unloading = 0
  keepspace.on('*', (event) => void events.push(event))

  const settle = async () => {
    for (let quiet = 0; quiet < 4; quiet += 1) {
      await time.settle()
      quiet = storage.running > 0 ? 0 : quiet
    }
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  }
  const send = (actorId: string, event: {readonly type: string}) => actors.get(actorId)?.send(event)
  const set = (workspaceId: string, componentId: string, patch: object, isUrgent = false) => {
    const definition = components.find(({type}) => type === 'sticky') as AnyComponentDefinition
    keepspace.workspace(workspaceId).component(definition, componentId).set(patch, {immediate: isUrgent})
  }
  return {
    isReady: false,
    settle,
    advance: (ms: number) => time.advanceAsync(ms),
    send,
    set,
    /** The longest waiting call of storage gets its answer. Says whether there was one. */
    answer: (code?: string) => {
      const [call] = storage.waiting
      code === undefined ? call?.succeed() : call?.fail(new KeepspaceError(code as 'usage'))
      return call !== undefined
    },
    /** A part of the workspace that belongs to the app, not to React. */
    attachMemo: (workspaceId: string) => void keepspace.workspace(workspaceId).attach(MEMO, memo.source, {type: MEMO}),
    jot: memo.write,
    /** Does something the next time a chart comes to a state whose name ends so, before the chart goes on. */
    atState: (ending: string, act: Act) => {
      hook.onInspect = (event) => {
        const isThere =
          event.type === '@xstate.microstep' &&
          event._transitions.some(({target}) => target?.some(({id}) => id.endsWith(ending)))
        if (isThere) {
          hook.onInspect = () => undefined
          perform(act)
        }
      }
    },
    holdEvictions: () =>
      void keepspace.beforeEviction(() => new Promise((resolve, reject) => waits.push({resolve, reject}))),
    /** Ends the wait of the callback before the newest eviction. */
    answerEviction: (isAgreed: boolean) => {
      const wait = waits.at(-1)
      isAgreed ? wait?.resolve() : wait?.reject(new Error('not now'))
    },
    unload: (workspaceId: string) => {
      unloading += 1
      void keepspace.unload(workspaceId).then(() => {
        unloading -= 1
      })
    },
    look: async (workspaceIds: readonly string[]) => ({
      statuses: workspaceIds.map((id) => statusOf(keepspace, id)),
      ...summaryOf(keepspace),
      memo: memo.text,
      waiting: storage.waiting.map(({method, args}) => ({method, titles: titlesIn(args[0])})),
      unloading,
      evicted: events.filter(({type}) => type.startsWith('runtime_evicted_')).length,
      faults: [...dropped, ...events.filter(({type}) => type === 'actor_failed').map(({type}) => type)],
      stored: await storedValues(),
    }),
    /** Names of the places that the running charts went through. */
    places: () => ({states: [...places.states], transitions: [...places.transitions]}),
  }

  function perform(act: Act): void {
    if (act.kind === 'set') {
      set(act.workspaceId, act.componentId, act.patch)
    } else if (act.kind === 'jot') {
      memo.write(act.text)
    } else {
      send(act.actorId, {type: act.type, error: new KeepspaceError('usage')} as {readonly type: string})
    }
  }
}

/** What can happen in the middle of a step. */
export type Act =
  | {readonly kind: 'set'; readonly workspaceId: string; readonly componentId: string; readonly patch: object}
  | {readonly kind: 'jot'; readonly text: string}
  | {readonly kind: 'fail'; readonly actorId: string; readonly type: string}

function statusOf(keepspace: Keepspace, id: string) {
  const {phase, isSlow, save, error} = keepspace.getStatus(id)
  return {phase, isSlow, save, code: error?.code}
}

function summaryOf(keepspace: Keepspace) {
  const {hot, cap, isOverCap, storage} = keepspace.getSnapshot()
  return {hot, cap, isOverCap, storage: {phase: storage.phase, code: storage.error?.code}}
}

/** What the records of a transaction are called, where they have a title. */
function titlesIn(groups: unknown): readonly string[] {
  const puts = Array.isArray(groups) ? groups.flatMap((group: Partial<CommitGroup>) => group.puts ?? []) : []
  return puts.flatMap(({value}) => (value as {readonly title?: string}).title ?? [])
}

/** A storage in which somebody has worked already. */
function withRecords(target: StorageTarget, records: readonly StoredValue[]): StorageTarget {
  return {
    name: target.name,
    ...(target.place !== undefined && {place: target.place}),
    open: async () => {
      const port = await target.open()
      if (records.length > 0 && (await port.list('')).length === 0) {
        const expect = {key: 'models/prepared', revision: 0}
        const group = {commitId: 'prepared' as never, expect, puts: records, deletes: []}
        await port.commit([group], {durability: 'relaxed'})
      }
      return port
    },
  }
}

/** The transition with this name is never taken any more. All actors of a chart share it. */
function removeFrom(actor: AnyActorRef, name: string | undefined): void {
  const {root} = (actor as unknown as {readonly logic: Partial<AnyStateMachine>}).logic
  if (name === undefined || root === undefined) {
    return
  }
  for (const transition of statesOf(root).flatMap(transitionsOf)) {
    if (nameOfTransition(transition) === name) {
      Object.assign(transition, {guard: () => false})
    }
  }
}
