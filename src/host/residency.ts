import {type Census, policyOf} from '../machines/eviction/eviction.setup.ts'
import {decisionOf, wishOf} from '../machines/memory/pressure.policy.ts'
import type {ErrorReport} from '../model/errors.ts'
import type {Keepspace} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {isEqualJson} from '../model/json.ts'
import type {MemoryReading, MemoryStatus} from '../model/memory.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {Emitter} from '../services/emitter.ts'
import {readMemory} from '../services/memory-probe/memory-probe.ts'
import {type AwakeTime, createAwakeTime} from '../services/time/awake-time.ts'
import {type Admission, createAdmission} from './admission.ts'
import {keptOnPurpose, takeCensus} from './census.ts'
import {createDecisions, type Decisions} from './decisions.ts'
import type {Events} from './events.ts'
import {createFlags, type Flags} from './flags.ts'
import type {ResolvedOptions} from './options.ts'
import {createRolloutGuard} from './rollout-guard.ts'
import type {System} from './system.ts'
import {createVisits, type Visits} from './visits.ts'
import type {Workspaces} from './workspaces.ts'

/** Everything about who is in memory: who may come in, who leaves, how much it takes, and why. */
export type Residency = {
  readonly awake: AwakeTime
  readonly visits: Visits
  readonly flags: Flags
  readonly admission: Admission
  census(): Census
  measure(): Promise<MemoryReading>
  /** Who is in memory, or visible, changed. */
  changed(): void
  /** The catalogue changed: of what it holds, pins decide who may be in memory. */
  catalogueChanged(): void
  /** The charts run. */
  start(): void
  stop(): void
  readonly verbs: ResidencyVerbs
}

/** What of the public API is about memory. */
export type ResidencyVerbs = Pick<
  Keepspace,
  'explain' | 'getDecisions' | 'getMemory' | 'measureMemory' | 'freeMemory' | 'getFlags' | 'setFlags'
>

