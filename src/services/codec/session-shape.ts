import type {SessionBinding} from '../../model/session.ts'
import {asStamped} from './record-shapes.ts'

/** A stored value as a binding of a session, or undefined when it has not that form. */
export function asSession(value: unknown): SessionBinding | undefined {
  const fields: Readonly<Record<string, unknown>> | undefined = asStamped(value)
  const texts = [fields?.entryId, fields?.sessionId, fields?.title, fields?.description, fields?.baseHash]
  const numbers = [fields?.baseRevision, fields?.savedAt, fields?.formatVersion]
  const objects = [fields?.revisions, fields?.names]
  return fields !== undefined &&
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => typeof number === 'number' && Number.isFinite(number)) &&
    objects.every((object) => typeof object === 'object' && object !== null) &&
    ['undefined', 'boolean'].includes(typeof fields.isGone) &&
    isListOfReplaced(fields.replaced)
    ? (fields as SessionBinding)
    : undefined
}

function isListOfReplaced(value: unknown): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) && value.every((item) => typeof item?.entryId === 'string' && typeof item?.at === 'number'))
  )
}
