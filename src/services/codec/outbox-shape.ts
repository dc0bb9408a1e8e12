import type {OutboxRecord} from '../../model/server-saves.ts'
import {asStamped} from './record-shapes.ts'

/** A stored value as what a server acknowledged, or undefined when it has not that form. */
export function asOutbox(value: unknown): OutboxRecord | undefined {
  const fields: Readonly<Record<string, unknown>> | undefined = asStamped(value)
  return fields !== undefined &&
    typeof fields.workspaceId === 'string' &&
    typeof fields.formatVersion === 'number' &&
    isSent(fields) &&
    ['undefined', 'string', 'number'].includes(typeof fields.version) &&
    ['undefined', 'string'].includes(typeof fields.entryTitle) &&
    (fields.pending === undefined || (Array.isArray(fields.pending) && fields.pending.every(isPending)))
    ? (fields as OutboxRecord)
    : undefined
}

function isSent(value: unknown): boolean {
  const {localRevision, digests} = Object(value) as Record<string, unknown>
  return (
    typeof localRevision === 'number' &&
    typeof digests === 'object' &&
    digests !== null &&
    Object.values(digests).every((digest) => typeof digest === 'string')
  )
}

function isPending(value: unknown): boolean {
  const {localRevision, digest} = Object(value) as Record<string, unknown>
  return typeof localRevision === 'number' && typeof digest === 'string'
}
