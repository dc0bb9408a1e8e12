import {assign, type SnapshotFrom} from 'xstate'
import {evictionMachine} from '../../src/machines/eviction/eviction.machine.ts'
import type {Census} from '../../src/machines/eviction/eviction.setup.ts'
import {EVICTION_ACTOR_ID} from '../../src/machines/root/root.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EvictionCandidate} from '../../src/model/eviction.ts'
import type {EntryId, WorkspaceId} from '../../src/model/ids.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {assertHealthy, type RealSystem, startSystem, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof evictionMachine>

type Notebook = {
  /** Ends the wait of the callback before the eviction that runs. */
  answer: {resolve(): void; reject(error: Error): void} | undefined
  /** Left although nobody counted since. */
  gone: string | undefined
  /** How many were let go. */
  evicted: number
}

type EvictionSystem = RealSystem & {readonly notebook: Notebook}

export type Resident = {readonly id: string; readonly isVisible: boolean; readonly isLoading: boolean}

/** What the chart does not remember itself: somebody left while evictions failed, and nobody was counted since. */
type Remembered = {readonly isUncounted?: boolean}

const machineOfModel = evictionMachine.provide({
  actions: {
    noteHealed: assign(({context, event}) => {
      const remembered: Remembered = {isUncounted: event.type === 'census.taken'}
      return context.isDegraded ? {isDegraded: false, ...remembered} : {}
    }),
  },
})

export const evictionIds = ['w1', 'w2', 'w3'] as const

