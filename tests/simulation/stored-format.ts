import crc32 from 'crc-32'
import {decode} from './decoded-texts.ts'

/** Reads what Keepspace stores, for the checker and for damage. The only place of the simulation that knows the format. */

const SCOPE = 'scope/simulation%2Flocal/'

export type StoredKey =
  | {readonly kind: 'head'; readonly workspace: string}
  | {readonly kind: 'component'; readonly workspace: string; readonly component: string; readonly record: string}
  | {readonly kind: 'leave'; readonly workspace: string}
  | {readonly kind: 'history'; readonly workspace: string; readonly lostKey: string}
  | {readonly kind: 'alarm'; readonly workspace: string; readonly component: string}
  | {readonly kind: 'clock'}
  | {readonly kind: 'other'}

/** The full key of a head. */
export const storedHeadKey = (workspace: string): string => `${SCOPE}head/${workspace}`
export const storedStateKey = (workspace: string, component: string): string =>
  `${SCOPE}c/${workspace}/${component}/state`

/** More keys than this are not remembered at once. */
const MOST_KEYS = 2_000
const parsedKeys = new Map<string, StoredKey>()

/** Takes a key apart, with or without its scope. */
export function parseStoredKey(key: string): StoredKey {
  const known = parsedKeys.get(key)
  if (known !== undefined) {
    return known
  }
  const parsed = parseAnew(key)
  if (parsedKeys.size >= MOST_KEYS) {
    parsedKeys.clear()
  }
  parsedKeys.set(key, parsed)
  return parsed
}

function parseAnew(key: string): StoredKey {
  const parts = (key.startsWith(SCOPE) ? key.slice(SCOPE.length) : key).split('/')
  const [kind, workspace = '', component = '', record = ''] = parts
  switch (kind) {
    case 'head':
      return {kind, workspace}
    case 'c':
      return {kind: 'component', workspace, component, record}
    case 'leave':
      return {kind, workspace}
    case 'history':
      return {kind, workspace, lostKey: decodeURIComponent(record)}
    case 'alarm':
      return {kind, workspace, component}
    case 'clock':
      return {kind}
    default:
      return {kind: 'other'}
  }
}

/** One observable thing of a workspace and its value; undefined for what does not exist. */
export type RegisterValue = readonly [register: string, value: string | undefined]

const registerNames: Readonly<Record<string, string>> = {
  state: 'state',
  '.layout': 'layout',
  '.tombstone': 'deleted',
}

/** What a stored record says. `text` is undefined when it does not exist. */
export function registersOf(key: StoredKey, text: string | undefined): readonly RegisterValue[] {
  if (key.kind === 'head') {
    const head = text === undefined ? {} : (decode(text) as {title?: string; trashedAt?: number; isPinned?: boolean})
    return [
      ['title', head.title],
      ['trashed', head.trashedAt === undefined ? undefined : 'trashed'],
      ['pinned', head.isPinned === true ? 'pinned' : undefined],
    ]
  }
  if (key.kind !== 'component') {
    return []
  }
  const name = registerNames[key.record]
  return name === undefined ? [] : [[`${key.component}.${name}`, recordValue(name, text)]]
}

function recordValue(name: string, text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined
  }
  const record = decode(text) as {json?: string; layout?: {x: number}}
  if (name === 'deleted') {
    return 'deleted'
  }
  if (name === 'layout') {
    return String(record.layout?.x)
  }
  try {
    return stateValue(decode(record.json ?? '') as Record<string, unknown>)
  } catch {
    return 'unreadable'
  }
}

/** A state as the checker compares it. */
export function stateValue(state: Readonly<Record<string, unknown>>): string {
  if ('text' in state) {
    return String(state.text)
  }
  return 'deadlineMs' in state ? `alarm|${state.deadlineMs}|${state.phase}` : `${state.seconds}|${state.isTicking}`
}

/** What the clock on the wall showed when somebody believed it. */
export const believedAt = (text: string): number => (decode(text) as {seenAt: number}).seenAt

/** What is stored about a ring. */
export function alarmFacts(text: string): {readonly deadlineMs: number; readonly isDismissed: boolean} {
  const {deadlineMs, dismissedAt} = decode(text) as {deadlineMs: number; dismissedAt?: number}
  return {deadlineMs, isDismissed: dismissedAt !== undefined}
}

/** Revision, count and fencing number inside a head. */
export function headFacts(text: string): {
  readonly revision: number
  readonly componentCount: number
  readonly fence: number
} {
  const {
    revision,
    componentCount,
    fence = 0,
  } = decode(text) as {
    revision: number
    componentCount: number
    fence?: number
  }
  return {revision, componentCount, fence}
}

/** UTF-8 bytes of the content of a component record, which a limit is set for. */
export function contentBytes(text: string): number {
  return Buffer.byteLength((decode(text) as {json?: string}).json ?? '')
}

/** A record of last words, as what it says. */
export function wordsOf(text: string): readonly RegisterValue[] {
  const {puts, deletes} = decode(text) as {puts: {key: string; value: unknown}[]; deletes: string[]}
  return [
    ...puts.flatMap(({key, value}) => registersOf(parseStoredKey(key), JSON.stringify(value))),
    ...deletes.flatMap((key) => registersOf(parseStoredKey(key), undefined)),
  ]
}

/** A state record as a broken disk returns it. */
export function damagedState(text: string): string {
  const record = decode(text) as {json: string}
  return JSON.stringify({...record, json: `#${record.json.slice(1)}`})
}

/** A head and a state record as a newer version of the app writes them. */
export function writtenByNewerApp(
  head: string,
  state: string,
  content: {readonly text: string; readonly isEditable: boolean; readonly commitId: string},
): {readonly head: string; readonly state: string} {
  const before = decode(head) as {revision: number}
  const revision = before.revision + 1
  const json = JSON.stringify({text: content.text, colour: 'red'})
  return {
    head: JSON.stringify({...before, revision, commitId: content.commitId}),
    state: JSON.stringify({
      ...(decode(state) as object),
      schemaVersion: 9,
      editableFrom: content.isEditable ? 1 : 9,
      revision,
      json,
      checksum: checksumOf(json),
    }),
  }
}

const checksumOf = (json: string): number => crc32.buf(Buffer.from(json))
