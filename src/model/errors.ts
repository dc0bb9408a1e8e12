/** Every way Keepspace can fail, as data. Closed: a new code must be handled where codes are switched on. */
export type KeepspaceErrorCode =
  /** No storage could be opened, or it refused a call. Waiting may help. */
  | 'storage.unavailable'
  /** Storage could be opened after all. What was made without it is kept there; what was stored before shows after a reload. */
  | 'storage.returned'
  /** A storage call gave no answer within its time limit and was aborted. */
  | 'storage.timeout'
  /** The connection to storage was closed under us and could not be reopened. */
  | 'storage.lost'
  /** The device has no room left for this site. */
  | 'storage.quota'
  /** What is stored is encrypted, and its key is lost or another one. Nothing of it is touched. */
  | 'storage.locked'
  /** Storage is on a server that does not know who asks, any more. What waits is saved after signing in. */
  | 'storage.unauthorized'
  /** What was stored is gone although nobody deleted it: the browser emptied its storage. Nothing is written over that. */
  | 'storage.emptied'
  /** Everything of this user was deleted in another tab, for sign-out. This one has ended and writes nothing of it again. */
  | 'scope.purged'
  /** A new version of the app may not write before it is known that it can read everything stored. */
  | 'audit.pending'
  /** Another tab or device committed first. */
  | 'revision.conflict'
  /** A stored record cannot be read: damaged, or not what it says it is. */
  | 'record.corrupt'
  /** A stored record was written by a newer version of the app which does not let this one edit it. */
  | 'record.newer'
  /** A part cannot be read here, so the whole is not sent: the server would lose that part. */
  | 'content.partial'
  /** A value is not JSON: a function, a DOM node, a cycle, a Map, NaN, a class instance. */
  | 'value.notJson'
  /** A value is larger than the limit of one record. */
  | 'value.tooLarge'
  /** A value was refused by the schema of its component type. */
  | 'value.invalid'
  /** A component type that the app has not defined. */
  | 'component.unknownType'
  /** A component with that id is in the workspace already. */
  | 'component.duplicate'
  /** No component with that id is in the workspace. */
  | 'component.missing'
  /** The component or workspace may be looked at, not edited. */
  | 'component.readOnly'
  /** A component definition cannot work: an asynchronous schema, a version below 1, a missing migration. */
  | 'definition.invalid'
  /** Work that cannot go on later is running there; a person has to agree before it is stopped. */
  | 'work.running'
  /** The workspace or its entry is in the trash. It may be looked at, and restored. */
  | 'workspace.trashed'
  /** No workspace, entry or preset with that id exists. */
  | 'notFound'
  /** Loading the workspace from storage failed. Nothing of it is written until a load succeeds. */
  | 'load.failed'
  /** Nothing in memory may go for it, or memory is nearly full. It can be looked at, and is opened once there is room. */
  | 'memory.blocked'
  /** A source in the host application threw while its records were captured or handed over. */
  | 'source.failed'
  /** The session server gave no answer. What was asked for may have happened. */
  | 'server.offline'
  /** The session server does not know who asks, any more. */
  | 'server.unauthorized'
  /** The session server takes whoever asks for somebody else than the person whose work is here. Nothing is sent to it. */
  | 'server.otherUser'
  /** The session server cannot answer right now. Waiting helps. */
  | 'server.busy'
  /** The session server refused a request for good. */
  | 'server.refused'
  /** The server has no such session any more, or not for whoever is signed in. What is here stays. */
  | 'session.gone'
  /** A callback or an option given by the host application is not usable. */
  | 'usage'
  /** A shutdown is under way; nothing is accepted unless it is cancelled. */
  | 'closing'
  /** It has ended; nothing more is accepted. */
  | 'disposed'