/** Somebody switches between workspaces, shows several at once and changes how many may stay; the app agrees or not. */
export const evictionModel = (world: World): ChartModel<typeof evictionMachine, EvictionSystem> => ({
  machine: machineOfModel,
  input: {cap: 1, absoluteCap: 25, isSmart: true},
  place: (snapshot) => {
    const {cap, attempts, failures, isDegraded, isOverCap} = snapshot.context
    const facts = [cap, attempts.length, Math.min(failures, 3), isDegraded, isOverCap]
    return [residentsIn(snapshot), facts, isUncounted(snapshot)]
  },
  start: async ({inspect}) => {
    const records = await recordsOfWorkspaces(world, evictionIds)
    const system = await startSystem(world, {inspect, records, waits: () => false, cap: 1})
    const notebook: Notebook = {answer: undefined, gone: undefined, evicted: 0}
    system.keepspace.activate(evictionIds[0])
    await system.settle()
    system.keepspace.beforeEviction(
      () =>
        new Promise((resolve, reject) => {
          notebook.answer = {resolve, reject}
        }),
    )
    return {...system, notebook}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: async (system) => {
    await system.settle()
    // What is written at last gathers first.
    await system.time.advanceAsync(0)
  },
  events: {
    'census.taken': {cases: censusesIn, perform: performCensus},
    'cap.changed': {
      cases: (snapshot) =>
        (snapshot.context.attempts.length > 0 && snapshot.matches('blocked')) ||
        snapshot.context.failures > 3 ||
        isUncounted(snapshot)
          ? []
          : [{cap: snapshot.context.cap === 1 ? 2 : 1}],
      perform: ({keepspace}, {cap}) => keepspace.setCap(cap),
    },
    'smart.changed': {
      cases: (snapshot) => (isCalm(snapshot) && snapshot.context.isSmart ? [{isSmart: false}] : []),
      perform: send('smart.changed'),
    },
    'memory.wanted': {
      cases: (snapshot) =>
        (isCalm(snapshot) || isRoomy(snapshot) || snapshot.matches('persisting')) && snapshot.context.wish === undefined
          ? [{cause: 'memoryPressure', strength: 'urgent', bytes: 1}]
          : [],
      perform: send('memory.wanted'),
    },
    'storage.recovered': {
      cases: (snapshot) =>
        (snapshot.context.attempts.length > 0 && !isUncounted(snapshot)) || isCalm(snapshot) ? [{}] : [],
      perform: send('storage.recovered'),
    },
  },
  done: {
    persistVictim: {
      cases: () => [{isReleased: true}, {isReleased: false}],
      perform: async ({keepspace, notebook, time}, output, {before}) => {
        if ((output as {readonly isReleased: boolean}).isReleased) {
          notebook.evicted += 1
          notebook.answer?.resolve()
        } else {
          // Whoever opens it again keeps it; what was asked before it may go ends as well.
          keepspace.open(before.context.victimId as WorkspaceId)
          notebook.answer?.reject(new Error('opened again'))
        }
        await time.advanceAsync(0)
      },
    },
    takeCensus: {cases: (snapshot) => [censusNow(snapshot)], isImmediate: true, perform: () => undefined},
  },
  failed: {
    persistVictim: {
      cases: ({context}) => (context.failures > 3 ? [] : [new KeepspaceError('usage')]),
      perform: ({notebook}) => notebook.answer?.reject(new Error('not now')),
    },
    takeCensus: {
      // Whoever stayed is counted again by itself, a moment later, and so is whoever waits for room.
      cases: ({context}) => (isCountedAgain(context) ? [] : [new KeepspaceError('usage')]),
      isImmediate: true,
      perform: (system, error, {before}) => {
        const state = String(before.value)
        system.watch.onInspect = (event) => {
          const isReached =
            event.type === '@xstate.microstep' &&
            event._transitions.some(({target}) => target?.some(({id}) => id === `eviction.${state}`))
          if (isReached) {
            system.watch.onInspect = () => undefined
            system.actor(EVICTION_ACTOR_ID).send({type: `xstate.error.actor.0.eviction.${state}`, error})
          }
        }
      },
    },
  },
  states: {
    '': (system, snapshot) => {
      assertHealthy(system)
      const {hot, isOverCap, cap} = system.keepspace.getSnapshot()
      // Also those that wait for room: they are weighed, but not loaded.
      const wanted = evictionIds.filter((id) => system.keepspace.getStatus(id).phase !== 'cold')
      const residents = residentsIn(snapshot).flatMap(({id}) => (id === system.notebook.gone ? [] : id))
      assertSame('workspaces in memory or on their way', wanted, residents.toSorted())
      assertSame(
        'others in memory',
        hot.filter((id) => !residents.includes(id)),
        [],
      )
      const {context} = snapshot
      const isTold = context.isOverCap && (context.isBlocked || context.isDegraded)
      assertSame('what is told', {isOverCap, cap}, {isOverCap: isTold, cap: context.cap})
      const evicted = system.events.filter(({type}) => type.startsWith('runtime_evicted_')).length
      assertSame('evictions that were told', evicted, system.notebook.evicted)
      const leaving = evictionIds.filter((id) => system.keepspace.getStatus(id).phase === 'evicting')
      assertSame('who is leaving', leaving, snapshot.matches('persisting') ? [context.victimId] : [])
    },
  },
})

/** What no part of the product sends at that moment. */
function send(type: string) {
  return ({actor}: EvictionSystem, payload: object) => actor(EVICTION_ACTOR_ID).send({type, ...payload})
}

function isCalm(snapshot: Snapshot): boolean {
  return snapshot.matches('watching') && residentsIn(snapshot).length === 1
}

function isCountedAgain({attempts, isBlocked, isDegraded, ranking, cap}: Snapshot['context']): boolean {
  // Whoever waited and fits now comes in, and is counted for it.
  const comesIn = ranking.length <= cap && ranking.some(({protections}) => protections.includes('loading'))
  return attempts.length > 0 || (isBlocked && !isDegraded) || comesIn
}

/** There is room for one that nobody looks at. */
function isRoomy(snapshot: Snapshot): boolean {
  const residents = residentsIn(snapshot)
  const hasHidden = residents.some(({isVisible}) => !isVisible)
  return snapshot.matches('watching') && residents.length === 2 && hasHidden && !isUncounted(snapshot)
}

/** Who is in memory, from the last decision and what has come of it. */
export function residentsIn(snapshot: Snapshot): readonly Resident[] {
  const {ranking, victimId, attempts, cap} = snapshot.context
  if (ranking.length === 0) {
    return [{id: evictionIds[0], isVisible: true, isLoading: false}]
  }
  const hasLeft = !snapshot.matches('persisting') && victimId !== undefined && !attempts.some(({id}) => id === victimId)
  const present = ranking.filter(({id}) => !hasLeft || id !== victimId)
  return present
    .map(({id, protections}) => ({
      id,
      isVisible: protections.includes('visible'),
      // Whoever waits for room is loaded as soon as there is some.
      isLoading: protections.includes('loading') && present.length > cap,
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Who is in memory is known only after the next count: paths end here. */
function isUncounted(snapshot: Snapshot): boolean {
  const {attempts, cap} = snapshot.context
  const isLeft = attempts.length > 0 && residentsIn(snapshot).length > cap
  return snapshot.matches('watching') && (isLeft || (snapshot.context as Remembered).isUncounted === true)
}

type Kind = 'same' | 'beside' | 'instead' | 'hidden' | 'fewer'

export type Told = Census & {readonly kind: Kind; readonly toJSON: () => string}

/** What somebody may do next, and who is in memory then. */
function censusesIn(snapshot: Snapshot): readonly Told[] {
  const residents = residentsIn(snapshot)
  const {attempts, cap} = snapshot.context
  const told = (kind: Kind, next: readonly Resident[]): Told => ({
    kind,
    ...censusOf(next, snapshot.context.cap, snapshot.context.clockMs),
    toJSON: () => kind,
  })
  const newest = evictionIds.find((id) => !residents.some((resident) => resident.id === id))
  const same = told('same', residents)
  if (isUncounted(snapshot)) {
    return []
  }
  if (snapshot.matches('watching')) {
    const isAlone = residents.length === 1 && newest !== undefined
    const added = {id: newest ?? '', isVisible: true, isLoading: true}
    return isAlone
      ? [
          same,
          told('beside', [...residents, added]),
          told('instead', [...residents.map((one) => ({...one, isVisible: false})), added]),
        ]
      : [same]
  }
  if (snapshot.matches('blocked')) {
    const visible = residents.filter(({isVisible}) => isVisible)
    // The other one waits for room.
    const first = visible.find(({isLoading}) => !isLoading)
    return visible.length > 1 && first !== undefined && cap === 1 && attempts.length === 0
      ? [
          same,
          told(
            'hidden',
            residents.map((one) => (one.id === first.id ? {...one, isVisible: false} : one)),
          ),
        ]
      : [same]
  }
  if (snapshot.matches('degraded')) {
    return [
      same,
      told(
        'fewer',
        residents.filter(({isVisible}) => isVisible),
      ),
    ]
  }
  return snapshot.matches('persisting') ? [same] : []
}

async function performCensus(system: EvictionSystem, payload: object, {before}: {before: Snapshot}): Promise<void> {
  const {keepspace, notebook} = system
  const {kind, candidates} = payload as Told
  const shown = candidates.find(({isVisible}) => isVisible)?.id as WorkspaceId
  const known = residentsIn(before)
  const added = candidates.find(({id}) => !known.some((resident) => resident.id === id))?.id
  switch (kind) {
    case 'same':
      keepspace.activate(shown)
      return
    case 'beside':
      keepspace.activate(added as WorkspaceId)
      return
    case 'instead':
      for (const {id} of known) {
        keepspace.hide(id)
      }
      keepspace.activate(added as WorkspaceId)
      return
    case 'hidden':
      keepspace.hide(candidates.find(({isVisible}) => !isVisible)?.id as WorkspaceId)
      return
    case 'fewer': {
      const hidden = known.find(({isVisible}) => !isVisible)?.id as WorkspaceId
      notebook.gone = hidden
      void keepspace.unload(hidden)
      await system.settle()
      notebook.answer?.resolve()
    }
  }
}

/** What is counted right now. After a rest it is later than at the last count. */
function censusNow(snapshot: Snapshot): Census {
  const {attempts, victimId, clockMs, isBlocked} = snapshot.context
  const retryAtMs = Math.min(...attempts.map((attempt) => attempt.retryAtMs))
  const isAfterRest = isBlocked && victimId === undefined && attempts.length > 0
  return censusOf(residentsIn(snapshot), snapshot.context.cap, isAfterRest ? retryAtMs : clockMs)
}

function censusOf(residents: readonly Resident[], cap: number, atMs: number): Census {
  const candidates = residents.map(
    ({id, isVisible, isLoading}): EvictionCandidate => ({
      id: id as WorkspaceId,
      entryId: 'entry' as EntryId,
      isVisible,
      isShared: false,
      isPinned: false,
      isUnsavable: false,
      isAttached: false,
      isLoading: isLoading && residents.length > cap,
      runningOperations: {resumable: 0, unresumable: 0},
      isDefault: false,
      componentCount: 1,
      bytes: 1_000,
      wasSeen: true,
      unseenMs: isVisible ? 0 : 10,
      revisits: 0,
    }),
  )
  return Object.assign({candidates, atMs}, {toJSON: () => residents.map(({id}) => id).join()})
}
