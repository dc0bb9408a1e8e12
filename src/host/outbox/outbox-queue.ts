import type {KeepspaceError} from '../../model/errors.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import type {HeadRecord} from '../../model/records.ts'
import type {OutboxRecord, UnsentReason, UnsentWorkspace} from '../../model/server-saves.ts'

/** Who waits for the server, and in which order. Derived from heads and from what the server acknowledged. */
export type OutboxQueue = {
  /** The server acknowledged, or somebody chose: what is stored about it now. */
  note(record: OutboxRecord): void
  /** Whether the server acknowledged this. */
  isSent(head: HeadRecord): boolean
  /** What is to be sent now, to be told apart from what comes while it is on its way. */
  versionOf(head: HeadRecord): string
  /** Nothing more is to be done about this version: it was sent, or is not what is stored. */
  noteTried(id: WorkspaceId, version: string): void
  /** Somebody chose what becomes of it. */
  forgetTried(id: WorkspaceId): void
  /** What the server has of workspaces that this device does not have any more. */
  orphans(): readonly OutboxRecord[]
  /** The server is not to be asked about it. */
  forget(id: WorkspaceId): void
  /** The server refused this version for good. */
  noteRefused(id: WorkspaceId, version: string, error: KeepspaceError): void
  /** It could not be sent for now. One that a working server cannot take again and again lets the others go first. */
  noteFailed(id: WorkspaceId, error: KeepspaceError): void
  /** What may be sent, the oldest change first. */
  sendable(): readonly HeadRecord[]
  /** Everything that the server does not have as it is here, in the same order. */
  unsent(): readonly UnsentWorkspace[]
  /** Since when each of those waits that are to be sent, milliseconds since 1970. */
  waitingSince(): readonly number[]
}

/** So often in a row one is tried that the server fails on, before others are. */
const TRIES_IN_A_ROW = 3

/** What the queue is derived from. */
export type OutboxFacts = {
  /** Of all workspaces that are to be sent. */
  readonly heads: () => readonly HeadRecord[]
  readonly isHere: (id: WorkspaceId) => boolean
  readonly entryTitle: (id: EntryId) => string | undefined
  readonly now: () => number
}

/** Makes the queue of one scope. */
export function createOutboxQueue({heads, isHere, entryTitle, now}: OutboxFacts): OutboxQueue {
  const known = new Map<WorkspaceId, OutboxRecord>()
  const refused = new Map<WorkspaceId, {readonly version: string; readonly error: KeepspaceError}>()
  const failures = new Map<WorkspaceId, number>()
  const tried = new Map<WorkspaceId, string>()
  /** Since when each one waits; the order of insertion is the order of sending. */
  let waiting: ReadonlySet<WorkspaceId> = new Set()
  /** When the first change was stored that the server does not have; undefined while it has all of it. */
  const since = new Map<WorkspaceId, number | undefined>()

  const versionOf = ({revision, entryId}: HeadRecord) => `${revision} ${entryTitle(entryId) ?? ''}`
  const isSent = ({id, revision, entryId}: HeadRecord) => {
    const {localRevision, entryTitle: sentTitle} = known.get(id) ?? {}
    return localRevision === revision && (sentTitle === undefined || sentTitle === (entryTitle(entryId) ?? ''))
  }
  const reasonOf = (head: HeadRecord): UnsentReason => {
    if (known.get(head.id)?.isConflicted) {
      return 'conflict'
    }
    return refused.get(head.id)?.version === versionOf(head) ? 'refused' : 'waiting'
  }
  const ordered = (): readonly HeadRecord[] => {
    const all = heads()
    const unsent = new Map(
      all
        .filter((head) => !isSent(head) || known.get(head.id)?.isConflicted)
        .sort((a, b) => a.updatedAt - b.updatedAt || (a.id < b.id ? -1 : 1))
        .map((head) => [head.id, head]),
    )
    for (const {id, updatedAt} of all) {
      // What an earlier visit left is as old as its content; what was on the server a moment ago changed now.
      const changedAt = since.has(id) ? now() : updatedAt
      since.set(id, unsent.has(id) ? (since.get(id) ?? changedAt) : undefined)
    }
    waiting = new Set([...[...waiting].filter((id) => unsent.has(id)), ...unsent.keys()])
    return [...waiting].flatMap((id) => unsent.get(id) ?? [])
  }

  return {
    note: (record) => {
      const before = known.get(record.workspaceId)
      if (before === undefined) {
        since.delete(record.workspaceId)
      } else if (before.localRevision !== record.localRevision) {
        since.set(record.workspaceId, undefined)
      }
      known.set(record.workspaceId, record)
    },
    isSent,
    versionOf,
    noteTried: (id, version) => {
      failures.delete(id)
      tried.set(id, version)
    },
    forgetTried: (id) => {
      tried.delete(id)
    },
    orphans: () => [...known.values()].filter((record) => record.version !== undefined && !isHere(record.workspaceId)),
    forget: (id) => {
      known.delete(id)
    },
    noteRefused: (id, version, error) => {
      refused.set(id, {version, error})
    },
    noteFailed: (id, {code, retryAfterMs}) => {
      // One that asks for a pause is busy as a whole: the order stays.
      const count = code === 'server.busy' && retryAfterMs === undefined ? (failures.get(id) ?? 0) + 1 : 0
      failures.set(id, count)
    },
    sendable: () => {
      const all = ordered().filter((head) => reasonOf(head) === 'waiting' && tried.get(head.id) !== versionOf(head))
      const isStuck = ({id}: HeadRecord) => (failures.get(id) ?? 0) >= TRIES_IN_A_ROW
      if (all.every(isStuck)) {
        // The server takes none of them: that is no reason for another order.
        failures.clear()
      }
      return [...all.filter((head) => !isStuck(head)), ...all.filter(isStuck)]
    },
    unsent: () =>
      ordered().map((head) => {
        const reason = reasonOf(head)
        const error = reason === 'refused' ? refused.get(head.id)?.error.report : undefined
        return {workspaceId: head.id, title: head.title, reason, error}
      }),
    waitingSince: () =>
      ordered().flatMap((head) => (reasonOf(head) === 'waiting' ? [since.get(head.id) ?? head.updatedAt] : [])),
  }
}
