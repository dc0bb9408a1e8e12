import {createActor, fromPromise} from 'xstate'
import {
  type DecideInput,
  type LookOutput,
  type RecoveryRef,
  recoveryMachine,
} from '../../machines/recovery/recovery.machine.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Undo} from '../../model/handles.ts'
import type {EntryId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import type {RecoveryPhase, RecoverySnapshot, RecoveryVersions, ReplacedWork} from '../../model/recovery.ts'
import type {RecoverableSession} from '../../model/session.ts'
import {type ContentDifference, differenceOf} from '../../services/content/content-difference.ts'
import {asEntryContent} from '../../services/content/content-shape.ts'
import {createEmitter} from '../../services/emitter.ts'
import type {ResolvedOptions} from '../options.ts'
import {requireBinding, type SessionsContext} from './session-saving.ts'

/**
 * Work of an earlier visit that the server has not acknowledged: found from what is stored here before anything is
 * opened, and never given up by itself. Nothing of a session is sent before somebody asks for it.
 */
export interface SessionRecovery {
  /** The same object until something in it changes. */
  getSnapshot(): RecoverySnapshot
  subscribe(listener: () => void): Undo
  /** Looks again. The first look begins by itself; this resolves with whichever is the newest. */
  look(): Promise<RecoverySnapshot>
  /** Resolves as soon as nothing is left to be decided, e.g. before anything is sent by itself. Never rejects. */
  whenSettled(): Promise<void>
  /** The undecided work of one session, e.g. of the one in the address of the page. */
  ofSession(sessionId: string): RecoverableSession | undefined
  /**
   * The work beside what it began from, part by part.
   *
   * @throws {@link KeepspaceError} `notFound` | the codes of {@link SessionServer} and of storage
   */
  compare(entryId: string): Promise<RecoveryVersions & {readonly difference: ContentDifference}>
  /** Goes on with the work. It stays on this device and counts as changed until it is saved. */
  recover(entryId: string): Promise<EntryId>
  /**
   * Gives the work up for what the server has. It goes into the trash first, see {@link SessionRecovery.listReplaced}.
   *
   * @throws {@link KeepspaceError} the codes of {@link SessionServer} and of storage; then nothing was given up
   */
  discard(entryId: string): Promise<void>
  /** Work that was discarded or replaced and is still in the trash, the newest first. */
  listReplaced(): Promise<readonly ReplacedWork[]>
  /** Takes such work out of the trash: an entry of its own, beside the session. */
  restoreReplaced(entryId: string): Promise<EntryId>
}

export type RecoveryContext = SessionsContext & {
  readonly find: () => Promise<readonly RecoverableSession[]>
  readonly discardChanges: (entryId: EntryId) => Promise<unknown>
}

/** Starts the chart and looks for the first time. */
export function createSessionRecovery(
  context: RecoveryContext,
  {time, inspect, inspection}: Pick<ResolvedOptions, 'time' | 'inspect' | 'inspection'>,
): SessionRecovery & {close(): void} {
  const changed = createEmitter<[]>()
  /** Work that somebody goes on with, and when it was changed last at that moment. */
  const recovered = new Map<EntryId, number>()
  let items: readonly RecoverableSession[] = []
  let snapshot: RecoverySnapshot | undefined
  let queue: Promise<unknown> = Promise.resolve()

  const look = async (): Promise<LookOutput> => {
    const found = await context.find()
    items = found
      .filter(({entryId, changedAt}) => recovered.get(entryId) !== changedAt)
      .sort((a, b) => b.changedAt - a.changedAt)
    return {undecided: items.length}
  }
  const decide = async (input: DecideInput) => {
    const {entryId} = input
    try {
      await carryOut(input)
      context.emit({type: 'session_recovery_ended', entryId, error: undefined})
    } catch (cause) {
      const error = KeepspaceError.from(cause, 'server.offline').report
      context.emit({type: 'session_recovery_ended', entryId, error})
      throw cause
    }
  }
  const carryOut = async ({entryId, decision}: DecideInput) => {
    const item = items.find((one) => one.entryId === entryId)
    if (decision === 'discard') {
      await context.discardChanges(entryId)
    } else if (item !== undefined) {
      recovered.set(entryId, item.changedAt)
    }
  }
  const actor = createActor(
    recoveryMachine.provide({
      actors: {
        look: fromPromise<LookOutput>(look),
        decide: fromPromise<void, DecideInput>(({input}) => decide(input)),
      },
    }),
    {clock: time, systemId: 'keepspace.recovery', ...(inspect && {inspect})},
  )
  inspection.watch(actor)
  actor.subscribe(() => changed.emit())
  actor.start()

  const getSnapshot = () => {
    const {value, context: facts} = actor.getSnapshot()
    const next: RecoverySnapshot = {phase: value as RecoveryPhase, items, error: facts.error}
    snapshot = snapshot !== undefined && isEqualJson(snapshot, next) ? snapshot : next
    return snapshot
  }

  /** One decision after the other, each on what the one before left. */
  const decideNext = (input: DecideInput): Promise<void> => {
    const done = queue.then(async () => {
      await whenIdle(actor)
      if (!items.some(({entryId}) => entryId === input.entryId)) {
        throw new KeepspaceError('notFound', `no unsent work of ${input.entryId}`)
      }
      const error = await answerOf(actor, input)
      if (error !== undefined) {
        throw new KeepspaceError(error.code, error.detail)
      }
      await whenIdle(actor)
    })
    queue = done.catch(() => undefined)
    return done
  }

  return {
    getSnapshot,
    subscribe: changed.add,
    look: async () => {
      actor.send({type: 'look.requested'})
      await whenIdle(actor)
      return getSnapshot()
    },
    whenSettled: () => when(actor, () => actor.getSnapshot().matches('settled')),
    ofSession: (sessionId) => items.find((item) => item.sessionId === sessionId),
    compare: async (entryId) => {
      const versions = await readVersions(entryId as EntryId, context)
      return {...versions, difference: differenceOf(versions.mine, versions.theirs)}
    },
    recover: async (entryId) => {
      await decideNext({entryId: entryId as EntryId, decision: 'recover'})
      return entryId as EntryId
    },
    discard: (entryId) => decideNext({entryId: entryId as EntryId, decision: 'discard'}),
    listReplaced: () => listReplaced(context),
    restoreReplaced: async (entryId) => {
      await context.catalogue.restoreEntry(entryId as EntryId)
      return entryId as EntryId
    },
    close: () => void actor.stop(),
  }
}

function whenIdle(actor: RecoveryRef): Promise<void> {
  return when(actor, () => !actor.getSnapshot().hasTag('busy') || actor.getSnapshot().status !== 'active')
}

function when(actor: RecoveryRef, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isTrue()) {
      resolve()
      return
    }
    const subscription = actor.subscribe(() => {
      if (isTrue()) {
        subscription.unsubscribe()
        resolve()
      }
    })
  })
}

