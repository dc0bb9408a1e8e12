import type {SaveInput, SaveOutput} from '../machines/workspace/workspace.setup.ts'
import {type ErrorReport, KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {PersistOptions} from '../model/handles.ts'
import type {CommitId, IdSource, WorkspaceId} from '../model/ids.ts'
import {headKey} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {SaveOutcome, SaveReason} from '../model/save.ts'
import type {Durability} from '../model/storage-port.ts'
import type {Time} from '../model/time.ts'
import type {Capture} from '../services/memory-store/capture.ts'
import type {Conflict, WriteJob} from '../services/writing/write-queue.ts'
import {nextRevision, type Runtime, type SaveWaiter} from './runtime.ts'

/** What saving needs from the rest. */
export type SavingContext = {
  readonly time: Time
  readonly ids: IdSource
  readonly readinessMs: number
  readonly isVisible: (runtime: Runtime) => boolean
  readonly enqueue: (job: WriteJob, isUrgent: boolean) => void
  readonly emit: (event: KeepspaceEvent) => void
  /** Takes over what another tab stored, if it does not touch what this one changed. */
  readonly rebase: (runtime: Runtime) => Promise<boolean>
  /** Resolves when the tab that edited before has handed over, within a bound; undefined when there is nothing to wait for. */
  readonly turn: (runtime: Runtime) => Promise<void> | undefined
  readonly saved: (runtime: Runtime, head: HeadRecord) => void
}

/** What one trip to storage brought. */
type Trip = {readonly status: 'saved' | 'unchanged'; readonly capture: Capture}

type SaveFacts = {
  readonly workspaceId: Runtime['id']
  readonly reason: SaveReason
  readonly isBackground: boolean
}

/** Reasons that do not wait for the collect window of the writer. */
const urgentReasons: ReadonlySet<SaveReason> = new Set(['immediate', 'explicit', 'evict', 'unload', 'hide', 'shutdown'])

/** Reasons that wait for no other tab: whoever asked is about to go. */
const leavingReasons: ReadonlySet<SaveReason> = new Set(['evict', 'unload', 'hide', 'shutdown', 'switch'])

/**
 * Makes everything accepted so far of one workspace durable and answers everybody who asked for it. The one way of a
 * workspace to storage.
 *
 * @throws {@link KeepspaceError} when nothing was written; those who asked were answered before
 */
export async function saveWorkspace(runtime: Runtime, input: SaveInput, context: SavingContext): Promise<SaveOutput> {
  const waiters = runtime.saveWaiters.splice(0)
  const startedAt = context.time.elapsed()
  const facts = {workspaceId: runtime.id, reason: input.reason, isBackground: !context.isVisible(runtime)}
  const passed = () => context.time.elapsed() - startedAt
  context.emit({type: 'save_attempt', ...facts})
  try {
    if (!leavingReasons.has(input.reason)) {
      await context.turn(runtime)
    }
    await awaitReadiness(runtime, waiters, context, facts)
    const dirtySinceMs = runtime.actor?.getSnapshot().context.dirtySinceMs
    const {status, capture} = await commitUntilClear(runtime, input, context)
    runtime.setAsideSince =
      capture.setAside.size > 0 ? (runtime.setAsideSince ?? runtime.wallTimeOf(dirtySinceMs)) : undefined
    const bytes = status === 'saved' ? capture.bytes : 0
    const version = capture.version
    emitDone(context, facts, {status, capture}, passed())
    const hasNewerPending = runtime.store.version > version
    const outcome = {...blankOutcome(runtime, input, facts), status, version, bytes, hasNewerPending}
    answer(waiters, {...outcome, durationMs: passed()})
    return {version, atMs: context.time.elapsed(), durationMs: passed(), setAsideCount: capture.setAside.size}
  } catch (cause) {
    const error = KeepspaceError.from(cause)
    context.emit({type: 'save_failure', ...facts, error: error.report, durationMs: passed()})
    const status = error.code === 'revision.conflict' ? 'conflict' : 'failed'
    const outcome = {
      ...blankOutcome(runtime, input, facts),
      status,
      error: error.report,
      hasNewerPending: true,
    } as const
    // Those who joined meanwhile would otherwise wait for a retry that may be far away.
    answer([...waiters, ...runtime.saveWaiters.splice(0)], {...outcome, durationMs: passed()})
    throw error
  }
}

/** The outcome of a request that never became a save. */
export function outcomeWithoutSave(
  runtime: Runtime,
  request: {
    readonly reason: SaveReason
    readonly status: SaveOutcome['status']
    readonly error: ErrorReport | undefined
    readonly isBackground: boolean
  },
): SaveOutcome {
  const input = {workspaceId: runtime.id, reason: request.reason, durability: 'relaxed' as const}
  const blank = blankOutcome(runtime, input, {...request, workspaceId: runtime.id})
  return {...blank, status: request.status, error: request.error, hasNewerPending: runtime.store.hasUnsaved()}
}

function answer(waiters: readonly SaveWaiter[], outcome: SaveOutcome): void {
  for (const {resolve, reason} of waiters) {
    resolve({...outcome, reason})
  }
}

function emitDone(context: SavingContext, facts: SaveFacts, {status, capture}: Trip, durationMs: number): void {
  if (status === 'unchanged') {
    context.emit({type: 'save_skip_unchanged', ...facts})
    return
  }
  const {bytes, puts, head} = capture
  context.emit({type: 'save_success', ...facts, revision: head.revision, bytes, records: puts.length, durationMs})
}

function blankOutcome(runtime: Runtime, input: SaveInput, facts: SaveFacts): SaveOutcome {
  return {
    status: 'unchanged',
    targetKind: 'workspace',
    target: runtime.id,
    reason: input.reason,
    isBackground: facts.isBackground,
    version: runtime.store.version,
    revision: runtime.revision,
    durability: input.durability,
    bytes: 0,
    durationMs: 0,
    readiness: runtime.readiness,
    hasNewerPending: false,
    problems: runtime.store.getProblems(),
    error: undefined,
  }
}

async function awaitReadiness(
  runtime: Runtime,
  waiters: readonly SaveWaiter[],
  context: SavingContext,
  facts: SaveFacts,
): Promise<void> {
  const isSkipped = waiters.length > 0 && waiters.every(({options}) => options.skipReadinessCheck === true)
  if (isSkipped || runtime.holds.labels.length === 0) {
    runtime.readiness = isSkipped ? 'skipped' : 'ready'
    return
  }
  runtime.readiness = await runtime.holds.wait(context.readinessMs)
  if (runtime.readiness === 'timedOut') {
    context.emit({type: 'save_skip_not_ready', ...facts, readiness: runtime.readiness})
  }
}

/** Commits, and again when what is stored turns out to be an earlier commit of our own whose answer was lost. */
async function commitUntilClear(runtime: Runtime, input: SaveInput, context: SavingContext): Promise<Trip> {
  for (;;) {
    const trip = await commitOnce(runtime, input, context)
    if (trip !== 'again') {
      return trip
    }
  }
}

function commitOnce(runtime: Runtime, input: SaveInput, context: SavingContext): Promise<Trip | 'again'> {
  return new Promise((resolve, reject) => {
    let capture: Capture | undefined
    let ownLeaves: Runtime['ownLeaves'] = []
    let heldLeaves: Runtime['heldLeaves'] = []
    const job: WriteJob = {
      target: `workspace/${runtime.id}`,
      durability: input.durability,
      capture: () => {
        const commitId = context.ids.next() as CommitId
        const includesReverted = runtime.inDoubt.size > 0
        const fence = runtime.fence + (runtime.isTakingOver ? 1 : 0)
        capture = runtime.store.capture({revision: nextRevision(runtime), commitId, fence, includesReverted})
        const {puts, deletes, isUnchanged} = capture
        ownLeaves = runtime.ownLeaves
        heldLeaves = runtime.heldLeaves
        const {historyPuts} = runtime
        if (isUnchanged && isSafeEnough(runtime, input)) {
          return undefined
        }
        runtime.inFlight = capture
        return {
          commitId,
          expect: {key: headKey(runtime.id), revision: runtime.revision, fence},
          puts: [...puts, ...historyPuts, ...previousCopies(runtime, input, capture)],
          deletes: [...deletes, ...heldLeaves, ...ownLeaves],
        }
      },
      committed: () => {
        const landed = capture as Capture
        runtime.inFlight = undefined
        runtime.ownLeaves = runtime.ownLeaves.filter((key) => !ownLeaves.includes(key))
        runtime.historyPuts.length = 0
        runtime.heldLeaves = runtime.heldLeaves.filter((key) => !heldLeaves.includes(key))
        acknowledge(runtime, landed, input.durability, context)
        resolve({status: 'saved', capture: landed})
      },
      skipped: () => {
        const unchanged = capture as Capture
        runtime.store.acknowledge(unchanged)
        resolve({status: 'unchanged', capture: unchanged})
      },
      conflicted: (conflict) => {
        runtime.inFlight = undefined
        if (capture !== undefined && conflict.commitId === capture.head.commitId) {
          // Storage repeated the commit after a lost connection, and the first try had landed.
          job.committed()
        } else if (adoptOwnCommit(runtime, conflict, context)) {
          resolve('again')
        } else {
          const error = new KeepspaceError('revision.conflict', `${runtime.id} is at ${conflict.revision}`)
          context.rebase(runtime).then((isRebased) => (isRebased ? resolve('again') : reject(error)), reject)
        }
      },
      failed: (error) => {
        runtime.inFlight = undefined
        if (capture !== undefined) {
          runtime.inDoubt.set(capture.head.commitId, capture)
        }
        runtime.lacksRoom = error.code === 'storage.quota'
        reject(error)
      },
    }
    // Then storage is not even asked: it may fail or hang, and keeps nobody for it.
    if (!runtime.store.hasUnsaved() && isSafeEnough(runtime, input)) {
      job.capture()
      job.skipped()
      return
    }
    context.enqueue(job, urgentReasons.has(input.reason))
  })
}

/** What was flushed before goes along with what is flushed now, unless there is hardly room for that alone. */
function previousCopies({store, lacksRoom}: Runtime, {durability}: SaveInput, capture: Capture) {
  return durability === 'strict' && !lacksRoom ? store.previousCopies(capture) : []
}

/**
 * Stored already, and flushed where that is asked for. What was only looked at leaves as it came: a commit would tell
 * everybody of a change that nobody made, and keep it in memory while storage fails.
 */
function isSafeEnough(runtime: Runtime, {durability, reason}: SaveInput): boolean {
  const {revision, level, hasRelaxedCommit, ownLeaves, heldLeaves, historyPuts} = runtime
  const isFlushed = level === 'flushed' || (reason !== 'explicit' && !hasRelaxedCommit)
  const hasMore = ownLeaves.length > 0 || heldLeaves.length > 0 || historyPuts.length > 0
  return revision > 0 && (durability === 'relaxed' || isFlushed) && !hasMore
}

function adoptOwnCommit(runtime: Runtime, conflict: Conflict, context: SavingContext): boolean {
  const landed = conflict.commitId === undefined ? undefined : runtime.inDoubt.get(conflict.commitId)
  if (landed === undefined) {
    return false
  }
  acknowledge(runtime, landed, 'relaxed', context)
  return true
}

function acknowledge(runtime: Runtime, capture: Capture, durability: Durability, context: SavingContext): void {
  runtime.inDoubt.clear()
  runtime.conflict = undefined
  runtime.holdsContested = false
  runtime.revision = capture.head.revision
  const {fence = 0} = capture.head
  runtime.isTakingOver &&= fence === runtime.fence
  runtime.fence = fence
  runtime.level = durability === 'strict' ? 'flushed' : 'onDevice'
  runtime.hasRelaxedCommit = durability !== 'strict'
  runtime.lastSavedAt = context.time.now()
  runtime.store.acknowledge(capture, durability === 'strict')
  runtime.lacksRoom = false
  context.saved(runtime, capture.head)
}

/** The outcome for a workspace that is not in memory: what is stored is all there is. */
export function coldOutcome(id: WorkspaceId, reason: SaveReason, revision: number): SaveOutcome {
  return {
    status: 'unchanged',
    targetKind: 'workspace',
    target: id,
    reason,
    isBackground: true,
    version: 0,
    revision,
    durability: 'relaxed',
    bytes: 0,
    durationMs: 0,
    readiness: 'ready',
    hasNewerPending: false,
    problems: [],
    error: undefined,
  }
}

/** What storage has to promise for a save with this reason. */
export function durabilityFor(reason: SaveReason, options: PersistOptions): Durability {
  return options.durability ?? (strictReasons.has(reason) ? 'strict' : 'relaxed')
}

const strictReasons: ReadonlySet<SaveReason> = new Set(['explicit', 'evict', 'unload', 'shutdown'])
