import type {JsonObject} from '../../model/json.ts'
import type {ResumeRule} from '../../model/operations.ts'
import type {StartedOperation} from './cell.ts'

const rules: ReadonlySet<unknown> = new Set<ResumeRule>(['deadline', 'remaining', 'restart'])

/** What is stored of the work that an app started in one component. */
export type Anchors = {
  readonly operations: ReadonlyMap<string, StartedOperation>
  /** What a later version stored and this one does not understand: written again as it is. */
  readonly unknown: readonly JsonObject[]
}

/** The text that is stored of started work: when it began, how far it is, and by which rule it goes on. */
export function anchorsText(
  operations: Iterable<StartedOperation>,
  unknown: readonly JsonObject[],
  elapsedMs: number,
): string | undefined {
  const known = [...operations].map((operation) => anchorOf(operation, elapsedMs))
  const all = [...known, ...unknown].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
  return all.length === 0 ? undefined : JSON.stringify({operations: all})
}

/** Reads it back. What cannot be read is as if nothing had been started. */
export function readAnchors(text: string | undefined): Anchors {
  const found = listIn(text)
  const operations = new Map<string, StartedOperation>()
  const unknown: JsonObject[] = []
  for (const each of found) {
    const operation = operationFrom(each)
    operation === undefined ? unknown.push(each) : operations.set(operation.name, operation)
  }
  return {operations, unknown}
}

/** What remains of work at this moment; undefined for work of which nobody knows. */
export function leftOf({leftMs, sinceMs}: StartedOperation, elapsedMs: number): number | undefined {
  return leftMs === undefined ? undefined : Math.max(0, leftMs - (sinceMs === undefined ? 0 : elapsedMs - sinceMs))
}

function anchorOf(operation: StartedOperation, elapsedMs: number): JsonObject {
  const {stored, name, resume, startedAt, deadlineMs, progress} = operation
  const leftMs = leftOf(operation, elapsedMs)
  return {
    ...stored,
    name,
    resume,
    startedAt,
    ...(deadlineMs !== undefined && {deadlineMs}),
    ...(leftMs !== undefined && {leftMs}),
    ...(progress !== undefined && {progress}),
  }
}

function listIn(text: string | undefined): readonly JsonObject[] {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text)
    const {operations} = Object(value) as {readonly operations?: unknown}
    return Array.isArray(operations) ? operations.filter((each) => typeof each === 'object' && each !== null) : []
  } catch {
    return []
  }
}

function operationFrom(anchor: JsonObject): StartedOperation | undefined {
  const {name, resume, startedAt, deadlineMs, leftMs, progress, ...stored} = anchor
  return typeof name === 'string' && rules.has(resume) && typeof startedAt === 'number'
    ? {
        name,
        resume: resume as ResumeRule,
        startedAt,
        deadlineMs: numberOf(deadlineMs),
        leftMs: numberOf(leftMs),
        progress: numberOf(progress),
        sinceMs: undefined,
        isHere: false,
        onStop: undefined,
        timer: undefined,
        stored,
      }
    : undefined
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