function answerOf(actor: RecoveryRef, input: DecideInput) {
  return new Promise<ReturnType<RecoveryRef['getSnapshot']>['context']['error']>((resolve) => {
    const subscription = actor.on('decision.ended', ({error}) => {
      subscription.unsubscribe()
      resolve(error)
    })
    actor.send({type: 'decision.made', ...input})
  })
}

async function readVersions(entryId: EntryId, context: SessionsContext): Promise<RecoveryVersions> {
  const {names, sessionId, baseRevision} = await requireBinding(entryId, context.bindings)
  const {content: mine} = await context.contents.read(entryId, names)
  try {
    const {content, revision} = await context.server.readVersion(sessionId, baseRevision)
    return {mine, theirs: asEntryContent(content), against: 'base', revision}
  } catch (error) {
    if (!(error instanceof KeepspaceError && error.code === 'notFound')) {
      throw error
    }
    try {
      const {content, revision} = await context.server.readSession(sessionId)
      return {mine, theirs: asEntryContent(content), against: 'newest', revision}
    } catch (cause) {
      if (!(cause instanceof KeepspaceError && cause.code === 'notFound')) {
        throw cause
      }
      return {mine, theirs: {...mine, workspaces: []}, against: 'newest', revision: 0}
    }
  }
}

async function listReplaced({bindings, catalogue}: SessionsContext): Promise<readonly ReplacedWork[]> {
  const inTrash = new Map(catalogue.getSnapshot().trashedEntries.map((entry) => [entry.id, entry]))
  const found = (await bindings.list()).flatMap(({entryId: fromEntryId, sessionId, replaced = []}) =>
    replaced.flatMap(({entryId, at}) => {
      const entry = inTrash.get(entryId)
      return entry === undefined ? [] : [{entryId, fromEntryId, sessionId, title: entry.title, replacedAt: at}]
    }),
  )
  return found.sort((a, b) => b.replacedAt - a.replacedAt)
}
