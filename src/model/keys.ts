import type {HistoryReason} from './history.ts'
import type {ComponentId, EntryId, WorkspaceId} from './ids.ts'

/**
 * Keys of everything stored. A key is a path of escaped parts, so that a prefix read returns exactly one thing:
 *
 * - `head/<workspace>`: title, entry, revision, counts; what lists show
 * - `c/<workspace>/<component>/<record>`: one record of a component
 * - `c/<workspace>/<component>/.layout`: its geometry
 * - `c/<workspace>/<component>/.tombstone`: it was deleted
 * - `c/<workspace>/<component>/.operations`: work that the app started in it, and how it goes on
 * - `entry/<entry>`, `preset/<preset>`, `setting/<name>`, `session/<entry>`
 * - `outbox/<workspace>`: what a server acknowledged of it
 * - `account/<way>`: for whom a server takes whoever sends this scope's work
 * - `deletion/<list>/<document>`: deleted by a person, and not by the server yet
 * - `leave/<workspace>/<tab>`: the last words of a tab, replayed at the next open
 * - `alarm/<workspace>/<component>`: it rang, and whether somebody dismissed it
 * - `history/<workspace>/…`: what lost against another tab, kept
 * - `previous/<workspace>/<component>/<record>`: that record as it was before the last save that was flushed to disk
 * - `quarantine/<key>/<digest>`: a copy of a record that could not be used
 * - `gone/<workspace>`: it was deleted for good, by a person
 * - `purged`: how often everything was deleted, for sign-out
 */
export const HEAD_PREFIX = 'head/'
export const ENTRY_PREFIX = 'entry/'
export const PRESET_PREFIX = 'preset/'
export const SESSION_PREFIX = 'session/'
export const OUTBOX_PREFIX = 'outbox/'
export const DELETION_PREFIX = 'deletion/'
const ACCOUNT_PREFIX = 'account/'
export const SETTING_PREFIX = 'setting/'
export const GONE_PREFIX = 'gone/'
const GONE_ENTRY_PREFIX = 'gone-entry/'
export const HISTORY_PREFIX = 'history/'
export const COMPONENTS_PREFIX = 'c/'
/** What the last audit of an upgrade found. */
export const AUDIT_KEY = 'audit'
/** What the clock showed when retention believed it last. */
export const CLOCK_KEY = 'clock'
/** How often everything of the scope was deleted. The only record that outlives it. */
export const PURGED_KEY = 'purged'
export const ALARM_PREFIX = 'alarm/'
export const PREVIOUS_PREFIX = 'previous/'
export const QUARANTINE_PREFIX = 'quarantine/'
export const LEAVE_PREFIX = 'leave/'

/** The one record of a component whose state lives in the store in memory. */
export const STATE_RECORD = 'state'
/** Geometry, apart from the content so that a drag does not rewrite a large document. */
export const LAYOUT_RECORD = '.layout'
/** Says that the component was deleted. Its other records stay until retention removes them. */
export const TOMBSTONE_RECORD = '.tombstone'
/** Work that the app started and that has not ended: when, how far it is, and by which rule it goes on. */
export const OPERATIONS_RECORD = '.operations'

const reservedRecords: ReadonlySet<string> = new Set([LAYOUT_RECORD, TOMBSTONE_RECORD, OPERATIONS_RECORD])

/** Whether a record is what a component holds, and not about it. */
export const isContentRecord = (record: string): boolean => !reservedRecords.has(record)

export const headKey = (id: WorkspaceId): string => `${HEAD_PREFIX}${escapeKeyPart(id)}`
export const entryKey = (id: EntryId): string => `${ENTRY_PREFIX}${escapeKeyPart(id)}`
export const presetKey = (id: string): string => `${PRESET_PREFIX}${escapeKeyPart(id)}`
export const sessionKey = (id: EntryId): string => `${SESSION_PREFIX}${escapeKeyPart(id)}`
export const outboxKey = (id: WorkspaceId): string => `${OUTBOX_PREFIX}${escapeKeyPart(id)}`
export const deletionKey = (list: string, id: string): string =>
  `${DELETION_PREFIX}${escapeKeyPart(list)}/${escapeKeyPart(id)}`
export const accountKey = (way: string): string => `${ACCOUNT_PREFIX}${escapeKeyPart(way)}`
export const settingKey = (name: string): string => `${SETTING_PREFIX}${escapeKeyPart(name)}`
/** Says that a workspace was deleted for good: absent, and not lost. */
export const goneKey = (id: WorkspaceId): string => `${GONE_PREFIX}${escapeKeyPart(id)}`
/** The same of an entry. */
export const goneEntryKey = (id: EntryId): string => `${GONE_ENTRY_PREFIX}${escapeKeyPart(id)}`
export const componentsPrefix = (id: WorkspaceId): string => `${COMPONENTS_PREFIX}${escapeKeyPart(id)}/`
/** Previous copies of one workspace. */
export const previousPrefix = (id: WorkspaceId): string => `${PREVIOUS_PREFIX}${escapeKeyPart(id)}/`
/** Where the previous copy of a component record is kept, and the key of the record that it is one of. */
export const previousKey = (key: string): string => PREVIOUS_PREFIX + key.slice(COMPONENTS_PREFIX.length)
export const keyOfPrevious = (key: string): string => COMPONENTS_PREFIX + key.slice(PREVIOUS_PREFIX.length)
/** Everything that rang in one workspace. */
export const alarmsPrefix = (id: WorkspaceId): string => `${ALARM_PREFIX}${escapeKeyPart(id)}/`
export const alarmKey = (id: WorkspaceId, componentId: ComponentId): string =>
  `${alarmsPrefix(id)}${escapeKeyPart(componentId)}`

