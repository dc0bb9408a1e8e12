import {verdictOf} from '../../machines/session/session.policy.ts'
import type {DeletedDocument, DeletionList, DeletionsSnapshot, EarlierDeletion} from '../../model/deletions.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Undo} from '../../model/handles.ts'
import {isEqualJson} from '../../model/json.ts'
import type {SessionServer} from '../../model/session-server.ts'
import type {TabBus} from '../../model/tab-bus.ts'
import type {Time} from '../../model/time.ts'
import {createEmitter} from '../../services/emitter.ts'
import {readUntilDone} from '../reading-until-done.ts'
import type {DeletionFields, DeletionRecords} from './deletion-records.ts'

/** A deletion that could not be sent is tried again after this, and with network and token. */
const RETRY_MS = 30_000

/**
 * Deletions on the server that can be undone for a while. They are stored until the server has done them: a page that is
 * left meanwhile forgets neither the deletion nor the way back, the next visit offers both again.
 */
export interface SessionDeletions {
  /** Deletions of an earlier visit. The same object until something in it changes. */
  getSnapshot(): DeletionsSnapshot
  subscribe(listener: () => void): Undo
  /** Stores that this is deleted in `undoMs` by whoever asks. Never rejects: where it cannot be stored it is not kept. */
  note(list: DeletionList, documents: readonly DeletedDocument[], undoMs: number): Promise<void>
  /** It is not deleted after all, be it of this visit or of an earlier one. */
  undo(list: DeletionList, ids: readonly string[]): Promise<void>
  /**
   * Deletes it on the server now. What is gone there already is done; an entry that belongs to a deleted session stays
   * here and belongs to none any more. What another tab has undone is not deleted.
   *
   * @returns whether it is deleted
   * @throws {@link KeepspaceError} the codes of {@link SessionServer}; then it is not deleted, and not noted any more
   */
  send(list: DeletionList, document: DeletedDocument): Promise<boolean>
  /** Sends everything that is noted now, also what could be undone. Resolves with what the server has not done. */
  flush(): Promise<readonly EarlierDeletion[]>
  /** A person has read why it was not deleted. */
  dismiss(list: DeletionList, id: string): Promise<void>
}

export type DeletionsContext = {
  readonly server: SessionServer
  readonly records: DeletionRecords
  readonly time: Pick<Time, 'now' | 'setTimeout' | 'clearTimeout'>
  /** To the other tabs. */
  readonly bus: Pick<TabBus, 'post' | 'subscribe'>
  /** Resolves when storage can be read. */
  readonly started: Promise<unknown>
  /** A person deleted this session. */
  readonly sessionDeleted: (sessionId: string) => Promise<void>
}

type Noted = {record: DeletionFields; isStored: boolean}
type Earlier = Noted & {
  timer: unknown
  /** It can be undone no longer. */
  isDue: boolean
  isSending: boolean
}

