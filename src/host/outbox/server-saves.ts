import {createActor, fromPromise} from 'xstate'
import {
  type OutboxEvent,
  type OutboxOutput,
  type OutboxRef,
  outboxMachine,
} from '../../machines/outbox/outbox.machine.ts'
import {defaultSessionRetry, type SessionRetryPolicy, verdictOf} from '../../machines/session/session.policy.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Keepspace, Undo} from '../../model/handles.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import type {HeadRecord} from '../../model/records.ts'
import type {ServerSavesPhase, ServerSavesSnapshot, UnsentWorkspace} from '../../model/server-saves.ts'
import type {WorkspaceInfo} from '../../model/status.ts'
import type {TabLock} from '../../model/tab-locks.ts'
import type {WorkspaceServer} from '../../model/workspace-server.ts'
import {createEmitter} from '../../services/emitter.ts'
import {createAccountGuard} from '../account-guard.ts'
import {within} from '../closing.ts'
import type {Engine} from '../engine.ts'
import {engineOf} from '../engines.ts'
import type {ServerLeg} from '../server-legs.ts'
import type {ResolveOptions} from '../sessions/session-resolving.ts'
import {createUnsavedWatch} from '../unsaved-watch.ts'
import {withAnswerLimit} from './answer-limit.ts'
import {createOutboxQueue, type OutboxQueue} from './outbox-queue.ts'
import {createOutboxRecords} from './outbox-records.ts'
import {removeThere} from './outbox-removing.ts'
import {
  type ResolvingContext,
  readServerConflict,
  resolveServerConflict,
  type ServerChoice,
  type ServerConflict,
} from './outbox-resolving.ts'
import {readLocal, sendWorkspace} from './outbox-sending.ts'

/** How long changes are gathered before they are sent. */
const GATHER_MS = 2_000
/** How long a flush waits for the server. */
const FLUSH_LIMIT_MS = 10_000

export type ServerSavesOptions = {
  readonly server: WorkspaceServer
  /** Which workspaces are saved to the server. @defaultValue all that are not in the trash */
  readonly includes?: (workspace: Pick<WorkspaceInfo, 'id' | 'entryId' | 'title' | 'trashedAt'>) => boolean
  /** Nothing is sent before this has settled, e.g. before a person has decided about a recovery. */
  readonly after?: Promise<unknown>
  /** How long changes are gathered before they are sent, milliseconds. @defaultValue 2,000 */
  readonly gatherMs?: number
  readonly retry?: SessionRetryPolicy
}

/**
 * Workspaces saved to a server by themselves: on this device first, then to the server, one after the other in the order
 * of their changes. Nothing that waits can be lost: it is whatever differs from what the server acknowledged, also after
 * a restart. `keepspace.getStatus(id).level` is `onServer` for what the server has.
 */
export interface ServerSaves {
  /** The same object until something in it changes. */
  getSnapshot(): ServerSavesSnapshot
  subscribe(listener: () => void): Undo
  /**
   * Saves everything here and sends it now. Resolves with what the server does not have when the bound is over, or
   * nothing more can be done.
   *
   * @param options.timeoutMs - milliseconds. @defaultValue 10,000
   */
  flush(options?: {readonly timeoutMs?: number}): Promise<readonly UnsentWorkspace[]>
  /** Both versions of a workspace, where the server has one that this device has not seen. */
  readConflict(workspaceId: string): Promise<ServerConflict>
  /**
   * Goes on with one version, with both, or with one made of both. What is replaced here goes into the trash.
   *
   * @throws {@link KeepspaceError} `revision.conflict` when the server has another version than the one that was compared,
   * and mine would be written over it: read the conflict again
   */
  resolve(workspaceId: string, choice: ServerChoice, options?: ResolveOptions): Promise<void>
  /** A new token is there: what waited for it goes out, in its order. */
  tokenDelivered(): void
  /** The network is back. Told by the page itself where there is one. */
  networkReturned(): void
  /** Stops sending. What waits is found again by the next one. */
  close(): void
}

