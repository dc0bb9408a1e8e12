import type {KeepspaceEvent} from '../model/events.ts'
import type {ComponentId, WorkspaceId} from '../model/ids.ts'
import {componentsPrefix, leavePrefix} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {type AlarmRecords, createAlarmRecords} from '../services/alarms/alarm-records.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {asLeave} from '../services/codec/record-shapes.ts'
import {deadlinesOf} from '../services/memory-store/cold-deadlines.ts'
import type {Elapsed} from '../services/memory-store/operations.ts'
import type {BackgroundWriter} from '../services/writing/background-writer.ts'
import type {ResolvedOptions} from './options.ts'
import type {Runtime} from './runtime.ts'
import type {Workspaces} from './workspaces.ts'

/** A timer sleeps with its device and knows nothing of a clock that was set: it looks again at least that often. */
const LONGEST_WAIT_MS = 15_000

/** One timer for everything that rings, in memory or on disk. */
export type AlarmClock = {
  readonly alarms: AlarmRecords
  /** A deadline, or what is stored, changed. Gathers until the end of the turn. */
  changed(): void
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
  readonly emit: (event: KeepspaceEvent) => void
}): AlarmClock {
  const {options, workspaces, catalogue} = context
  const {time, definitions, bus} = options
  const alarms = createAlarmRecords({
    writer: context.writer,
    storage: context.storage,
    now: time.now,
    changedHere: () => bus.post({type: 'alarms'}),
  })
  /** What a look into a workspace on disk found to come next, while its head stays the same. */
  const looked = new Map<WorkspaceId, {readonly revision: number; readonly nextMs: number}>()
  let timer: unknown
  let phase: 'waiting' | 'started' | 'closed' = 'waiting'
  let isScheduled = false
  let isLooking = false

  const ring = async (workspaceId: WorkspaceId, {componentId, type, label, deadlineMs}: Elapsed) => {
    const firedAt = time.now()
    const isOurs = await alarms.claim({workspaceId, componentId, type, label, deadlineMs, firedAt})
    if (isOurs) {
      context.emit({type: 'alarm_fired', workspaceId, componentId, lateMs: Math.max(0, firedAt - deadlineMs)})
    }
  }

  const ringHot = async ({id, store}: Runtime) => {
    for (const elapsed of store.elapse(time.now())) {
      await ring(id, elapsed)
    }
  }

  const ringCold = async (head: HeadRecord) => {
    const {id, revision} = head
    const port = await context.storage()
    const [records = [], leaves = []] = await port.read([{prefix: componentsPrefix(id)}, {prefix: leavePrefix(id)}])
    const deadlines = deadlinesOf(id, definitions, withLastWords(records, leaves))
    const future = deadlines.filter(({deadlineMs}) => deadlineMs > time.now())
    looked.set(id, {revision, nextMs: Math.min(...future.map(({deadlineMs}) => deadlineMs))})
    for (const elapsed of deadlines.filter(({deadlineMs}) => deadlineMs <= time.now())) {
      await ring(id, elapsed)
    }
  }

  const nextOfHead = ({id, revision, nextDeadlineMs}: HeadRecord): number | undefined => {
    const known = looked.get(id)
    return known?.revision === revision ? known.nextMs : nextDeadlineMs
  }
  const hot = () => workspaces.all().filter(({store}) => store.phase === 'loaded')
  const cold = () =>
    catalogue.heads().filter((head) => {
      const phaseInMemory = workspaces.get(head.id)?.store.phase
      const isDeferred = phaseInMemory === 'loaded' || phaseInMemory === 'loading'
      return nextOfHead(head) !== undefined && !isDeferred && !catalogue.isTrashed(head.id)
    })

  const look = async () => {
    if (phase !== 'started' || isLooking) {
      return
    }
    isLooking = true
    try {
      const nowMs = time.now()
      await alarms.retry()
      for (const runtime of hot()) {
        await ringHot(runtime)
      }
      for (const head of cold().filter((each) => (nextOfHead(each) ?? Number.POSITIVE_INFINITY) <= nowMs)) {
        // What cannot be read now rings with a later look.
        await ringCold(head).catch(() =>
          looked.set(head.id, {revision: head.revision, nextMs: nowMs + LONGEST_WAIT_MS}),
        )
      }
    } finally {
      isLooking = false
      arm()
    }
  }

  const arm = () => {
    time.clearTimeout(timer)
    timer = undefined
    if (phase !== 'started' || isLooking) {
      return
    }
    const nextMs = Math.min(
      ...hot().map(({store}) => store.nextDeadlineMs ?? Number.POSITIVE_INFINITY),
      ...cold().map((head) => nextOfHead(head) ?? Number.POSITIVE_INFINITY),
      alarms.hasUnclaimed ? time.now() + LONGEST_WAIT_MS : Number.POSITIVE_INFINITY,
    )
    if (nextMs < Number.POSITIVE_INFINITY) {
      timer = time.setTimeout(() => void look(), Math.min(Math.max(0, nextMs - time.now()), LONGEST_WAIT_MS))
    }
  }

  const stopHearing = bus.subscribe((message) => {
    if (message.type === 'alarms') {
      // A hint; what cannot be read now is read with the next one.
      alarms.load().catch(() => undefined)
    }
  })

  return {
    alarms,
    changed: () => {
      if (!isScheduled && phase === 'started') {
        isScheduled = true
        queueMicrotask(() => {
          isScheduled = false
          arm()
        })
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
      // Without them nothing counts as claimed; a claim then finds out.
      await alarms.load().catch(() => undefined)
      if (phase === 'waiting') {
        phase = 'started'
        arm()
      }
    },
    lookNow: () => void look(),
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
