import {KeepspaceError} from './errors.ts'
import type {Json} from './json.ts'

export type ProjectionOptions = {
  /** Shows texts and messages of errors as they are. @defaultValue false */
  readonly content?: boolean
}

/** Deeper values are cut. */
const MAX_DEPTH = 8
/** Longer lists are cut. */
const MAX_ITEMS = 200
/** Longer texts are no ids. */
const MAX_ID_LENGTH = 512

/** Properties that hold ids or words of a closed set. Every other text counts as content. */
const openNames: ReadonlySet<string> = new Set([
  'actor',
  'actorId',
  'cause',
  'code',
  'componentId',
  'componentIds',
  'durability',
  'entryId',
  'errorCode',
  'from',
  'id',
  'kind',
  'level',
  'mode',
  'outcome',
  'phase',
  'protections',
  'readiness',
  'reason',
  'releaseReason',
  'sessionId',
  'source',
  'status',
  'strength',
  'targetKind',
  'tier',
  'to',
  'trigger',
  'type',
  'victimId',
  'workspaceId',
  'workspaceIds',
])

/**
 * A value as JSON that may leave the app: numbers, flags, ids and words of Keepspace as they are, of every other text
 * only its length, of an error only its code. Maps and sets become lists, actors their names.
 */
export function project(value: unknown, options: ProjectionOptions = {}): Json {
  return projected(value, '', 0, options.content === true) ?? null
}

function projected(value: unknown, name: string, depth: number, hasContent: boolean): Json | undefined {
  switch (typeof value) {
    case 'string':
      return hasContent || (openNames.has(name) && value.length <= MAX_ID_LENGTH) ? value : {characters: value.length}
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return String(value)
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : projectedObject(value, name, depth, hasContent)
    default:
      return undefined
  }
}

function projectedObject(value: object, name: string, depth: number, hasContent: boolean): Json {
  if (depth >= MAX_DEPTH) {
    return {deeper: true}
  }
  if (value instanceof Error) {
    const errorCode = KeepspaceError.from(value, 'usage').code
    return hasContent ? {errorCode, message: value.message} : {errorCode}
  }
  if (Array.isArray(value) || value instanceof Set) {
    return listed([...value], name, depth, hasContent)
  }
  if (value instanceof Map) {
    return listed([...value], 'entries', depth, hasContent)
  }
  if (value instanceof Date) {
    return value.getTime()
  }
  if ('sessionId' in value && 'send' in value) {
    return {actor: nameOfActor(value)}
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    return {kind: value.constructor?.name ?? 'object'}
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, property]) => {
      const shown = projected(property, key, depth + 1, hasContent)
      return shown === undefined ? [] : [[hasContent ? key : nameOf(key), shown]]
    }),
  )
}

function listed(items: readonly unknown[], name: string, depth: number, hasContent: boolean): Json {
  const shown = items.slice(0, MAX_ITEMS).map((item) => projected(item, name, depth + 1, hasContent) ?? null)
  return items.length > MAX_ITEMS ? [...shown, {more: items.length - MAX_ITEMS}] : shown
}

function nameOfActor(actor: object): string {
  const {systemId, id} = actor as {readonly systemId?: string; readonly id?: string}
  return systemId ?? id ?? 'actor'
}

/** Names of properties are code; what does not look like code may be content. */
function nameOf(key: string): string {
  return /^[\w$.:/-]{1,128}$/.test(key) ? key : `${key.length} characters`
}