/** Begins to save workspaces to a server. Call it once, beside `createKeepspace`. */
export function createServerSaves(keepspace: Keepspace, options: ServerSavesOptions): ServerSaves {
  const engine = engineOf(keepspace)
  const {catalogue, contents, access, writer} = engine
  const {time, random, ids, lifecycle, inspect, inspection} = engine.options
  const changed = createEmitter<[]>()
  const ending = new AbortController()
  const records = createOutboxRecords({storage: access.port, writer})
  const {includes = ({trashedAt}) => trashedAt === undefined} = options
  const included = () => catalogue.heads().filter((head) => includes(factsOf(head, engine)))
  const unsaved = createUnsavedWatch(engine)
  const unstored = () => included().flatMap(({id}) => (unsaved.isUnsaved(id) ? [id] : []))
  const queue = createOutboxQueue({
    heads: included,
    isHere: (id) => catalogue.head(id) !== undefined,
    entryTitle: (id) => catalogue.entry(id)?.title,
    now: time.now,
  })
  const hasWork = () => queue.sendable().length > 0 || queue.orphans().length > 0
  const leg = engine.serverLegs.open(legOfOutbox(() => actor, queue))
  changed.add(leg.changed)
  unsaved.subscribe(() => changed.emit())
  const account = createAccountGuard('workspaces', {storage: access.port, writer})
  const sending = {
    server: leg.observe(account.guard(withAnswerLimit(options.server, time))),
    records,
    storage: access.port,
    ids,
  }
  const resolving: ResolvingContext = {
    ...sending,
    catalogue,
    contents,
    save: (id) => engine.persist(id, 'explicit'),
    signal: ending.signal,
    shown: new Map(),
  }

  /** A title of its entry that the server does not have is missing there as much as an edit. */
  const noteLevel = (head: HeadRecord | undefined) => {
    if (head !== undefined) {
      engine.serverLevels.note(head.id, queue.isSent(head) ? head.revision : undefined)
    }
  }
  const noteLevels = () => {
    for (const head of catalogue.heads()) {
      noteLevel(head)
    }
  }
  const refresh = async (id: WorkspaceId) => {
    const record = await records.read(id)
    if (record !== undefined) {
      queue.note(record)
      noteLevel(catalogue.head(id))
    }
    return record
  }
  let isRead = false
  /** Without it, what was deleted here would stay on the server, and what the server has would count as unsent. */
  const readOnce = async () => {
    if (isRead) {
      return
    }
    for (const record of await records.list()) {
      queue.note(record)
    }
    noteLevels()
    isRead = true
    changed.emit()
  }
  const begin = async (): Promise<OutboxOutput> => {
    await engine.started
    await options.after?.catch(() => undefined)
    await readOnce()
    return {hasMore: hasWork()}
  }
  const sendNext = async (): Promise<OutboxOutput> => {
    await readOnce()
    const [head] = queue.sendable()
    const [orphan] = queue.orphans()
    const lock = await politeLock(engine, ending.signal)
    try {
      if (head !== undefined) {
        const version = queue.versionOf(head)
        await send(head, version)
        queue.noteTried(head.id, version)
      } else if (orphan !== undefined) {
        await removeThere(orphan, sending, ending.signal)
        queue.forget(orphan.workspaceId)
      }
    } finally {
      lock?.release()
    }
    return {hasMore: hasWork()}
  }
  const send = async (head: HeadRecord, version: string) => {
    const {id, entryId} = head
    const local = await readLocal(id, entryId, access.port)
    // Another tab may have sent it.
    await refresh(id)
    if (local === undefined || queue.isSent({...head, revision: local.revision})) {
      return
    }
    const beganMs = time.elapsed()
    const count = (error: KeepspaceError | undefined) =>
      engine.events.emit({
        type: 'server_save_ended',
        workspaceId: id,
        durationMs: time.elapsed() - beganMs,
        error: error?.report,
      })
    try {
      await sendWorkspace(local, sending, ending.signal)
      count(undefined)
    } catch (cause) {
      const error = KeepspaceError.from(cause, 'server.offline')
      count(error)
      const verdict = verdictOf(error)
      if (verdict === 'never') {
        queue.noteRefused(id, version, error)
      } else if (verdict !== 'conflict') {
        queue.noteFailed(id, error)
        throw error
      }
    } finally {
      await refresh(id).catch(() => undefined)
      changed.emit()
    }
  }

  const actor = createActor(
    outboxMachine.provide({
      actors: {begin: fromPromise<OutboxOutput>(begin), sendNext: fromPromise<OutboxOutput>(sendNext)},
    }),
    {
      input: {retry: options.retry ?? defaultSessionRetry, jitter: random(), gatherMs: options.gatherMs ?? GATHER_MS},
      clock: time,
      systemId: 'keepspace.outbox',
      ...(inspect && {inspect}),
    },
  )
  inspection.watch(actor)
  actor.subscribe(() => changed.emit())
  actor.start()
  const tell = (type: OutboxEvent['type']) => {
    if (actor.getSnapshot().status === 'active') {
      actor.send({type})
    }
  }
  const look = () => {
    noteLevels()
    changed.emit()
    if (hasWork()) {
      tell('work.arrived')
    }
  }
  const stopFollowing = catalogue.subscribe(look)
  const stopLifecycle = lifecycle.subscribe((event) => {
    if (event === 'online') {
      tell('network.returned')
    }
  })
  let snapshot: ServerSavesSnapshot | undefined
  const close = () => {
    ending.abort()
    stopFollowing()
    stopLifecycle()
    unsaved.close()
    tell('close.requested')
    leg.close()
  }
  engine.events.on('purged_elsewhere', close)

  return {
    getSnapshot: () => {
      const next = snapshotOf(actor, queue, unstored())
      snapshot = snapshot !== undefined && isEqualJson(snapshot, next) ? snapshot : next
      return snapshot
    },
    subscribe: changed.add,
    flush: async ({timeoutMs = FLUSH_LIMIT_MS} = {}) => {
      const bound = {time, endsAtMs: time.now() + timeoutMs}
      await within(bound, keepspace.flush())
      look()
      tell('flush.requested')
      await within(bound, whenCalm(actor))
      return queue.unsent()
    },
    readConflict: (id) => readServerConflict(id as WorkspaceId, resolving),
    resolve: async (id, choice, {components = {}} = {}) => {
      await resolveServerConflict(id as WorkspaceId, choice, {...resolving, components})
      await refresh(id as WorkspaceId)
      queue.forgetTried(id as WorkspaceId)
      look()
    },
    tokenDelivered: () => {
      account.forget()
      leg.tokenDelivered()
      tell('token.delivered')
    },
    networkReturned: () => tell('network.returned'),
    close,
  }
}

