import type {SessionEvent} from '../../machines/session/session.machine.ts'
import type {EntryContent} from '../../model/content.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Keepspace, Undo} from '../../model/handles.ts'
import type {EntryId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import {type SessionBinding, type SessionStatus, statusWithoutSession} from '../../model/session.ts'
import type {SessionServer} from '../../model/session-server.ts'
import type {DocumentMetadata} from '../../model/wire/documents.ts'
import {asEntryContent} from '../../services/content/content-shape.ts'
import {createEmitter} from '../../services/emitter.ts'
import {createAccountGuard} from '../account-guard.ts'
import {engineOf} from '../engines.ts'
import {readUntilDone} from '../reading-until-done.ts'
import {createUnsavedWatch} from '../unsaved-watch.ts'
import {createDeletionRecords} from './deletion-records.ts'
import {createDeletions} from './deletions.ts'
import {findRecoverable} from './recoverable.ts'
import {renameSession} from './renaming.ts'
import {createRepeatKeys} from './repeat-keys.ts'
import {saveNow} from './save-outcome.ts'
import {type LiveSession, startSession, statusOfSession, whenCalm} from './session-actors.ts'
import {createSessionBindings} from './session-bindings.ts'
import {followStored, onNewerRevision} from './session-following.ts'
import {lookAt} from './session-gone.ts'
import {createSessionHistory, restoreOnServer} from './session-history.ts'
import {legOfSessions} from './session-leg.ts'
import {createSessionOpening} from './session-opening.ts'
import {createSessionRecovery} from './session-recovery.ts'
import {readConflict} from './session-resolving.ts'
import {acknowledge, prepare, requireBinding, type SessionsContext} from './session-saving.ts'
import {createSessionWatching} from './session-watching.ts'
import type {Sessions} from './sessions-handle.ts'
import {createTemplates} from './templates.ts'

/** Makes the sessions of a Keepspace. Call it once, beside `createKeepspace`. */
export function createSessions(keepspace: Keepspace, given: {readonly server: SessionServer}): Sessions {
  const engine = engineOf(keepspace)
  const {catalogue, contents, options} = engine
  const live = new Map<EntryId, LiveSession>()
  const unsaved = createUnsavedWatch(engine)
  const leg = engine.serverLegs.open(legOfSessions(() => [...live.values()], {catalogue, unsaved}))
  const account = createAccountGuard('sessions', {storage: engine.access.port, writer: engine.writer})
  const server = leg.observe(account.guard(given.server, ['readSnapshot']), ['watchSession'])
  const bindings = createSessionBindings({
    storage: engine.access.port,
    writer: engine.writer,
    written: (entryId) => options.bus.post({type: 'session', entryId}),
  })
  const context: SessionsContext = {
    server,
    contents,
    bindings,
    catalogue,
    unsaved,
    ids: options.ids,
    now: options.time.now,
    elapsed: options.time.elapsed,
    emit: engine.events.emit,
  }
  const repeats = createRepeatKeys(options.ids)
  const templates = createTemplates(context, repeats)
  const statuses = new Map<EntryId, SessionStatus>()
  const changed = createEmitter<[]>()
  changed.add(leg.changed)

  const start = (binding: SessionBinding): LiveSession => {
    const known = live.get(binding.entryId)
    if (known !== undefined) {
      known.binding = binding
      return known
    }
    const session = startSession(binding, context, options)
    live.set(binding.entryId, session)
    watching.renew(binding.entryId)
    session.actor.on('save.ended', () => void readAgain(session))
    session.actor.on('choice.ended', () => void readAgain(session))
    session.actor.subscribe(() => changed.emit())
    onNewerRevision(session, () => follow(binding.entryId))
    session.actor.start()
    return session
  }
  /** What belonged to the session that an entry had. */
  const end = (entryId: EntryId) => {
    live.get(entryId)?.actor.stop()
    live.delete(entryId)
  }
  /** What cannot be read is looked at with the next hint. */
  const follow = (entryId: EntryId) =>
    void followStored(entryId, {
      bindings,
      find: (id) => live.get(id),
      start,
      end,
      changed: changed.emit,
    }).catch(() => undefined)
  const readAgain = async (session: LiveSession) => {
    const binding = await bindings.read(session.binding.entryId).catch(() => undefined)
    if (binding !== undefined) {
      session.binding = binding
      changed.emit()
    }
  }
  const requireLive = async (entryId: EntryId) => live.get(entryId) ?? start(await requireBinding(entryId, bindings))

  const getStatus = (entryId: EntryId): SessionStatus => {
    const session = live.get(entryId)
    const next = session === undefined ? statusWithoutSession(entryId) : statusOfSession(session, context)
    const before = statuses.get(entryId)
    if (before !== undefined && isEqualJson(before, next)) {
      return before
    }
    statuses.set(entryId, next)
    return next
  }

  const bind = async (content: EntryContent, metadata: DocumentMetadata): Promise<EntryId> => {
    const {entryId, names} = await contents.create(content)
    const prepared = await prepare(entryId, names, context)
    start(await acknowledge(entryId, metadata, prepared, context))
    return entryId
  }

  const ended = (session: LiveSession, type: 'choice.ended' | 'save.ended') =>
    new Promise<void>((resolve) => {
      const subscription = session.actor.on(type, () => {
        subscription.unsubscribe()
        resolve()
      })
    })

  const finishChoice = async (session: LiveSession, event: SessionEvent) => {
    const done = ended(session, 'choice.ended')
    const saved = ended(session, 'save.ended')
    session.actor.send(event)
    await done
    if (session.actor.getSnapshot().matches('saving')) {
      await saved
    }
    await readAgain(session)
    changed.emit()
    return getStatus(session.binding.entryId)
  }
  const resolve: Sessions['resolve'] = async (id, choice, resolveOptions = {}) => {
    const session = await requireLive(id as EntryId)
    if (!session.actor.getSnapshot().can({type: 'choice.made', choice})) {
      throw new KeepspaceError('usage', 'there is nothing to choose')
    }
    session.resolving = {revision: session.shownRevision, ...resolveOptions}
    session.shownRevision = undefined
    return finishChoice(session, {type: 'choice.made', choice})
  }

  const detach = async (entryId: EntryId) => {
    const session = live.get(entryId)
    if (session !== undefined) {
      await whenCalm(session.actor)
    }
    await bindings.remove(entryId)
    end(entryId)
    watching.renew(entryId)
    changed.emit()
  }
  /** Whatever waits to be saved, or was refused, goes into the trash. */
  const takeTheirs = async (session: LiveSession) => {
    await whenCalm(session.actor)
    const status = await finishChoice(session, {type: 'discard.requested'})
    if (status.error !== undefined) {
      throw new KeepspaceError(status.error.code, status.error.detail)
    }
    return status
  }
  const discardChanges: Sessions['discardChanges'] = async (id) => {
    const session = await requireLive(id as EntryId)
    await whenCalm(session.actor)
    if (session.actor.getSnapshot().matches('gone')) {
      await catalogue.deleteEntry(session.binding.entryId)
      await detach(session.binding.entryId)
      return getStatus(session.binding.entryId)
    }
    return takeTheirs(session)
  }

  const lookAgain: Sessions['lookAgain'] = async (id) => {
    const session = await requireLive(id as EntryId)
    await lookAt(session, context)
  }

  const tellAll = (event: SessionEvent) => {
    for (const {actor} of live.values()) {
      actor.send(event)
    }
  }
  const stopFollowing = catalogue.subscribe(() => tellAll({type: 'content.changed'}))
  unsaved.subscribe((id) => {
    const entryId = catalogue.head(id)?.entryId
    if (entryId !== undefined) {
      live.get(entryId)?.actor.send({type: 'content.changed'})
      changed.emit()
    }
  })
  const stopHearing = options.bus.subscribe((message) => {
    if (message.type === 'session') {
      follow(message.entryId)
    }
  })
  const find = () => findRecoverable({...context, storage: engine.access.port, load: (id) => engine.whenReady(id)})
  const watching = createSessionWatching({...context, find: (entryId) => live.get(entryId)}, options)
  const deletions = createDeletions({
    server,
    records: createDeletionRecords({storage: engine.access.port, writer: engine.writer}),
    time: options.time,
    bus: options.bus,
    started: engine.started,
    sessionDeleted: async (sessionId) => {
      const known = (await bindings.list()).find((binding) => binding.sessionId === sessionId)
      await (known && detach(known.entryId))
    },
  })
  const recovery = createSessionRecovery(
    {
      ...context,
      discardChanges,
      find: async () => {
        await engine.started
        return find()
      },
    },
    options,
  )
  let isClosed = false
  const startStored = async () => {
    for (const binding of await bindings.list()) {
      if (!isClosed) {
        start(binding)
      }
    }
  }
  void readUntilDone(startStored, {time: options.time, isWanted: () => !isClosed})

  const opening = createSessionOpening({...context, start, bind, lookAgain}, options)

  const close = () => {
    isClosed = true
    opening.close()
    stopFollowing()
    stopHearing()
    unsaved.close()
    watching.close()
    recovery.close()
    deletions.close()
    for (const {actor} of live.values()) {
      actor.stop()
    }
    live.clear()
    leg.close()
  }
  engine.events.on('purged_elsewhere', close)

  return {
    server,
    getStatus: (id) => getStatus(id as EntryId),
    subscribe: changed.add,
    saveAs: async (id, {title, description = ''}) => {
      const entryId = id as EntryId
      const prepared = await prepare(entryId, undefined, context)
      const {content} = prepared
      const metadata = await repeats.ask(['session', entryId, title, description, prepared.hash], (idempotencyKey) =>
        server.createSession({title, description, content}, {idempotencyKey}),
      )
      // The one before is another session; what it has under way is heard first.
      const before = live.get(entryId)
      if (before !== undefined) {
        await whenCalm(before.actor)
      }
      const binding = await acknowledge(entryId, metadata, prepared, context)
      end(entryId)
      start(binding)
      changed.emit()
      return getStatus(entryId)
    },
    save: async (id) => {
      const session = await requireLive(id as EntryId)
      return saveNow(session)
    },
    open: opening.open,
    readConflict: async (id) => {
      const conflict = await readConflict(id as EntryId, context)
      const session = await requireLive(id as EntryId)
      session.shownRevision = conflict.metadata.revision
      return conflict
    },
    rename: async (sessionId, revision, names) => {
      const {metadata, binding} = await renameSession(sessionId, revision, names, context)
      const session = binding && live.get(binding.entryId)
      if (binding !== undefined && session !== undefined) {
        session.binding = binding
        changed.emit()
      }
      return metadata
    },
    resolve,
    lookAgain,
    listRecoverable: find,
    listKept: async () => (await bindings.list()).map(({entryId}) => entryId),
    discardChanges,
    watch: (id) => {
      let undo: Undo = () => undefined
      let isUndone = false
      void requireLive(id as EntryId).then(
        () => {
          undo = isUndone ? undo : watching.watch(id as EntryId)
        },
        () => undefined,
      )
      return () => {
        isUndone = true
        undo()
      }
    },
    detach: (id) => detach(id as EntryId),
    deletions,
    recovery,
    history: createSessionHistory(context),
    restoreVersion: async (id, revision) => {
      const session = await requireLive(id as EntryId)
      await whenCalm(session.actor)
      const restored = await restoreOnServer(id as EntryId, revision, context)
      session.actor.send({type: 'remote.seen', revision: restored.revision})
      return takeTheirs(session)
    },
    createSnapshot: async (id, {title, description = ''}) => {
      const {content, hash} = await prepare(id as EntryId, (await bindings.read(id as EntryId))?.names, context)
      return repeats.ask(['snapshot', id, title, description, hash], (idempotencyKey) =>
        server.createSnapshot({title, description, content}, {idempotencyKey}),
      )
    },
    readSnapshot: async (id) => {
      const {content, ...metadata} = await server.readSnapshot(id)
      return {metadata, content: asEntryContent(content)}
    },
    makeOwn: async (id) => (await contents.create(asEntryContent((await server.readSnapshot(id)).content))).entryId,
    createTemplate: (id, names, templateOptions) => templates.create(id as EntryId, names, templateOptions),
    readTemplate: templates.read,
    startFrom: templates.startFrom,
    addFrom: (templateId, id) => templates.addFrom(templateId, id as EntryId),
    tokenDelivered: () => {
      account.forget()
      leg.tokenDelivered()
      deletions.retry()
      tellAll({type: 'token.delivered'})
      watching.tokenDelivered()
    },
    networkReturned: () => {
      deletions.retry()
      tellAll({type: 'network.returned'})
    },
    close,
  }
}
