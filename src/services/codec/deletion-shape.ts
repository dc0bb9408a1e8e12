import {type DeletionRecord, deletionLists} from '../../model/deletions.ts'
import {asStamped} from './record-shapes.ts'

const lists: ReadonlySet<unknown> = new Set(deletionLists)

/** A stored value as a deletion that waits, or undefined when it has not that form. */
export function asDeletion(value: unknown): DeletionRecord | undefined {
  const fields: Readonly<Record<string, unknown>> | undefined = asStamped(value)
  const {id, title, revision} = Object(fields?.document) as Readonly<Record<string, unknown>>
  return fields !== undefined &&
    lists.has(fields.list) &&
    typeof id === 'string' &&
    typeof title === 'string' &&
    ['number', 'undefined'].includes(typeof revision) &&
    typeof fields.formatVersion === 'number' &&
    typeof fields.requestedAt === 'number' &&
    typeof fields.undoMs === 'number' &&
    ['object', 'undefined'].includes(typeof fields.refusal)
    ? (fields as DeletionRecord)
    : undefined
}