function factsOf({id, entryId, title, trashedAt}: HeadRecord, {catalogue}: Engine) {
  const isTrashed = trashedAt !== undefined || catalogue.isEntryTrashed(entryId)
  return {id, entryId, title, trashedAt: isTrashed ? (trashedAt ?? 0) : undefined}
}

/** One tab sends at a time, so that none takes another's answer for a stranger's. The server has the last word anyway. */
async function politeLock({options}: Engine, signal: AbortSignal): Promise<TabLock | undefined> {
  return options.locks
    .acquire(`keepspace-outbox/${options.namespace}/${options.scope}`, {mode: 'wait', signal})
    .catch(() => undefined)
}

const calmPhases: ReadonlySet<ServerSavesPhase> = new Set(['idle', 'waiting', 'paused.unauthorized', 'closed'])

/** Resolves when everything is sent, or cannot be for now. */
function whenCalm(actor: OutboxRef): Promise<void> {
  return new Promise((resolve) => {
    const subscription = actor.subscribe((state) => {
      if (calmPhases.has(phaseOf(state.value))) {
        queueMicrotask(() => subscription.unsubscribe())
        resolve()
      }
    })
    if (calmPhases.has(phaseOf(actor.getSnapshot().value))) {
      subscription.unsubscribe()
      resolve()
    }
  })
}

/** How the workspaces fare on their way. */
function legOfOutbox(actor: () => OutboxRef, queue: OutboxQueue): ServerLeg {
  const read = () => actor().getSnapshot()
  return {
    isPaused: () => phaseOf(read().value) === 'paused.unauthorized',
    waitsFor: () => (read().matches('backingOff') ? read().context.error : undefined),
    waiting: () => [...queue.waitingSince(), ...queue.orphans().map(() => undefined)],
    troubles: () =>
      queue
        .unsent()
        .flatMap(({workspaceId, reason, error}) =>
          reason === 'waiting' ? [] : [{state: reason, error, workspaces: [workspaceId]}],
        ),
  }
}

function snapshotOf(actor: OutboxRef, queue: OutboxQueue, unstored: readonly WorkspaceId[]): ServerSavesSnapshot {
  const {value, context} = actor.getSnapshot()
  return {phase: phaseOf(value), unsent: queue.unsent(), unstored, error: context.error}
}

function phaseOf(value: unknown): ServerSavesPhase {
  if (typeof value === 'object') {
    return 'paused.unauthorized'
  }
  return value === 'backingOff' ? 'waiting' : (value as ServerSavesPhase)
}