/** Wires what keeps memory within its bounds. */
export function createResidency(context: {
  readonly options: ResolvedOptions
  readonly events: Events
  readonly snapshotChanged: Emitter<[]>
  readonly workspaces: () => Workspaces
  readonly catalogue: () => CatalogueService
  readonly system: () => System
  readonly flush: () => Promise<unknown>
  readonly assertOpen: () => void
}): Residency {
  const {options, events, snapshotChanged, assertOpen} = context
  const awake = createAwakeTime(options.time)
  const visits = createVisits()
  let decisions: Decisions | undefined

  const census = (): Census => {
    const {workspaces, catalogue} = {workspaces: context.workspaces(), catalogue: context.catalogue()}
    return takeCensus({options, workspaces, catalogue, awake, visits, isLive: flags.current.liveState})
  }
  const eviction = () => context.system().eviction
  const memory = () => context.system().memory
  const flags = createFlags({
    initial: options.flags,
    flush: context.flush,
    emit: events.emit,
    apply: ({liveState, smartEviction, memoryAwareEviction}) => {
      eviction().send({type: 'smart.changed', isSmart: smartEviction})
      memory().send({type: 'monitor.switched', isOn: memoryAwareEviction})
      context.workspaces().setLive(liveState)
      changed()
    },
  })
  const admission = createAdmission({
    time: options.time,
    runtimes: () => context.workspaces().all(),
    kept: () => keptOnPurpose(context.workspaces(), context.catalogue()),
    emit: events.emit,
    placesChanged: () => snapshotChanged.emit(),
    facts: () => {
      const {cap, absoluteCap, isBlocked, isDegraded, lastError} = eviction().getSnapshot().context
      const writer = context.system().writer.getSnapshot()
      return {
        capacity: {cap, absoluteCap},
        isBlocked: isBlocked || isDegraded,
        isStorageFailing:
          (isDegraded && degradedBy?.code.startsWith('storage.') === true) ||
          lastError?.code.startsWith('storage.') === true ||
          writer.hasTag('stuck') ||
          writer.hasTag('backingOff'),
        isCritical: decisionOf(memory().getSnapshot().context.level).blocks,
      }
    },
  })
  /** What evictions failed with when they were called degraded. */
  let degradedBy: ErrorReport | undefined
  let isCensusDue = false
  // Once per burst: when one view replaces another, the first one is hidden in the same breath.
  const changed = () => {
    snapshotChanged.emit()
    if (isCensusDue) {
      return
    }
    isCensusDue = true
    queueMicrotask(() => {
      isCensusDue = false
      if (context.system().isActive) {
        eviction().send({type: 'census.taken', ...census()})
        admission.check()
      }
    })
  }
  let pinned = ''
  const catalogueChanged = () => {
    const now = context
      .workspaces()
      .all()
      .flatMap(({id}) => (context.catalogue().isPinned(id) ? id : []))
      .sort()
      .join('/')
    if (now !== pinned) {
      pinned = now
      changed()
    }
  }
  const residents = () => {
    const {candidates} = census()
    return {
      runtimeCount: candidates.length,
      componentCount: candidates.reduce((sum, {componentCount}) => sum + componentCount, 0),
      ownBytes: candidates.reduce((sum, {bytes}) => sum + bytes, 0),
    }
  }
  const standings = () => {
    const {isSmart} = eviction().getSnapshot().context
    const policy = policyOf(isSmart, options.evictionPolicy)
    return policy(census().candidates, {strength: 'urgent', refused: new Set<WorkspaceId>()})
  }
  const followMemory = () => {
    memory().on('pressure.changed', ({from, to, reading}) => {
      events.emit({type: 'memory_pressure_changed', from, to, source: reading?.source})
      snapshotChanged.emit()
      admission.check()
    })
    memory().on('memory.measured', ({level, reading}) => {
      const wish = wishOf(level, reading)
      if (wish !== undefined) {
        eviction().send({type: 'memory.wanted', cause: 'memoryPressure', ...wish})
      }
      snapshotChanged.emit()
    })
    events.on('workspace_runtime_evicted', ({reason}) => {
      // A person closed one to open another, and should not wait for the next measurement.
      if (reason === 'unload' && admission.refused().length > 0) {
        memory().send({type: 'measure.requested'})
      }
    })
  }
  let status: MemoryStatus | undefined
  const getMemory = () => {
    const snapshot = memory().getSnapshot()
    const {level, reading} = snapshot.context
    const next: MemoryStatus = {
      isOn: snapshot.hasTag('on'),
      level,
      decision: decisionOf(level),
      isDegraded: eviction().getSnapshot().context.isDegraded,
      reading,
      blocked: admission.refused(),
    }
    status = status !== undefined && isEqualJson(status, next) ? status : next
    return status
  }

  return {
    awake,
    visits,
    flags,
    admission,
    census,
    changed,
    catalogueChanged,
    measure: () => readMemory(options.memoryProbes, {time: options.time, residents, estimate: options.memoryEstimate}),
    start: () => {
      decisions = createDecisions({
        eviction: eviction(),
        now: options.time.now,
        emit: events.emit,
        on: events.on,
        changed: snapshotChanged.emit,
        standings,
        lastSeenAt: visits.lastSeenAt,
        isRefused: (id) => context.workspaces().get(id)?.isRefusedForMemory === true,
      })
      eviction().subscribe(() => admission.check())
      eviction().on('eviction.degraded', ({error}) => {
        degradedBy = error
        snapshotChanged.emit()
      })
      eviction().on('eviction.healed', snapshotChanged.emit)
      followMemory()
      const guard = createRolloutGuard(events.emit)
      events.on('save_success', () => guard(false))
      events.on('save_failure', () => guard(true))
      if (options.flags.memoryAwareEviction) {
        memory().send({type: 'monitor.switched', isOn: true})
      }
    },
    stop: awake.stop,
    verbs: {
      explain: (id) => (decisions as Decisions).explain(id as WorkspaceId),
      getDecisions: () => decisions?.all() ?? [],
      getMemory,
      measureMemory: () => {
        assertOpen()
        memory().send({type: 'measure.requested'})
      },
      freeMemory: ({strength = 'suggested', bytes = Number.MAX_SAFE_INTEGER} = {}) => {
        assertOpen()
        eviction().send({type: 'memory.wanted', cause: 'request', strength, bytes})
      },
      getFlags: () => flags.current,
      setFlags: (change) => {
        assertOpen()
        return flags.set(change)
      },
    },
  }
}