/** Makes the deletions of one scope, and takes up what an earlier visit left. */
export function createDeletions({
  server,
  records,
  time,
  bus,
  started,
  sessionDeleted,
}: DeletionsContext): SessionDeletions & {
  /** What waited for network or a token is tried again. */
  retry(): void
  close(): void
} {
  const changed = createEmitter<[]>()
  const earlier = new Map<string, Earlier>()
  const noted = new Map<string, Noted>()
  const done: Pick<EarlierDeletion, 'list' | 'id'>[] = []
  let isClosed = false
  let snapshot: DeletionsSnapshot = {waiting: [], refused: [], done: []}

  /** Nothing is removed before it was stored. */
  let tail: Promise<unknown> = Promise.resolve()
  const inOrder = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = tail.then(work)
    tail = result.catch(() => undefined)
    return result
  }

  const tell = () => {
    const all = [...earlier.values()].map(({record}) => record)
    const next: DeletionsSnapshot = {
      waiting: all.flatMap((record) => (record.refusal === undefined ? [factsOf(record)] : [])),
      refused: all.flatMap((record) =>
        record.refusal === undefined ? [] : [{...factsOf(record), error: record.refusal}],
      ),
      done: [...done],
    }
    if (!isEqualJson(next, snapshot)) {
      snapshot = next
      changed.emit()
    }
  }
  const drop = (list: DeletionList, id: string) => {
    const key = keyOf(list, id)
    time.clearTimeout(earlier.get(key)?.timer)
    earlier.delete(key)
    noted.delete(key)
    tell()
  }
  const forget = async (list: DeletionList, id: string, isMade = false) => {
    drop(list, id)
    await inOrder(() => records.remove(list, id)).catch(() => undefined)
    bus.post({type: 'deletion', list, id, isMade})
  }
  const isUndone = async ({isStored, record: {list, document}}: Noted) =>
    isStored && !(await records.has(list, document.id))
  const pause = (ms: number) => new Promise<void>((resolve) => void time.setTimeout(resolve, ms))
  /** Many at once are more than the server takes in a minute: it says how long to wait, and then takes the rest. */
  const deleteWhenTaken = async (list: DeletionList, document: DeletedDocument): Promise<void> => {
    for (;;) {
      try {
        await deleteNow(list, document)
        return
      } catch (cause) {
        if (isClosed || !(cause instanceof KeepspaceError && cause.code === 'server.busy') || !cause.retryAfterMs) {
          throw cause
        }
        await pause(cause.retryAfterMs)
      }
    }
  }
  const deleteNow = async (list: DeletionList, document: DeletedDocument) => {
    try {
      await deleteOf[list](server, document)
    } catch (cause) {
      // Gone is what was asked for.
      if (!(cause instanceof KeepspaceError && cause.code === 'notFound')) {
        throw cause
      }
    }
    done.push({list, id: document.id})
    if (list === 'sessions') {
      await sessionDeleted(document.id).catch(() => undefined)
    }
    await forget(list, document.id, true)
  }
  const schedule = (key: string, delayMs: number) => {
    const item = earlier.get(key)
    if (item !== undefined && !isClosed) {
      time.clearTimeout(item.timer)
      item.timer = time.setTimeout(() => {
        item.isDue = true
        void sendEarlier(key)
      }, delayMs)
    }
  }
  const sendEarlier = async (key: string) => {
    const item = earlier.get(key)
    if (item === undefined || item.isSending || item.record.refusal !== undefined || isClosed) {
      return
    }
    const {list, document} = item.record
    item.isSending = true
    try {
      // Another tab may have undone it, or sent it.
      await ((await isUndone(item)) ? forget(list, document.id) : deleteNow(list, document))
    } catch (cause) {
      const verdict = verdictOf(cause)
      if (verdict === 'later' || verdict === 'unauthorized') {
        schedule(key, RETRY_MS)
      } else {
        item.record = {...item.record, refusal: KeepspaceError.from(cause, 'server.offline').report}
        await inOrder(() => records.put(item.record)).catch(() => undefined)
      }
    } finally {
      item.isSending = false
      tell()
    }
  }
  const takeUp = async () => {
    await started
    for (const {formatVersion: _, revision: __, commitId: ___, ...record} of await records.list()) {
      const key = keyOf(record.list, record.document.id)
      if (!noted.has(key) && !isClosed) {
        earlier.set(key, {record, isStored: true, timer: undefined, isDue: false, isSending: false})
        schedule(key, record.undoMs)
      }
    }
    tell()
  }
  void readUntilDone(takeUp, {time, isWanted: () => !isClosed})
  /** Another tab made it or will not: the way back that is offered here leads nowhere. */
  const follow = async (list: DeletionList, id: string, isMade: boolean) => {
    if (earlier.get(keyOf(list, id))?.isSending === false && !(await records.has(list, id))) {
      if (isMade) {
        done.push({list, id})
      }
      drop(list, id)
    }
  }
  const stopHearing = bus.subscribe((message) => {
    if (message.type === 'deletion') {
      void follow(message.list, message.id, message.isMade).catch(() => undefined)
    }
  })

  return {
    getSnapshot: () => snapshot,
    subscribe: changed.add,
    note: async (list, documents, undoMs) => {
      const requestedAt = time.now()
      const all = documents.map(({id, title, revision}): Noted => {
        const document = {id, title, ...(revision !== undefined && {revision})}
        return {record: {list, document, requestedAt, undoMs}, isStored: false}
      })
      for (const one of all) {
        noted.set(keyOf(list, one.record.document.id), one)
      }
      const store = async (one: Noted) => {
        await records.put(one.record)
        one.isStored = true
      }
      await inOrder(() => Promise.allSettled(all.map(store)))
    },
    undo: async (list, ids) => {
      await Promise.all(ids.map((id) => forget(list, id)))
    },
    send: async (list, document) => {
      const known = noted.get(keyOf(list, document.id))
      if (known !== undefined && (await isUndone(known))) {
        await forget(list, document.id)
        return false
      }
      try {
        await deleteWhenTaken(list, document)
        return true
      } catch (cause) {
        await forget(list, document.id)
        throw cause
      }
    },
    flush: async () => {
      await tail
      for (const [key, one] of noted) {
        noted.delete(key)
        earlier.set(key, {...one, timer: undefined, isDue: true, isSending: false})
      }
      await Promise.all([...earlier.keys()].map(sendEarlier))
      return [...snapshot.waiting, ...snapshot.refused]
    },
    dismiss: forget,
    retry: () => {
      for (const [key, {isDue}] of earlier) {
        if (isDue) {
          void sendEarlier(key)
        }
      }
    },
    close: () => {
      isClosed = true
      stopHearing()
      for (const {timer} of earlier.values()) {
        time.clearTimeout(timer)
      }
    },
  }
}

const deleteOf: Readonly<Record<DeletionList, (server: SessionServer, document: DeletedDocument) => Promise<void>>> = {
  sessions: (server, {id, revision = 0}) => server.deleteSession(id, revision),
  snapshots: (server, {id, revision = 0}) => server.deleteSnapshot(id, revision),
  templates: (server, {id, revision = 0}) => server.deleteTemplate(id, revision),
  visits: (server, {id}) => server.forgetVisit(id),
}

function keyOf(list: DeletionList, id: string): string {
  return `${list}/${id}`
}

function factsOf({list, document: {id, title}, requestedAt}: DeletionFields): EarlierDeletion {
  return {list, id, title, requestedAt}
}