const sentences: Record<KeepspaceErrorCode, string> = {
  'storage.unavailable': 'Storage on this device cannot be used right now.',
  'storage.returned':
    'Storage on this device works again. What you made without it is kept there; reload to see everything.',
  'storage.timeout': 'Storage on this device did not answer in time.',
  'storage.lost': 'The connection to storage on this device was lost.',
  'storage.quota': 'This device has no room left for this app.',
  'storage.locked': 'What is stored on this device is encrypted, and its key is missing. It is kept as it is.',
  'storage.unauthorized': 'You have to sign in again before anything is saved.',
  'storage.emptied': 'This browser emptied the storage of this app, and what was here is gone from it.',
  'scope.purged':
    'You signed out in another window, and everything here was removed from this device. Sign in to go on.',
  'audit.pending': 'This new version of the app may not change anything yet.',
  'revision.conflict': 'This was changed somewhere else in the meantime.',
  'record.corrupt': 'A stored part of this workspace is damaged and was set aside.',
  'record.newer': 'A newer version of the app saved this, so it cannot be edited here. Reload to go on editing.',
  'content.partial':
    'A part of this cannot be read on this device, so nothing of it is sent: the server would lose that part.',
  'value.notJson': 'A part of this workspace holds something that cannot be saved.',
  'value.tooLarge': 'A part of this workspace is too large to be saved.',
  'value.invalid': 'A part of this workspace does not have the expected form.',
  'component.unknownType': 'This version of the app does not know this kind of component.',
  'component.duplicate': 'There is already a component with this id in the workspace.',
  'component.missing': 'There is no such component in the workspace.',
  'component.readOnly': 'This can be read, but not edited here.',
  'definition.invalid': 'A component type is not defined correctly.',
  'work.running': 'Something is still running here and would have to begin again.',
  'workspace.trashed': 'This is in the trash. Restore it to work on it.',
  notFound: 'It does not exist, or it was deleted.',
  'load.failed': 'The workspace could not be loaded. Nothing of it is overwritten.',
  'memory.blocked': 'There is no room in memory for another workspace. Close one to open this one.',
  'source.failed': 'A part of this workspace could not hand over its content.',
  'server.offline': 'The server cannot be reached. Everything is kept on this device.',
  'server.unauthorized': 'You have to sign in again. Everything is kept on this device.',
  'server.otherUser':
    'This is somebody else’s account. What is on this device was not sent; sign in as the person it belongs to.',
  'server.busy': 'The server cannot answer right now. Everything is kept on this device.',
  'server.refused': 'The server refused this.',
  'session.gone': 'This session no longer exists on the server. Everything is still on this device.',
  usage: 'Keepspace was used in a way that cannot work.',
  closing: 'The app is being closed and takes no more changes.',
  disposed: 'Keepspace has been shut down.',
}

/** What a {@link KeepspaceError} says, as plain JSON for a status, an event or a report. */
export type ErrorReport = {
  readonly code: KeepspaceErrorCode
  /** One sentence that a person understands. Never contains user content. */
  readonly sentence: string
  /** Technical detail: names, sizes, paths inside a value. Never contains user content. */
  readonly detail: string | undefined
}

/**
 * The only error class thrown across a Keepspace boundary. Branch on `code`, never on `message`.
 * `cause` keeps the original error.
 */
export class KeepspaceError extends Error {
  override readonly name = 'KeepspaceError'
  readonly code: KeepspaceErrorCode
  /** Technical detail without user content. */
  readonly detail: string | undefined
  /** How long whoever refused asks us to wait, milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: KeepspaceErrorCode,
    detail?: string,
    options?: {readonly cause?: unknown; readonly retryAfterMs?: number | undefined},
  ) {
    super(detail === undefined ? sentences[code] : `${sentences[code]} (${detail})`, options)
    this.code = code
    this.detail = detail
    this.retryAfterMs = options?.retryAfterMs
  }

  /** Wraps anything thrown; a {@link KeepspaceError} comes back as it is. */
  static from(cause: unknown, fallback: KeepspaceErrorCode = 'storage.unavailable'): KeepspaceError {
    if (cause instanceof KeepspaceError) {
      return cause
    }
    return new KeepspaceError(fallback, cause instanceof Error ? cause.message || cause.name : undefined, {cause})
  }

  /** The error as plain data. */
  get report(): ErrorReport {
    return {code: this.code, sentence: sentences[this.code], detail: this.detail}
  }
}

/** The sentence a person reads for `code`. */
export function sentenceOf(code: KeepspaceErrorCode): string {
  return sentences[code]
}
