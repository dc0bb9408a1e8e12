import type {KeepspaceEvent} from '../model/events.ts'
import type {ComponentId, WorkspaceId} from '../model/ids.ts'
import {alarmKey, componentsPrefix, leavePrefix} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {type AlarmRecords, type Claim, createAlarmRecords} from '../services/alarms/alarm-records.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {asLeave} from '../services/codec/record-shapes.ts'
import {deadlinesOf} from '../services/memory-store/cold-deadlines.ts'
import type {Elapsed} from '../services/memory-store/operations.ts'
import type {BackgroundWriter} from '../services/writing/background-writer.ts'
import {createLeftDeadlines} from './left-deadlines.ts'
import type {ResolvedOptions} from './options.ts'
import {createRinger} from './ringing.ts'
import type {Runtime} from './runtime.ts'
import type {Workspaces} from './workspaces.ts'

/** A timer sleeps with its device and knows nothing of a clock that was set: it looks again at least that often. */
const LONGEST_WAIT_MS = 15_000

export {CLAIM_WAIT_MS} from './ringing.ts'

/** One timer for everything that rings, in memory or on disk. */
export type AlarmClock = {
  readonly alarms: AlarmRecords
  /** A deadline, or what is stored, changed. Gathers until the end of the turn. */
  changed(): void
  /** Components came or went: what rang in one that was removed is over. Cheap while nothing is on the list. */
  componentsChanged(): void
  /** A component says itself that it is done. */
  rang(workspaceId: WorkspaceId, componentId: ComponentId, deadlineMs: number): void
  /** Storage is open and the catalogue is read. */
  start(): Promise<void>
  /** Looks at once: the page is back from wherever it was. */
  lookNow(): void
  close(): void
}