/** Everything that tabs wrote when they were left, for one workspace. */
export const leavePrefix = (id: WorkspaceId): string => `${LEAVE_PREFIX}${escapeKeyPart(id)}/`
/** `name` is one that the tab has not used for last words before: whoever replays those removes no later ones. */
export const leaveKey = (id: WorkspaceId, tabId: string, name: string): string =>
  `${leavePrefix(id)}${escapeKeyPart(`${tabId}.${name}`)}`
/** Where a copy of a record is kept that could not be used; `digest` tells one damage of it from another. */
export const quarantineKey = (key: string, digest: string): string =>
  `${QUARANTINE_PREFIX}${escapeKeyPart(key)}/${digest}`
/** Versions of records that lost against another tab's. */
export const historyPrefix = (id: WorkspaceId): string => `${HISTORY_PREFIX}${escapeKeyPart(id)}/`
/** The key of one lost version; `name` makes it unique, e.g. a commit id. `atMs` says since when it is kept. */
const historyKey = (id: WorkspaceId, name: string, lostKey: string, atMs: number): string =>
  `${historyPrefix(id)}${Math.trunc(atMs)}.${escapeKeyPart(name)}/${escapeKeyPart(lostKey)}`
/** The key of a version that was stored and is replaced; `givenUpKey` that of one that was never stored. */
export const replacedKey = (id: WorkspaceId, name: string, lostKey: string, atMs: number): string =>
  historyKey(id, `${name}~replaced`, lostKey, atMs)
export const givenUpKey = (id: WorkspaceId, name: string, lostKey: string, atMs: number): string =>
  historyKey(id, `${name}~givenUp`, lostKey, atMs)
/** Why a lost version is kept, where its key says so. */
export const historyReason = (key: string): HistoryReason | undefined => {
  const [, reason] = /^history\/[^/]+\/[^/]+~(replaced|givenUp)\//.exec(key) ?? []
  return reason === 'replaced' || reason === 'givenUp' ? reason : undefined
}
/** Since when a lost version is kept, where its key says so. */
export const historyTime = (key: string): number | undefined => {
  const [, digits] = /^history\/[^/]+\/(\d+)\./.exec(key) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** The key of one record. A record name of a source is escaped so that it never meets a reserved one. */
export function recordKey(workspaceId: WorkspaceId, componentId: ComponentId, record: string): string {
  const part = reservedRecords.has(record) ? record : escapeKeyPart(record)
  return `${componentsPrefix(workspaceId)}${escapeKeyPart(componentId)}/${part}`
}

/** Reads component and record name back out of a key, or undefined if the key is not one of a component record. */
export function parseRecordKey(
  key: string,
): {workspaceId: WorkspaceId; componentId: ComponentId; record: string} | undefined {
  const parts = key.split('/')
  const [kind, workspace, component, record] = parts
  if (parts.length !== 4 || kind !== 'c' || !workspace || !component || !record) {
    return undefined
  }
  try {
    return {
      workspaceId: decodeURIComponent(workspace) as WorkspaceId,
      componentId: decodeURIComponent(component) as ComponentId,
      record: decodeURIComponent(record),
    }
  } catch {
    return undefined
  }
}

/** Whether a key is that of the work that the app started in a component. */
export const isOperationsKey = (key: string): boolean => parseRecordKey(key)?.record === OPERATIONS_RECORD

/** The workspace and the component that a key belongs to, where it tells. */
export function parseOwner(key: string): {
  workspaceId: WorkspaceId | undefined
  componentId: ComponentId | undefined
} {
  const record = parseRecordKey(key)
  if (record !== undefined) {
    return {workspaceId: record.workspaceId, componentId: record.componentId}
  }
  const [kind = '', part] = key.split('/')
  const isOwned = part !== undefined && ownedKinds.has(kind)
  const workspaceId = isOwned ? unescapeKeyPart(part) : undefined
  return {workspaceId: workspaceId as WorkspaceId | undefined, componentId: undefined}
}

/** Kinds of keys whose second part is a workspace. */
const ownedKinds: ReadonlySet<string> = new Set(['head', 'c', 'leave', 'history', 'previous', 'gone'])

/** What a part of a key says, undefined for one that was not escaped. */
export function unescapeKeyPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** Makes any string usable as one part of a key: no slash, no leading dot, never empty. */
export function escapeKeyPart(part: string): string {
  const escaped = encodeURIComponent(part.toWellFormed())
  if (escaped === '') {
    return '%00'
  }
  return escaped.startsWith('.') ? `%2E${escaped.slice(1)}` : escaped
}