/** Makes the one clock of all alarms. */
export function createAlarmClock(context: {
  readonly options: Pick<ResolvedOptions, 'time' | 'definitions' | 'bus'>
  readonly workspaces: Workspaces
  readonly catalogue: CatalogueService
  readonly storage: () => Promise<StoragePort>
  readonly writer: BackgroundWriter
  /** False while everything ends: then the next page rings. {@link AlarmClock.changed} says that it goes on. */
  readonly mayRing: () => boolean
  readonly isStorageFailing: () => boolean
  readonly emit: (event: KeepspaceEvent) => void
}): AlarmClock {
  const {options, workspaces, catalogue} = context
  const {time, definitions, bus} = options
  const alarms = createAlarmRecords({
    writer: context.writer,
    storage: context.storage,
    now: time.now,
    isListed: ({workspaceId, componentId}) => {
      const store = workspaces.get(workspaceId)?.store
      const isThere = catalogue.head(workspaceId) !== undefined && !catalogue.isTrashed(workspaceId)
      return store?.phase === 'loaded'
        ? store.getInfo(componentId) !== undefined
        : isThere || catalogue.getSnapshot().phase !== 'ready'
    },
    changedHere: () => bus.post({type: 'alarms'}),
  })
  /** What a look into a workspace on disk found to come next, while its head stays the same. */
  const looked = new Map<WorkspaceId, {readonly revision: number; readonly nextMs: number}>()
  const left = createLeftDeadlines(context.storage)
  let timer: unknown
  let isRead = false
  let phase: 'waiting' | 'started' | 'closed' = 'waiting'
  let isScheduled = false
  /** Workspaces on disk that are being looked into. */
  const reading = new Set<WorkspaceId>()

  const ringer = createRinger({
    time,
    alarms,
    isStorageFailing: context.isStorageFailing,
    mayRing: context.mayRing,
    tell: ({workspaceId, componentId, deadlineMs}) => {
      const isListed = alarms
        .list()
        .some((each) => alarmKey(each.workspaceId, each.componentId) === alarmKey(workspaceId, componentId))
      // Somebody may have seen it on the list, and dismissed it, before storage answered.
      if (isListed) {
        context.emit({
          type: 'alarm_fired',
          workspaceId,
          componentId,
          lateMs: Math.max(0, time.now() - deadlineMs),
        })
      }
    },
  })
  const ring = (workspaceId: WorkspaceId, {componentId, type, label, deadlineMs}: Elapsed): Promise<Claim> =>
    ringer.ring({workspaceId, componentId, type, label, deadlineMs})

  /** What changes at a deadline is stored after the ring: a page that ends between the two leaves it to the next one. */
  const ringHot = ({id, store}: Runtime) => {
    for (const due of store.due(time.now())) {
      if (!alarms.isClaiming({workspaceId: id, ...due})) {
        void ring(id, due).then(({isStored}) => {
          if (isStored) {
            store.elapse(due.componentId, due.deadlineMs)
          }
        })
      }
    }
  }

  const ringCold = async (head: HeadRecord) => {
    const {id, revision} = head
    const port = await context.storage()
    const [records = [], leaves = []] = await port.read([{prefix: componentsPrefix(id)}, {prefix: leavePrefix(id)}])
    const nowMs = time.now()
    const deadlines = deadlinesOf(id, definitions, withLastWords(records, leaves), nowMs)
    if (leaves.length === 0) {
      left.forget(id)
    }
    if (!context.mayRing()) {
      return
    }
    const next = deadlines.flatMap(({nextMs}) => (nextMs !== undefined && nextMs > nowMs ? nextMs : []))
    looked.set(id, {revision, nextMs: Math.min(...next)})
    for (const {passed} of deadlines) {
      if (passed !== undefined) {
        void ring(id, passed).then(() => {
          if (!context.mayRing()) {
            looked.delete(id)
          }
        })
      }
    }
  }

  const nextOfHead = ({id, revision, nextDeadlineMs}: HeadRecord): number => {
    const known = looked.get(id)
    const stored = left.next(id) ?? Number.POSITIVE_INFINITY
    return known?.revision === revision ? known.nextMs : Math.min(nextDeadlineMs ?? stored, stored)
  }
  const hot = () => workspaces.all().filter(({store}) => store.phase === 'loaded')
  const cold = () =>
    catalogue.heads().filter((head) => {
      // Most have none, and this is asked with every commit.
      if (nextOfHead(head) === Number.POSITIVE_INFINITY || reading.has(head.id)) {
        return false
      }
      const store = workspaces.get(head.id)?.store
      // An edit that waits for a load may be about the very deadline; a load alone may take for ever.
      const isDeferred = store?.phase === 'loaded' || (store?.phase === 'loading' && store.hasUnsaved())
      return !isDeferred && !catalogue.isTrashed(head.id)
    })

  const readLeft = async (id?: WorkspaceId) => {
    for (const found of await left.read(id)) {
      looked.delete(found)
    }
  }
  /** Without what is stored nothing counts as claimed, and a claim finds out; nobody sees what rang before. */
  const readStored = async () => {
    try {
      await alarms.load()
      await readLeft()
      isRead = true
    } catch {
      // Read again with the next look.
    }
  }

  const look = () => {
    if (phase !== 'started' || !context.mayRing()) {
      return
    }
    if (!isRead) {
      void readStored().then(arm)
    }
    if (alarms.hasUnclaimed) {
      void alarms.retry().then(arm)
    }
    for (const runtime of hot()) {
      ringHot(runtime)
    }
    const nowMs = time.now()
    for (const head of cold().filter((each) => nextOfHead(each) <= nowMs)) {
      reading.add(head.id)
      // What cannot be read now rings with a later look.
      void ringCold(head)
        .catch(() => looked.set(head.id, {revision: head.revision, nextMs: time.now() + LONGEST_WAIT_MS}))
        .finally(() => {
          reading.delete(head.id)
          arm()
        })
    }
    arm()
  }

  /** When something in it rings next: at once for what has passed, unless it is being claimed. */
  const nextInMemory = ({id, store}: Runtime, nowMs: number): number => {
    const isDue = (store.nextDeadlineMs ?? Number.POSITIVE_INFINITY) <= nowMs
    const isNew = isDue && store.due(nowMs).some((due) => !alarms.isClaiming({workspaceId: id, ...due}))
    return isNew ? nowMs : (store.nextDeadlineAfter(nowMs) ?? Number.POSITIVE_INFINITY)
  }

  const arm = () => {
    time.clearTimeout(timer)
    timer = undefined
    if (phase !== 'started' || !context.mayRing()) {
      return
    }
    const nowMs = time.now()
    const nextMs = Math.min(
      ...hot().map((runtime) => nextInMemory(runtime, nowMs)),
      ...cold().map(nextOfHead),
      alarms.hasUnclaimed || !isRead ? nowMs + LONGEST_WAIT_MS : Number.POSITIVE_INFINITY,
    )
    if (nextMs < Number.POSITIVE_INFINITY) {
      timer = time.setTimeout(look, Math.min(Math.max(0, nextMs - nowMs), LONGEST_WAIT_MS))
    }
  }

  /** What rang in a component that was removed is over. */
  const dismissRemoved = () => {
    for (const alarm of context.mayRing() ? alarms.unlisted() : []) {
      if (workspaces.get(alarm.workspaceId)?.store.phase === 'loaded') {
        // What storage does not take now is written later.
        alarms.dismiss(alarm).catch(() => undefined)
      }
    }
    alarms.recheck()
  }

  const stopHearing = bus.subscribe((message) => {
    if (message.type === 'alarms') {
      // A hint; what cannot be read now is read with the next one.
      alarms.load().catch(() => undefined)
    } else if (message.type === 'left') {
      readLeft(message.workspaceId).then(arm, () => undefined)
    }
  })

  const changed = () => {
    if (!isScheduled && phase === 'started') {
      isScheduled = true
      queueMicrotask(() => {
        isScheduled = false
        dismissRemoved()
        arm()
      })
    }
  }

  return {
    alarms,
    changed,
    componentsChanged: () => {
      if (alarms.list().length > 0) {
        changed()
      }
    },
    rang: (workspaceId, componentId, deadlineMs) => {
      const store = workspaces.get(workspaceId)?.store
      const type = store?.getInfo(componentId)?.type ?? ''
      const state = store?.getState(componentId)
      const label = (state && definitions.get(type)?.operation.label?.(state)) ?? ''
      void ring(workspaceId, {componentId, type, label, deadlineMs})
    },
    start: async () => {
      await readStored()
      if (phase === 'waiting') {
        phase = 'started'
        arm()
      }
    },
    lookNow: look,
    close: () => {
      phase = 'closed'
      time.clearTimeout(timer)
      stopHearing()
    },
  }
}

/** The components as they will be once the last words of other tabs are part of them. */
function withLastWords(records: readonly StoredRecord[], leaves: readonly StoredRecord[]): readonly StoredRecord[] {
  const merged = new Map(records.map((record) => [record.key, record]))
  for (const {value} of leaves) {
    for (const put of asLeave(value)?.puts ?? []) {
      merged.set(put.key, put)
    }
  }
  return [...merged.values()]
}
